/**
 * What the package says about the element in other formats: attributes from the table of settings,
 * members and events from index.d.ts.
 */
import { readFile } from 'node:fs/promises';
import words from '../src/i18n/en.js';
import { fields, optionFields, presets } from '../src/settings/fields.js';
import { membersOf } from './declarations.mjs';

/** @typedef {import('../src/settings/fields.js').Field} Field */

const tag = 'ganvas-lab';

/** Options of the page have no words in the lab. @type {Record<string, string>} */
const about = {
  backend:
    'Where to compute; `auto` tries hardware WebGPU and the CPU and takes the faster, else the CPU',
  lang: 'Language, `zh` or `en`; unless told, that of the page, then the browser’s',
  theme: '`auto` follows the page',
  controls: 'How much there is to control',
  preset: 'A set of settings; single attributes override it',
  autoplay: 'Starts when scrolled into view, unless the reader asks for reduced motion',
  exact: 'On the CPU, the same numbers bit for bit in every browser: no relaxed SIMD',
  threads:
    'On the CPU of a page that is cross-origin isolated: how many cores share the work; `auto` leaves one to the page where there are more than two',
  preview: '`off`: no first digits',
  from_url: 'The page’s query sets the same names, over the attributes',
  framed: 'Talks with the page around an iframe',
  offscreen: '`pause`: training rests while the element is scrolled away',
};

const contract = await readFile(new URL('./index.d.ts', import.meta.url), 'utf8');

/** What the attribute may be where a framework takes it: each of them is text in the end. @param {Field} field */
function typeOf({ type, options }) {
  if (options) {
    const texts = options.map((option) => JSON.stringify(String(option)));
    const numbers = options.filter((option) => typeof option === 'number').map(String);
    return [...texts, ...numbers].join(' | ');
  }
  // React writes `true` as an empty attribute, and `false` as none: right for what is there or not.
  if (type === 'flag') return 'boolean';
  if (type === 'boolean') return '"true" | "false"';
  return type === 'language' || type === 'code' ? 'string' : 'number | string';
}

/** What is no setting. @type {Field[]} */
const manners = [
  { name: 'from_url', type: 'flag', default: false },
  { name: 'framed', type: 'flag', default: false },
];

const settings = [...optionFields, ...fields, ...manners].map((field) => ({
  name: field.name.replaceAll('_', '-'),
  description: about[field.name] ?? words[`field.${field.name}`],
  type: typeOf(field),
  default: field.default,
  options: field.name === 'preset' ? presets.map(({ name }) => name) : field.options,
}));
const untold = settings.filter(({ description }) => !description);
if (untold.length > 0) throw new Error(`no words for ${untold.map(({ name }) => name)}`);

/** The attributes in TypeScript. */
export const attributes = `/** Attributes of <${tag}>, made from the table of settings. */
export interface GanvasLabAttributes {
${settings.map(({ name, description, type }) => `  /** ${description}. */\n  '${name}'?: ${type};`).join('\n')}
}
`;

/** https://custom-elements-manifest.open-wc.org */
export const customElements = {
  schemaVersion: '2.1.0',
  modules: [
    {
      kind: 'javascript-module',
      path: 'define.js',
      declarations: [
        {
          kind: 'class',
          name: 'GanvasLab',
          tagName: tag,
          customElement: true,
          description: 'Trains a generative adversarial network in the reader’s browser.',
          attributes: settings.map(({ name, description, type, default: initial }) => ({
            name,
            description,
            type: { text: type },
            default: JSON.stringify(initial),
          })),
          members: membersOf(contract, 'GanvasLabElement').map(
            ({ name, description, type, readonly, parameters }) =>
              parameters
                ? {
                    kind: 'method',
                    name,
                    description,
                    parameters: parameters.map((taken) => ({
                      ...taken,
                      type: { text: taken.type },
                    })),
                    return: { type: { text: type } },
                  }
                : { kind: 'field', name, description, type: { text: type }, readonly },
          ),
          events: membersOf(contract, 'GanvasLabEventMap').map(({ name, description, type }) => ({
            name,
            description,
            type: { text: type },
          })),
        },
      ],
      exports: [
        {
          kind: 'custom-element-definition',
          name: tag,
          declaration: { name: 'GanvasLab', module: 'define.js' },
        },
      ],
    },
  ],
};

/** https://code.visualstudio.com/api/extension-guides/custom-data-extension */
export const vscode = {
  version: 1.1,
  tags: [
    {
      name: tag,
      description: customElements.modules[0].declarations[0].description,
      attributes: settings.map(({ name, description, options }) => ({
        name,
        description,
        ...(options ? { values: options.map((option) => ({ name: String(option) })) } : {}),
      })),
    },
  ],
};
