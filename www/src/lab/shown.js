/** What is shown of a run while it goes on, when it goes back, and when another one begins. */

/** @typedef {import('../store.js').Store} Store */

/**
 * A view that is watched is another one; the judge's figures are drawn as curves too.
 *
 * @param {Store} store
 * @param {string} what
 * @param {any} value
 */
export function addSight(store, what, value) {
  store.watched = { ...store.watched, [what]: value };
  if (what !== 'judge') return;
  const { modes, entropy, precision, confidence, frechet_distance, frechet_floor, slope } = value;
  const figures = { modes, entropy, precision, confidence, frechet_distance, frechet_floor };
  // A look takes its time: the run has gone on since.
  store.history?.annotate(slope === undefined ? figures : { ...figures, slope }, value.step);
}

/**
 * The run stands at this step: what was shown of later ones is void.
 *
 * @param {Store} store
 * @param {number} step
 */
export function goBack(store, step) {
  if ((store.report?.step ?? 0) > step) {
    store.report = undefined;
    store.moment = '';
  }
  if ((store.tuned ?? 0) > step) store.tuned = undefined;
  store.pointed = undefined;
  store.extra = undefined;
  store.change = undefined;
  store.watched = {};
  store.history?.goBack(step);
}

/** Another run begins. @param {Store} store */
export function clearRun(store) {
  goBack(store, 0);
  store.tuned = undefined;
  store.history?.clear();
}
