import { eyes } from './eyes-row.js';
import { judging } from './judging.js';
import { plane } from './plane-row.js';

/**
 * The views that a page can have kept up to date, by name: one row each.
 *
 * @type {Record<string, import('./watches.js').View>}
 */
export const views = { eyes, judge: judging, plane };
