/**
 * The live judge: which digits the generator draws, how clearly, and how far from real ones. The
 * classifier is fetched once digits train, and training does not wait for it.
 */
import { downloadClassifier } from './download.js';

/**
 * @typedef {import('./engine.js').Session} Session
 *
 * @typedef {{ bytes?: Uint8Array<ArrayBuffer>, coming?: Promise<void> }} Fetched
 */

/** @type {Fetched} */
const classifier = {};

/** A failure is not remembered: the next look tries again. */
function fetchClassifier() {
  classifier.coming ??= downloadClassifier()
    .then((bytes) => {
      classifier.bytes = bytes;
    })
    .finally(() => {
      classifier.coming = undefined;
    });
  return classifier.coming;
}

/**
 * Real images are read in looks of their own, so that none of them takes much longer than another.
 *
 * @type {import('./watches.js').View}
 */
export const judging = {
  everyMs: 1000,
  share: 0.05,
  async look({ session, step, training, prepare }) {
    if (step === 0) return undefined;
    if (!classifier.bytes) {
      const coming = fetchClassifier();
      if (training) {
        // Who awaits it next hears of a failure.
        coming.catch(() => {});
        return undefined;
      }
      await coming;
    }
    const { bytes } = classifier;
    if (!bytes) return undefined;
    if (!session.has_judge()) await prepare(() => session.load_judge(bytes));
    let verdict = await session.judge();
    // Nobody waits for a run that rests.
    while (!verdict && !training) verdict = await session.judge();
    return verdict && { value: verdict };
  },
};
