/** For its effect: defines <ganvas-lab> in a browser, and does nothing on a server. */
import { define } from './index.js';

if (typeof customElements !== 'undefined') define();
