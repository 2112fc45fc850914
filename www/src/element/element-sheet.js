import css from './element.css';

/** One sheet for all elements of a page. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
