/** Room for what not every lab has: longer objectives, the plane, what stands open from the start. A chunk of its own. */
import css from './room.css';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** @param {ShadowRoot} root of an element */
export function keepRoom(root) {
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
