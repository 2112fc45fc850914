/** How a discriminator's mean output is to be read. */
import { lossOf } from './experiment.js';

/**
 * @typedef {import('./protocol.js').Description} Description
 *
 * `probability`: of being real, ½ is undecided. The others are scores: `one_or_zero`, where 1 stands
 * for real and 0 for fake, and `higher`, where only more and less mean something.
 * @typedef {'probability' | 'one_or_zero' | 'higher'} Reading
 */

/**
 * @param {Pick<Description, 'experiment' | 'verdict'> | undefined} description
 * @returns {Reading}
 */
export function readingOf(description) {
  const loss = lossOf(description?.experiment ?? {});
  // A module that does not say it shows scores of critics alone.
  const verdict = description?.verdict ?? (loss === 'wasserstein' ? 'score' : 'probability');
  if (verdict === 'probability') return 'probability';
  return loss === 'least_squares' ? 'one_or_zero' : 'higher';
}
