/**
 * The entry that a page loads: defines <ganvas-lab> and nothing more. What is heavy (worker, wasm,
 * charts, controls) is loaded when a lab starts.
 */
import { again } from './again.js';
import { GanvasLab } from './element/ganvas-lab.js';
import { detours } from './waiting.js';

// Only this file is sure to lie at the site's root; chunks do not.
GanvasLab.site = { base: new URL('./', import.meta.url), page: GANVAS_PAGE };
detours.find = again;

// The script may be on a page twice, as after PJAX navigation. In a browser that is too old what
// stands inside the tag goes on standing there.
if (GanvasLab.possible && !customElements.get('ganvas-lab'))
  customElements.define('ganvas-lab', GanvasLab);

export { GanvasError } from './errors.js';
export { GanvasLab };
