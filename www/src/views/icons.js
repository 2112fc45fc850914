import { html } from 'lit/html.js';

export const icons = {
  play: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 2.5v11l9-5.5z" /></svg>`,
  pause: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 3h3v10H4zM9 3h3v10H9z" /></svg>`,
  more: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M2 6.7h2.6v2.6H2zM6.7 6.7h2.6v2.6H6.7zM11.4 6.7H14v2.6h-2.6z" /></svg>`,
  grow: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4" /></svg>`,
  shrink: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M6 2v4H2M10 2v4h4M6 14v-4H2M10 14v-4h4" /></svg>`,
};
