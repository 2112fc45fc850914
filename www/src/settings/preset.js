/** Which preset an experiment is. The facade names it. */
import { defaultExperiment, experimentOf, presets, takesDataset } from './fields.js';

/** @typedef {import('../protocol.js').Experiment} Experiment */

const usualData = defaultExperiment().dataset;

/**
 * Whether a preset leaves a setting to whoever uses it. Where a model cannot learn the usual data,
 * its own are a part of the preset: what it shows is shown by them.
 *
 * @param {string} name
 * @param {unknown} model
 */
const isLeft = (name, model) =>
  name === 'seed' || (name === 'dataset' && takesDataset(String(model), usualData));

/**
 * The preset that an experiment is, whatever its seed and its images.
 *
 * @param {Experiment} experiment
 */
export const presetOf = (experiment) =>
  presets.find((preset) =>
    Object.entries(experimentOf(preset)).every(
      ([name, value]) => isLeft(name, experiment.model) || experiment[name] === value,
    ),
  );
