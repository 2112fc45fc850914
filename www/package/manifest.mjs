/** What the package says about the element in other formats, all of it from the table of settings. */
import words from '../src/i18n/en.js';
import { fields, optionFields, presets } from '../src/settings/fields.js';

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
  preview: '`off`: no first digits',
  from_url: 'The page’s query sets the same names, over the attributes',
  framed: 'Talks with the page around an iframe',
  offscreen: '`pause`: training rests while the element is scrolled away',
};

/** @type {Record<string, string>} */
const events = {
  report: 'Losses and other figures, about four times a second',
  sample: 'The grid of digits, about once a second',
  state: 'What the lab does now, on what and with which data',
  error: 'An error, with a stable code',
};

/** @param {Field} field */
function typeOf({ type, options }) {
  if (options) return options.map((option) => JSON.stringify(String(option))).join(' | ');
  if (type === 'flag') return 'boolean';
  if (type === 'boolean') return 'boolean | "true" | "false"';
  return type === 'language' ? 'string' : 'number | string';
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
  schemaVersion: '1.0.0',
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
          events: Object.entries(events).map(([name, description]) => ({
            name,
            description,
            type: { text: 'CustomEvent' },
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
