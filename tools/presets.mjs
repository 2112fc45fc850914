/**
 * The reference of the presets, docs/presets.md and docs/presets.zh-CN.md, from the schema, the words
 * of the page and the records of docs/results: `node tools/presets.mjs` writes them.
 */
import { readdir, readFile } from 'node:fs/promises';
import en from '../www/src/i18n/en.js';
import zh from '../www/src/i18n/zh-CN.js';
import { applies, experimentOf, fields, presets } from '../www/src/settings/fields.js';
import { attributeName } from '../www/src/settings/settings.js';
import { traitsOf } from '../www/src/settings/traits.js';
import { docs, head as headOf, row, writePages } from './docs.mjs';

const languages = {
  'presets.md': {
    words: en,
    head: `# Presets

What \`preset\` may name, from the schema (\`node tools/presets.mjs\`). A preset is a set of settings; single attributes override it ([element.md](element.md)). The pictures are 64 digits after a stated number of steps on real MNIST, seed 1; [results.md](results.md) has the measurements; those in \`results/page\` are the page's own, by \`node tools/preset-pictures.mjs\`. “As trained” marks those that were drawn by the weights themselves, where the page shows their average (\`ema-decay\`).

[中文](presets.zh-CN.md)

${headOf(['preset', '', "settings, over the model's own", 'digits'])}`,
    none: 'not measured',
    plane: 'points: [plane.md](plane.md)',
    fails: 'Fails on purpose.',
    after: (/** @type {number} */ steps, /** @type {boolean} */ asTrained) =>
      `${steps} steps${asTrained ? ', as trained' : ''}`,
  },
  'presets.zh-CN.md': {
    words: zh,
    head: `# 预设

\`preset\` 可以取的值，由参数表生成（\`node tools/presets.mjs\`）。预设是一组参数，单独写出的属性优先（见 [element.zh-CN.md](element.zh-CN.md)）。图是用种子 1 在真实的 MNIST 上训练到注明的步数后画出的 64 个数字，测量结果见 [results.md](results.md)（英文）；\`results/page\` 里的由页面自己训练，用 \`node tools/preset-pictures.mjs\` 生成。注明“未平均”的图由训练中的权重直接画出，页面上则用滑动平均权重画图（\`ema-decay\`）。

[English](presets.md)

${headOf(['预设', '', '在模型默认值之上的参数', '数字'])}`,
    none: '没有测量',
    plane: '平面上的点：见 [plane.zh-CN.md](plane.zh-CN.md)',
    fails: '故意做坏的。',
    after: (/** @type {number} */ steps, /** @type {boolean} */ asTrained) =>
      `${steps} 步${asTrained ? '，未平均' : ''}`,
  },
};

/** Every record of seed 1, with its picture's name: by the native program, then by the page. */
async function records() {
  const names = await Promise.all(
    ['', 'page/'].map(async (folder) =>
      (await readdir(new URL(`results/${folder}`, docs))).map((name) => `${folder}${name}`),
    ),
  );
  const files = names.flat().filter((name) => /-1\.json$|^page\/.*\.json$/.test(name));
  return Promise.all(
    files.map(async (name) => ({
      picture: name.replace(/(-1)?\.json$/, '.png'),
      ...JSON.parse(await readFile(new URL(`results/${name}`, docs), 'utf8')),
    })),
  );
}

/**
 * The record whose run was this preset's, whatever was averaged for its pictures.
 *
 * @param {ReturnType<typeof experimentOf>} experiment
 * @param {any[]} all
 */
const recordOf = (experiment, all) =>
  all.find((record) =>
    fields
      .filter((field) => applies(field, String(experiment.model)))
      .filter(({ name }) => !['seed', 'ema_decay'].includes(name))
      .every(({ name }) => record.experiment[name] === experiment[name]),
  );

/** Every page by its file in docs/. @returns {Promise<Map<string, string>>} */
export async function pages() {
  const all = await records();
  return new Map(
    Object.entries(languages).map(([file, { words, head, none, plane, fails, after }]) => {
      const rows = presets.map((preset) => {
        const { name, experiment: own } = preset;
        const experiment = experimentOf(preset);
        const record = recordOf(experiment, all);
        const title = words[`preset.${name}`];
        const settings = Object.entries(own)
          .map(([field, value]) => `\`${attributeName(field)}="${value}"\``)
          .join(' ');
        const digits = record
          ? `<img src="results/${record.picture}" width="121" alt="${title}"><br>${after(record.steps, (record.experiment.ema_decay ?? 0) !== experiment.ema_decay)}`
          : traitsOf(experiment).space === 'plane'
            ? plane
            : none;
        const about = preset.fails_on_purpose ? `${title}<br>${fails}` : title;
        return row([`\`${name}\``, about, settings, digits]);
      });
      return [file, `${[head, ...rows].join('\n')}\n`];
    }),
  );
}

await writePages(import.meta.url, pages);
