/**
 * What is happening right now, as one word for one sentence: a pure function of the figures of a
 * run. Figures of single batches jump, so they are averaged first; a moment is left at another
 * figure than it is entered at, and only when the next one has been seen several times in a row.
 */
import { traitsOf } from '../settings/traits.js';

/**
 * @typedef {Record<string, number>} Figures a report's numbers
 * @typedef {'probability' | 'one_or_zero' | 'higher'} Reading how D's mean output is to be read
 *
 * @typedef {object} Kind what the moments of a system are told from
 * @property {'adversarial' | 'autoencoder' | 'translation'} family
 * @property {Reading} reading
 * @property {boolean} critic
 * @property {boolean} saturates G's loss goes flat where D is sure: it is log(1 − D(G(z)))
 *
 * @typedef {object} Averages
 * @property {(name: string) => number} now the mean of the last few reports
 * @property {(name: string) => number} drift how much of itself a figure has lately risen: −0.1 is a
 *   tenth less than it was some dozen reports ago
 *
 * @typedef {object} Row
 * @property {string} name the sentence is `now.<name>`
 * @property {(averages: Averages, slack: number) => boolean} holds `slack` is 1 to enter, above 1 to
 *   stay: limits are that much wider
 */

/** @param {import('../protocol.js').Experiment} experiment @returns {Kind} */
export function kindOf(experiment) {
  const { family, reading, critic, saturates } = traitsOf(experiment);
  return { family, reading, critic, saturates };
}

/** Share of the newest report in an average: some of the last reports, or some dozens. */
const quick = 0.25;
const slow = 0.04;
/** So many reports in a row must agree before another sentence comes. */
const settle = 3;
/** A run's first steps say nothing yet. */
const warmUpSteps = 15;
/** How much wider the limits are for whoever is within them. */
const stay = 1.35;

/**
 * D's word as the share of the way from "fake" to "real".
 *
 * @type {Row[]}
 */
const byShare = [
  {
    name: 'sure',
    holds: ({ now }, slack) => now('d_real') > 1 - 0.1 * slack && now('d_fake') < 0.1 * slack,
  },
  {
    name: 'undecided',
    holds: ({ now }, slack) =>
      Math.abs(now('d_real') - now('d_fake')) < 0.08 * slack &&
      Math.abs((now('d_real') + now('d_fake')) / 2 - 0.5) < 0.12 * slack,
  },
  { name: 'generator_ahead', holds: ({ now }, slack) => now('d_fake') > 0.5 + 0.1 / slack ** 2 },
  {
    name: 'discriminator_ahead',
    holds: ({ now }, slack) => now('d_real') - now('d_fake') > 0.5 / slack,
  },
];

/**
 * Where G minimises log(1 − D(G(z))), that is flat as soon as D gives fakes next to nothing, whatever
 * it says of what is real.
 *
 * @type {Row}
 */
const flat = { name: 'sure_and_flat', holds: ({ now }, slack) => now('d_fake') < 0.05 * slack };

/**
 * Scores that only mean more and less. Within the hinge's margin, −1 to 1, D still learns.
 *
 * @type {Row[]}
 */
const byMargin = [
  {
    name: 'margin',
    holds: ({ now }, slack) => now('d_real') > 1 / slack && now('d_fake') < -1 / slack,
  },
  {
    name: 'generator_leads',
    holds: ({ now }, slack) => now('d_fake') > now('d_real') + 0.1 / slack,
  },
  {
    name: 'no_difference',
    holds: ({ now }, slack) => Math.abs(now('d_real') - now('d_fake')) < 0.2 * slack,
  },
];

/** @param {string} figure @param {string} falls @param {string} rises @returns {Row[]} */
const byDrift = (figure, falls, rises) => [
  { name: falls, holds: ({ drift }, slack) => drift(figure) < -0.05 / slack },
  { name: rises, holds: ({ drift }, slack) => drift(figure) > 0.05 / slack },
];

