import plotCss from 'uplot/dist/uPlot.min.css';
import inside from './inside.css';
import css from './lab.css';

/** What only a started lab needs. */
export const labSheet = new CSSStyleSheet();
labSheet.replaceSync(plotCss + css + inside);
