import { html } from 'lit/html.js';

export const icons = {
  play: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 2.5v11l9-5.5z" /></svg>`,
  pause: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 3h3v10H4zM9 3h3v10H9z" /></svg>`,
};