/**
 * The moments that a system can be in, the most telling first; the last one always holds.
 *
 * @param {Kind} kind
 * @returns {Row[]}
 */
export function momentsOf({ family, reading, critic, saturates }) {
  /** @param {string} name @returns {Row} */
  const otherwise = (name) => ({ name, holds: () => true });
  if (family === 'autoencoder') {
    return [
      ...byDrift('reconstruction', 'copies_better', 'copies_worse'),
      otherwise('copies_level'),
    ];
  }
  if (family === 'translation') {
    return [...byDrift('cycle', 'cycle_falls', 'cycle_rises'), otherwise('cycle_level')];
  }
  if (critic) {
    return [
      ...byDrift('wasserstein', 'distance_falls', 'distance_rises'),
      otherwise('distance_level'),
    ];
  }
  if (reading === 'higher') return [...byMargin, otherwise('contest')];
  const rows = byShare.map((row) => (row.name === 'sure' && saturates ? flat : row));
  return [...rows, otherwise('contest')];
}

/** Follows a run, report by report. */
export class Moments {
  /** @type {Map<string, { quick: number, slow: number }>} */
  #averages = new Map();
  #reports = 0;
  #step = -1;
  #next = '';
  #seen = 0;
  /** The moment of now; empty before the first report. */
  name = '';

  /** Another run begins. */
  clear() {
    this.#averages.clear();
    this.#reports = 0;
    this.#step = -1;
    this.#next = '';
    this.#seen = 0;
    this.name = '';
  }

  /**
   * @param {Kind} kind
   * @param {Figures} report
   * @returns {boolean} another moment has come
   */
  follow(kind, report) {
    if (report.step < this.#step) this.clear();
    this.#step = report.step;
    this.#reports += 1;
    for (const [name, value] of Object.entries(report)) this.#average(name, value);
    const next = this.#read(kind);
    if (next === this.name) {
      this.#next = '';
      this.#seen = 0;
      return false;
    }
    this.#seen = next === this.#next ? this.#seen + 1 : 1;
    this.#next = next;
    // The first words of a run need not wait.
    if (this.name !== '' && this.name !== 'warming' && this.#seen < settle) return false;
    this.name = next;
    return true;
  }

  /** @param {Kind} kind */
  #read(kind) {
    if (this.#step < warmUpSteps) return 'warming';
    const averages = {
      now: (/** @type {string} */ name) => this.#averages.get(name)?.quick ?? Number.NaN,
      drift: (/** @type {string} */ name) => {
        const { quick = Number.NaN, slow = Number.NaN } = this.#averages.get(name) ?? {};
        return (quick - slow) / Math.max(Math.abs(slow), 1e-6);
      },
    };
    const rows = momentsOf(kind);
    // What tells more comes as soon as it holds; what tells less waits until the present moment is over.
    const found = rows.find((row) => row.holds(averages, row.name === this.name ? stay : 1));
    return found?.name ?? '';
  }

  /** The first averages are plain means. @param {string} name @param {number} value */
  #average(name, value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    const before = this.#averages.get(name) ?? { quick: value, slow: value };
    const towards = (/** @type {number} */ mean, /** @type {number} */ share) =>
      mean + Math.max(share, 1 / this.#reports) * (value - mean);
    this.#averages.set(name, {
      quick: towards(before.quick, quick),
      slow: towards(before.slow, slow),
    });
  }
}

/**
 * What the sentence is about: the lab's own state where that matters more than the contest.
 *
 * @param {{ phase: string, step: number, diverged: boolean, moment: string }} lab
 * @returns {string[]} names of sentences, `now.<name>` each, one after the other
 */
export function situationOf({ phase, step, diverged, moment }) {
  if (phase === 'stopped' || phase === 'recovering' || phase === 'loading') return [phase];
  if (diverged) return ['diverged'];
  if (phase === 'held') return ['held'];
  if (phase === 'running') return [moment || 'warming'];
  if (step === 0) return ['untrained'];
  return moment && moment !== 'warming' ? ['paused', moment] : ['paused'];
}
