/** Overlapping calls of the element's members, in any order: each must settle as documented. */
import { randomFrom } from './random.mjs';

/**
 * @typedef {object} Call
 * @property {string} member
 * @property {unknown} [argument]
 * @property {'bad_experiment' | 'bad_dataset'} [refused] the code with which it must be refused
 * @property {number} wait milliseconds before it
 */

/** Arguments that are sound, and such that are refused whatever the lab does. */
const calls = {
  train: [{ steps: 1 }, { steps: 3 }, { steps: 20 }, undefined],
  pause: [undefined],
  reset: [
    {},
    { seed: 5 },
    { width: 3 },
    { width: 2 },
    { batch_size: 8 },
    { dataset: 'procedural' },
  ],
  step: ['both', 'discriminator', 'generator', undefined],
  sample: [{ count: 2 }, { count: 3, seed: 4 }, undefined],
  evaluate: [{ count: 10 }],
  save: [undefined],
  load: ['saved'],
  loadDataset: ['images'],
  remove: [undefined],
};

/** @type {Record<string, unknown[]>} */
const refused = {
  train: [{ steps: 0 }, { steps: 1.5 }, { steps: '3' }, { steps: 2 ** 60 }, null, 7],
  reset: [
    { width: -1 },
    { widht: 3 },
    { seed: -1 },
    { generator_lr: 'x' },
    { width: null },
    'x',
    [1],
  ],
  step: ['neither', 3, null],
  sample: [
    { count: 2 ** 32 + 1 },
    { seed: -1 },
    { seed: 2 ** 64 },
    { label: 10 },
    { truncation: 0 },
  ],
  evaluate: [{ count: 2 }, { count: '10' }, null],
};

/**
 * @param {number} seed
 * @returns {Call[]} ends with a pause, so that training without an end has one
 */
export function sequence(seed) {
  const { below, next, pick } = randomFrom(seed);
  const length = 3 + below(6);
  const list = Array.from({ length }, () => {
    const wait = next() < 0.5 ? 0 : below(60);
    if (next() < 0.2) {
      const member = pick(Object.keys(refused));
      return {
        member,
        argument: pick(refused[member]),
        refused: /** @type {const} */ ('bad_experiment'),
        wait,
      };
    }
    const member = pick(Object.keys(calls));
    // Judging takes long, and leaving the page ends everything: both are rare.
    const rare = member === 'evaluate' || member === 'remove';
    const taken = rare && next() < 0.8 ? 'train' : member;
    return { member: taken, argument: pick(calls[taken]), wait };
  });
  return [...list, { member: 'pause', wait: 0 }];
}

/**
 * Makes the calls on `window.lab`; says what went against the documentation.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} seed
 * @returns {Promise<string[]>}
 */
export function play(page, seed) {
  return page.evaluate(async (list) => {
    const { lab } = window;
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    window.savedRun ??= await lab.save();
    window.someImages ??= await (await fetch('/files/images')).blob();
    const arguments_ = {
      load: () => window.savedRun,
      loadDataset: () => ({ images: window.someImages, name: 'some' }),
    };
    const shapes = {
      train: (value) => value === undefined || Number.isInteger(value.step),
      pause: (value) => value === undefined || Number.isInteger(value.step),
      step: (value) => Number.isInteger(value.step),
      reset: (value) => typeof value.model === 'string',
      sample: ({ width, height, count, channels, pixels }) =>
        pixels.length === count * channels * width * height,
      evaluate: ({ count }) => count === 10,
      save: (value) => value instanceof Blob && value.size > 1000,
      load: ({ step, experiment }) => Number.isInteger(step) && experiment.model === 'dcgan',
      loadDataset: ({ name, source }) => name === 'some' && source === 'file',
    };
    const call = async ({ member, argument, refused }) => {
      const said = `${member}(${JSON.stringify(argument) ?? ''})`;
      try {
        const value = await lab[member](arguments_[member]?.() ?? argument);
        if (refused) return `${said} was not refused`;
        return shapes[member](value) ? '' : `${said} gave ${JSON.stringify(value)}`;
      } catch (error) {
        const { code, message } = error;
        // Who leaves the page ends what is under way, whatever it would have said.
        const fine = refused ? [refused, 'aborted'] : ['aborted'];
        return fine.includes(code) ? '' : `${said}: ${code} ${message}`;
      }
    };
    const under = [];
    let left = false;
    for (const item of list) {
      if (item.wait > 0) await pause(item.wait);
      if (item.member === 'remove') {
        left = true;
        lab.remove();
        setTimeout(() => document.body.append(lab), 5);
      } else {
        under.push(call(item));
      }
    }
    if (left) {
      await pause(20);
      under.push(call({ member: 'pause' }));
    }
    const late = pause(60_000).then(() => ['a promise did not settle within a minute']);
    const faults = await Promise.race([Promise.all(under), late]);
    const { dataset } = await lab.ready;
    const word = { some: 'file', procedural: 'procedural' }[dataset.name];
    if (lab.experiment.dataset !== word) {
      faults.push(`${dataset.name} runs, the experiment says ${lab.experiment.dataset}`);
    }
    return faults.filter(Boolean);
  }, sequence(seed));
}
