/** Which experiments cost the same. */
import { applies, fields } from '../settings/fields.js';

/**
 * What the time of a step depends on, as one string: the settings in use but for seed and data (a
 * drawing is data), and of a rate or a weight only whether there is one.
 *
 * @param {import('../protocol.js').Experiment} experiment
 */
export const workloadOf = (experiment) =>
  fields
    .filter(({ name }) => !['seed', 'dataset', 'drawing'].includes(name))
    .filter((field) => applies(field, String(experiment.model)))
    .map(({ name, type, default: usual }) => {
      const value = experiment[name] ?? usual;
      return `${name}=${type === 'number' ? value !== 0 : value}`;
    })
    .join(' ');
