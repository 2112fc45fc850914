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

/** As many parts of a look as fit in here are made at a time, but one at least. */
const partMs = 20;

/**
 * A look is made in parts: not even the first, which reads real images too, holds up training or a
 * request for long.
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
    if (!session.has_judge()) {
      await prepare(() => session.load_judge(bytes));
      return { unfinished: true };
    }
    const end = performance.now() + partMs;
    do {
      // A run that rests is judged as it is; one that trains would never be looked at so.
      const verdict = await session.judge(!training);
      if (verdict) return { value: verdict, old: training && verdict.step !== step };
    } while (performance.now() < end);
    return { unfinished: true };
  },
  // What was under way would be finished when somebody watches again, and be old by then.
  leave: (session) => session.forget_look(),
};
