import css from './style.css';

/** One sheet for all elements of a page. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
