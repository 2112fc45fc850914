/**
 * What is going wrong in a run, from its figures alone: pure functions, whose conditions are told
 * beside each. A finding has a name and the values that its sentence speaks of.
 */
import { lossOf, traitsOf } from '../settings/traits.js';
import { highest, latest, median, pointsOf } from './figures.js';

/**
 * @typedef {import('./figures.js').Curves} Curves
 * @typedef {import('../protocol.js').Experiment} Experiment
 *
 * @typedef {import('../settings/disasters.js').Ailment} Ailment
 * @typedef {{ name: string, values: Record<string, number> }} Finding
 */

/** Reports, and looks of the judge, whose median counts: more than one outlier among them. */
const reports = 5;
const looks = 3;

/** As many of the ten digits are few. */
const fewModes = 5;
/** Digits that are drawn at all, e to the power of their entropy: as many are few. */
const fewDrawn = 5;
/** As many modes, and more digits drawn than are few, are enough to say that a run is over it. */
const manyModes = 6;
/**
 * A share of images that could be real: below it, what the classifier reads is no digit. It comes
 * and goes while G moves from one digit to the next, so that the best look counts.
 */
const leastPrecision = 0.25;
/** D takes so many fakes for real, at least, where they pass. */
const leastPassing = 0.05;
/** By as much has a gradient vanished, and come back. */
const vanished = 100;
const returned = 10;
/** A critic that a gradient penalty holds has the slope 1. */
const steep = 10;

/**
 * G draws few of the ten digits, and D lets them pass: in the newest look and by the medians of the
 * latest three at most five modes are covered, and the entropy of what is drawn is that of five
 * digits or fewer (so that digits which are merely unclear do not count as missing); in one of the
 * three a quarter of the images or more could be real ones; and the mean D(G(z)) of the reports since
 * is at least 0.05, where D's output is a probability. It takes the judge's figures. A run that has
 * had six modes or more has lost some, whatever D makes of the others.
 *
 * @param {Curves} curves
 * @param {Experiment} experiment
 * @returns {Finding | undefined}
 */
export function modeCollapse(curves, experiment) {
  const found = pointsOf(curves, 'modes');
  const entropies = pointsOf(curves, 'entropy');
  // A healthy run comes by few digits too, once, on its way to all: its newest look has more.
  const few = [1, looks].every(
    (count) => latest(found, count) <= fewModes && Math.exp(latest(entropies, count)) <= fewDrawn,
  );
  const precision = highest(pointsOf(curves, 'precision').slice(-looks), 1);
  if (!(few && precision >= leastPrecision)) return undefined;
  const modes = latest(found, looks);
  const since = found[found.length - looks].step;
  const d_fake = median(pointsOf(curves, 'd_fake').filter(({ step }) => step >= since));
  const values = { modes, precision, d_fake };
  // Before there were many: the count has fallen, and did not start low.
  const most = highest(found, looks);
  if (most >= manyModes) return { name: 'mode_collapse', values: { ...values, most } };
  const passes = traitsOf(experiment).reading !== 'probability' || d_fake >= leastPassing;
  return passes ? { name: 'mode_collapse', values } : undefined;
}

/**
 * G's gradient is at most a hundredth of what it was, and D takes hardly any fake for real: by the
 * medians of five reports, D(G(z)) at most 0.05. Only where D's output is a probability: other
 * losses do not saturate there.
 *
 * @param {Curves} curves
 * @param {Experiment} experiment
 * @returns {Finding | undefined}
 */
export function vanishingGradient(curves, experiment) {
  if (traitsOf(experiment).reading !== 'probability') return undefined;
  const lengths = pointsOf(curves, 'g_gradient');
  const gradient = latest(lengths, reports);
  const before = Math.max(...lengths.map(({ value }) => value));
  const d_fake = latest(pointsOf(curves, 'd_fake'), reports);
  const times = before / gradient;
  if (!(times >= vanished && d_fake <= leastPassing)) return undefined;
  return { name: 'vanishing_gradient', values: { gradient, before, times, d_fake } };
}

