/**
 * The live judge: which digits the generator draws, how clearly, and how far from real ones. The
 * classifier is fetched once digits train, and training does not wait for it.
 */
import { blameClassifier, downloadClassifier } from './download.js';

/**
 * @typedef {import('./engine.js').Session} Session
 *
 * @typedef {object} Fetched
 * @property {Uint8Array<ArrayBuffer>} [bytes]
 * @property {Promise<void>} [coming]
 * @property {{ error: unknown }} [failure] of the last attempt; whoever looks next tells of it
 * @property {number} again when a run that trains may try again by itself
 */

/** @type {Fetched} */
const classifier = { again: 0 };

/** A site that does not have the file is not asked with every look. */
const againMs = 30_000;

/** @param {unknown} error */
function fail(error) {
  classifier.bytes = undefined;
  classifier.failure = { error };
  classifier.again = performance.now() + againMs;
}

/** Throws what the last attempt has failed of, once. */
function tellFailure() {
  const { failure } = classifier;
  classifier.failure = undefined;
  if (failure) throw failure.error;
}

/** Nobody awaits a download while it trains, so that it fails by what it leaves behind. */
function fetchClassifier() {
  classifier.coming ??= downloadClassifier()
    .then((bytes) => {
      classifier.bytes = bytes;
      classifier.failure = undefined;
    }, fail)
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
      if (!training) await fetchClassifier();
      else if (!classifier.failure && performance.now() >= classifier.again) fetchClassifier();
      tellFailure();
    }
    const { bytes } = classifier;
    if (!bytes) return undefined;
    if (!session.has_judge()) {
      try {
        await prepare(() => session.load_judge(bytes));
      } catch (error) {
        fail(blameClassifier(error));
        tellFailure();
      }
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
  leave(session) {
    // What was under way would be finished when somebody watches again, and be old by then.
    session.forget_look();
    // Who watches again wants it tried again.
    classifier.again = 0;
  },
};
