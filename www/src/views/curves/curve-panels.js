/** Which quantities are drawn as curves, in which panels, and which of these are shown. */

import { disasterOf } from '../../settings/disasters.js';
import { traitsOf } from '../../settings/traits.js';

/**
 * @typedef {import('../../store.js').Store} Store
 *
 * Whose quantity it is: D's, G's, or what both are compared with.
 * What is `whole` counts something.
 * @typedef {{ key: string, who: 'd' | 'g' | 'n', label?: string, whole?: boolean }} Series
 *
 * @typedef {object} Panel
 * @property {string} name
 * @property {string} title
 * @property {Series[]} series
 * @property {[number, number]} [range]
 * @property {boolean} [half] its middle means something
 * @property {boolean} [judged] the judge measures it, now and then
 */

/** D's mean outputs, however they are to be read. @type {Series[]} */
const outputs = [
  { key: 'd_real', who: 'd' },
  { key: 'd_fake', who: 'g' },
];

/** The table that the panels are made from. @satisfies {Record<string, Panel>} */
const panels = {
  loss: {
    name: 'loss',
    title: 'panel.loss',
    series: [
      { key: 'd_loss', who: 'd' },
      { key: 'g_loss', who: 'g' },
    ],
  },
  belief: {
    name: 'belief',
    title: 'panel.belief',
    series: outputs,
    range: [0, 1],
    half: true,
  },
  criticLoss: {
    name: 'critic-loss',
    title: 'panel.loss',
    series: [
      { key: 'd_loss', who: 'd', label: 'curve.critic_loss' },
      { key: 'g_loss', who: 'g' },
    ],
  },
  critic: {
    name: 'critic',
    title: 'panel.critic',
    series: outputs,
  },
  score: {
    name: 'score',
    title: 'panel.score',
    series: outputs,
  },
  wasserstein: {
    name: 'wasserstein',
    title: 'panel.wasserstein',
    series: [{ key: 'wasserstein', who: 'd', label: 'term_name.wasserstein' }],
  },
  reconstruction: {
    name: 'reconstruction',
    title: 'panel.reconstruction',
    series: [{ key: 'reconstruction', who: 'g', label: 'term_name.reconstruction' }],
  },
  kl: {
    name: 'kl',
    title: 'panel.kl',
    series: [{ key: 'kl', who: 'd', label: 'term_name.kl' }],
  },
  cycle: {
    name: 'cycle',
    title: 'panel.cycle',
    series: [
      { key: 'cycle', who: 'd', label: 'term_name.cycle' },
      { key: 'identity', who: 'g', label: 'term_name.identity' },
    ],
  },
  gradients: {
    name: 'gradients',
    title: 'panel.gradients',
    series: [
      { key: 'd_gradient', who: 'd' },
      { key: 'g_gradient', who: 'g' },
    ],
  },
  gradient: {
    name: 'gradients',
    title: 'panel.gradients',
    series: [{ key: 'g_gradient', who: 'g', label: 'curve.gradient' }],
  },
  modes: {
    name: 'modes',
    title: 'panel.modes',
    series: [{ key: 'modes', who: 'g', whole: true }],
    range: [0, 10],
    judged: true,
  },
  clarity: {
    name: 'clarity',
    title: 'panel.clarity',
    series: [
      { key: 'confidence', who: 'g' },
      { key: 'precision', who: 'n' },
    ],
    range: [0, 1],
    judged: true,
  },
  frechet: {
    name: 'frechet',
    title: 'panel.frechet',
    series: [
      { key: 'frechet_distance', who: 'g' },
      { key: 'frechet_floor', who: 'n' },
    ],
    judged: true,
  },
  slope: {
    name: 'slope',
    title: 'panel.slope',
    series: [{ key: 'slope', who: 'd' }],
    judged: true,
  },
};

/** Of a distribution in the plane: how close the generated one is. @satisfies {Record<string, Panel>} */
const distances = {
  modes: {
    name: 'modes',
    title: 'panel.modes',
    series: [{ key: 'modes', who: 'g', label: 'plane.modes', whole: true }],
    judged: true,
  },
  fit: {
    name: 'fit',
    title: 'panel.fit',
    series: [
      { key: 'good', who: 'g', label: 'plane.good' },
      { key: 'js', who: 'n', label: 'plane.js' },
    ],
    judged: true,
  },
  divergence: {
    name: 'divergence',
    title: 'panel.fit',
    series: [{ key: 'js', who: 'n', label: 'plane.js' }],
    judged: true,
  },
};

/**
 * What is known of the plane, where one is watched.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
function planePanels({ watched }) {
  const { metrics } = watched.plane ?? {};
  if (!metrics) return [];
  return metrics.modes === undefined ? [distances.divergence] : [distances.modes, distances.fit];
}

/** The panel that shows an ailment. @type {Record<import('../../diagnosis/diagnosis.js').Ailment, string>} */
const tellTale = {
  mode_collapse: 'modes',
  vanishing_gradient: 'gradients',
  runaway_critic: 'slope',
};

/**
 * The two panels that tell most about a system.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
function mainPanels({ description, report }) {
  const { family, critic, reading } = traitsOf(description?.experiment ?? {});
  if (family === 'autoencoder') return [panels.reconstruction, panels.kl];
  if (family === 'translation') return [panels.loss, panels.cycle];
  if (!critic) return [panels.loss, reading === 'probability' ? panels.belief : panels.score];
  return [
    panels.criticLoss,
    report && !('wasserstein' in report) ? panels.critic : panels.wasserstein,
  ];
}

/**
 * The panels that there are figures for, in the order in which they stand.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
export function panelsWithFigures(store) {
  const { discriminator } = traitsOf(store.description?.experiment ?? {});
  /** @type {Panel[]} */
  const more = [discriminator ? panels.gradients : panels.gradient];
  const { judge } = store.watched;
  if (judge) {
    // Of other images than digits the classifier knows no classes.
    if (readsDigits(store)) more.push(panels.modes, panels.clarity);
    more.push(panels.frechet);
    if (judge.slope !== undefined) more.push(panels.slope);
  }
  return [...mainPanels(store), ...planePanels(store), ...more];
}

/** Whether the images are digits, for all that is known. @param {Store} store */
export const readsDigits = ({ description }) => description?.experiment.dataset !== 'file';

/**
 * The panels that are drawn: the reader's choice, or else the main ones, and what a run that fails
 * on purpose is watched by.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
export function shownPanels(store) {
  const usual = [...mainPanels(store), ...planePanels(store)].map(({ name }) => name);
  const disaster = disasterOf(store.description?.experiment ?? {});
  if (disaster) usual.push(tellTale[disaster.ailment]);
  return panelsWithFigures(store).filter(({ name }) => store.curves[name] ?? usual.includes(name));
}
