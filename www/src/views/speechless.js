/** What needs no words of a language. */
import { html } from 'lit/html.js';

/**
 * What stands there when not even the words have come: both languages, and a way to try again.
 *
 * @param {() => void} retry
 */
export const speechless = (retry) => html`<div class="speechless" role="alert">
  <p lang="zh-CN">没能载入，请检查网络。</p>
  <p lang="en">This did not load. Check the network.</p>
  <button class="primary" part="retry" @click=${retry}>重试 Retry</button>
  <button part="reload" @click=${() => location.reload()}>刷新页面 Reload</button>
  <code>network</code>
</div>`;