/**
 * The critic is ten times as steep as a gradient penalty would have it. The judge measures the
 * slope, by the median of its latest looks, three at most. Before the first the scores give a bound:
 * two images differ by at most 2√n, n values from −1 to 1 each, so that mean scores W apart take a
 * slope of W / 2√n somewhere, or a larger one.
 *
 * @param {Curves} curves
 * @param {Experiment} experiment
 * @returns {Finding | undefined}
 */
export function runawayCritic(curves, experiment) {
  if (!traitsOf(experiment).critic || lossOf(experiment) !== traitsOf(experiment).own_loss) {
    return undefined;
  }
  const slope = slopeOf(curves);
  const least = boundOf(latest(pointsOf(curves, 'wasserstein'), reports), experiment);
  const [value, values] = Number.isNaN(slope) ? [least, { least }] : [slope, { slope }];
  return value >= steep ? { name: 'runaway_critic', values } : undefined;
}

/**
 * As the judge has measured it, after a step where one is given; not a number before its first look.
 *
 * @param {Curves} curves
 * @param {number} [after]
 */
function slopeOf(curves, after) {
  const measured = pointsOf(curves, 'slope', after);
  return latest(measured, Math.min(looks, measured.length));
}

/**
 * The slope that a critic has somewhere at least, if its mean scores are so far apart.
 *
 * @param {number} apart
 * @param {Experiment} experiment
 */
function boundOf(apart, experiment) {
  const values = traitsOf(experiment).channels * Number(experiment.image_size) ** 2;
  return Math.abs(apart) / (2 * Math.sqrt(values));
}

/** @type {Record<Ailment, (curves: Curves, experiment: Experiment) => Finding | undefined>} */
const ailments = {
  mode_collapse: modeCollapse,
  vanishing_gradient: vanishingGradient,
  runaway_critic: runawayCritic,
};

/**
 * Everything that is wrong with a run.
 *
 * @param {Curves} curves
 * @param {Experiment} experiment
 * @returns {Finding[]}
 */
export const diagnose = (curves, experiment) =>
  Object.values(ailments).flatMap((find) => find(curves, experiment) ?? []);

/**
 * Whether a run is over an ailment, by the figures of the steps after the one at which it was treated
 * (what was measured at that step is from before): six of the ten digits or more, and more drawn than
 * five; a gradient ten times as long as before; a slope below ten and a third of what it was at most,
 * which the judge has to have measured: scores tell how steep a critic is at least, never at most.
 *
 * @param {Curves} curves
 * @param {Experiment} experiment
 * @param {Ailment} ailment
 * @param {number} since
 * @returns {Finding | undefined}
 */
export function recovery(curves, experiment, ailment, since) {
  const finding = (/** @type {Record<string, number>} */ values) => ({
    name: `${ailment}_over`,
    values,
  });
  switch (ailment) {
    case 'mode_collapse': {
      const modes = latest(pointsOf(curves, 'modes', since), looks);
      const seen = until(pointsOf(curves, 'modes'), since);
      const before = latest(seen, Math.min(looks, seen.length));
      const drawn = Math.exp(latest(pointsOf(curves, 'entropy', since), looks));
      return modes >= manyModes && drawn > fewDrawn ? finding({ modes, before }) : undefined;
    }
    case 'vanishing_gradient': {
      const gradient = latest(pointsOf(curves, 'g_gradient', since), reports);
      const before = latest(until(pointsOf(curves, 'g_gradient'), since), 1);
      const times = gradient / before;
      return times >= returned ? finding({ gradient, before, times }) : undefined;
    }
    case 'runaway_critic': {
      const slope = slopeOf(curves, since);
      const seen = highest(until(pointsOf(curves, 'slope'), since), 1);
      const apart = highest(until(pointsOf(curves, 'wasserstein'), since), 1);
      const least = boundOf(apart, experiment);
      const [was, before] = Number.isNaN(seen) ? [least, { least }] : [seen, { before: seen }];
      const flat = slope < steep && !(slope > was / 3);
      return flat ? finding({ slope, ...before }) : undefined;
    }
  }
}

/**
 * @param {import('./figures.js').Point[]} points
 * @param {number} step
 */
const until = (points, step) => points.filter((point) => point.step <= step);
