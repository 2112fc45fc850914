/**
 * The tables of docs/element.md and docs/element.zh-CN.md, from the schema and the words of the page:
 * `node tools/reference.mjs` writes them between their markers, and leaves the rest as it is.
 */
import { readFile } from 'node:fs/promises';
import { tunable } from '../www/src/generated/model-traits.js';
import { rules } from '../www/src/generated/schema.js';
import en from '../www/src/i18n/en.js';
import zh from '../www/src/i18n/zh-CN.js';
import {
  applies,
  defaultsOf,
  fieldOf,
  fields,
  optionFields,
  settingsByName,
  startExperiment,
} from '../www/src/settings/fields.js';
import { attributeName } from '../www/src/settings/settings.js';
import { docs, head, row, writePages } from './docs.mjs';
import { chinese, english, manners } from './reference-words.mjs';

/**
 * @typedef {import('../www/src/settings/fields.js').Field} Field
 * @typedef {import('../www/src/settings/fields.js').Value} Value
 * @typedef {import('./reference-words.mjs').ReferenceWords} ReferenceWords
 * @typedef {Record<string, string>} Words of the page
 */

const languages = [
  { file: 'element.md', page: en, words: english },
  { file: 'element.zh-CN.md', page: zh, words: chinese },
];

const models = (settingsByName.get('model')?.options ?? []).map(String);

/** @param {unknown} text */
const code = (text) => `\`${text}\``;
/** @param {Field} field */
const attribute = ({ name }) => code(attributeName(name));

/**
 * Which values a field takes.
 *
 * @param {Field} field
 * @param {ReferenceWords} words
 */
function valuesOf({ type, options, min = 0, max = 0, unit = 1 }, words) {
  if (options) return options.map(code).join(words.comma);
  switch (type) {
    case 'boolean':
      return ['true', 'false'].map(code).join(words.comma);
    case 'flag':
      return words.present;
    case 'code':
      return words.code(unit, max);
    default:
      return type === 'integer' ? words.whole(min, max) : words.number(min, max);
  }
}

/** @param {Value} value @param {ReferenceWords} words */
const valueText = (value, words) => (value === '' ? words.nothing : code(value));

/**
 * What most of its models have of a field, then the others by name.
 *
 * @param {Field} field
 * @param {ReferenceWords} words
 * @param {(model: string) => string} tell
 */
function byModel(field, words, tell) {
  const users = models.filter((model) => applies(field, model));
  const texts = [...new Set(users.map(tell))];
  return texts
    .map((text) => ({ text, of: users.filter((model) => tell(model) === text) }))
    .sort((a, b) => b.of.length - a.of.length)
    .map(({ text, of }, at) =>
      at === 0 ? text : `${of.map(code).join(words.comma)}${words.colon}${text}`,
    )
    .join(words.semicolon);
}

/** @param {Field} field @param {ReferenceWords} words */
function usersOf(field, words) {
  const list = (/** @type {readonly string[]} */ names) => names.map(code).join(words.comma);
  if (field.models) return list(field.models);
  return field.except ? words.allBut(list(field.except)) : words.all;
}

/** @param {Field} field @param {ReferenceWords} words */
function defaultOf(field, words) {
  // A model has no model by default; who names nothing gets the one of the start.
  if (field.name === 'model') return code(startExperiment().model);
  return byModel(field, words, (model) => valueText(defaultsOf(model)[field.name], words));
}

/**
 * The options of the element, which are no part of the experiment.
 *
 * @param {Words} _
 * @param {ReferenceWords} words
 */
function options(_, words) {
  const { columns } = words;
  const flags = manners.map((name) => ({ name, type: 'flag', default: false }));
  return [
    head([columns.attribute, columns.values, columns.initial, columns.about]),
    ...[...optionFields, ...flags].map((field) => {
      const own = words.options[field.name];
      const initial = field.type === 'flag' ? words.absent : valueText(field.default, words);
      const values = own.values ?? valuesOf(field, words);
      return row([attribute(field), values, own.default ?? initial, own.about]);
    }),
  ];
}

/**
 * The settings of the experiment.
 *
 * @param {Words} page
 * @param {ReferenceWords} words
 */
function settings(page, words) {
  const { columns } = words;
  return [
    head([
      columns.attribute,
      columns.values,
      columns.initial,
      columns.models,
      columns.tune,
      columns.about,
    ]),
    ...fields.map((field) =>
      row([
        attribute(field),
        byModel(field, words, (model) => valuesOf(fieldOf(field, model), words)),
        defaultOf(field, words),
        usersOf(field, words),
        tunable.includes(field.name) ? '✓' : '',
        page[`help.${field.name}`] ?? words.help[field.name],
      ]),
    ),
  ];
}

/**
 * What each choice means.
 *
 * @param {Words} page
 * @param {ReferenceWords} words
 */
function choices(page, words) {
  const { columns } = words;
  return [
    head([columns.attribute, columns.value, columns.about]),
    ...fields.flatMap((field) =>
      (field.options ?? []).map((option) => {
        const key = `${field.name}.${option}`;
        const about = page[`about.${key}`];
        const title = page[`option.${key}`];
        return row([
          attribute(field),
          code(option),
          about ? `${title}${words.colon}${about}` : title,
        ]);
      }),
    ),
  ];
}

/**
 * Settings that contradict each other; what a model does not use is in the table of settings.
 *
 * @param {Words} page
 * @param {ReferenceWords} words
 */
function contradictions(page, words) {
  const { columns } = words;
  return [
    head([columns.refused, columns.why]),
    ...rules
      .map(({ refuses, reason }) => ({ refuses, why: page[`problem.${reason}`] }))
      .filter(({ why }) => !why.includes('{model}'))
      .map(({ refuses, why }) => row([code(attributeName(refuses)), why])),
  ];
}

const tables = { options, settings, choices, contradictions };

/** @param {string} name */
const marks = (name) => [
  `<!-- ${name}: written by node tools/reference.mjs -->`,
  `<!-- end of ${name} -->`,
];

/** Both pages, with their tables as they should be. @returns {Promise<Map<string, string>>} */
export async function pages() {
  /** @type {Map<string, string>} */
  const all = new Map();
  for (const { file, page, words } of languages) {
    let text = await readFile(new URL(file, docs), 'utf8');
    for (const [name, table] of Object.entries(tables)) {
      const [first, last] = marks(name);
      const [before, rest, ...twice] = text.split(first);
      const [, after] = rest?.split(last) ?? [];
      if (after === undefined || twice.length > 0) throw new Error(`${file}: ${first} … ${last}`);
      text = `${before}${first}\n\n${table(page, words).join('\n')}\n\n${last}${after}`;
    }
    all.set(file, text);
  }
  return all;
}

await writePages(import.meta.url, pages);
