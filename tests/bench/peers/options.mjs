/** The command line of the comparison. */
import { parseArgs } from 'node:util';
import { contestants } from './contestants.mjs';

export function options() {
  const { values } = parseArgs({
    options: {
      peers: { type: 'boolean' },
      sizes: { type: 'string', default: '16x32,64x64' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      limit: { type: 'string', default: '600' },
      isolated: { type: 'boolean', default: false },
      hardware: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',');
  const strangers = names?.filter((name) => !contestants.some((known) => known.name === name));
  if (strangers?.length) {
    const known = contestants.map(({ name }) => name).join(', ');
    throw new Error(`--only does not know ${strangers.join(', ')}; there are ${known}`);
  }
  if (names && values['write-docs']) throw new Error('--write-docs wants all contestants');
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${values[name]}`);
    return value;
  };
  return {
    sizes: values.sizes.split(',').map((size) => {
      const [, width, batch_size] = size.match(/^(\d+)x(\d+)$/)?.map(Number) ?? [];
      if (!width) throw new Error(`--sizes takes WIDTHxBATCH, not ${size}`);
      return { size, width, batch_size };
    }),
    contestants: contestants.filter(({ name }) => !names || names.includes(name)),
    rounds: number('rounds'),
    /** @type {import('../../support/browser.mjs').Webgpu} */
    webgpu: values.hardware ? 'hardware' : 'software',
    plan: {
      seconds: number('seconds'),
      most: 50,
      limit: number('limit'),
    },
    isolated: values.isolated,
    writeDocs: values['write-docs'],
  };
}
