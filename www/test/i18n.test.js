import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { schema } from '../src/generated/schema.js';
import en from '../src/i18n/en.js';
import { supported, translator } from '../src/i18n/index.js';
import zh from '../src/i18n/zh-CN.js';

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
});

test('both languages fill in the same values', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const key of Object.keys(en)) assert.deepEqual(holes(zh[key]), holes(en[key]), key);
});

test('everything in the schema has a label', () => {
  const wanted = [
    ...schema.fields.map(({ name }) => `field.${name}`),
    ...schema.fields.flatMap(({ name, options = [] }) =>
      options.map((option) => `option.${name}.${option}`),
    ),
    ...schema.presets.map(({ name }) => `preset.${name}`),
    ...schema.presets.filter((it) => it.fails_on_purpose).map(({ name }) => `lesson.${name}`),
    ...Object.keys(schema.models).map((name) => `about.model.${name}`),
    ...schema.error_codes.map((code) => `error.${code}`),
  ];
  assert.deepEqual(
    wanted.filter((key) => !(key in en)),
    [],
  );
});

test('every key that the code names outright exists', async () => {
  const folder = new URL('../src/', import.meta.url);
  const files = await readdir(folder, { recursive: true });
  const missing = [];
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const text = await readFile(new URL(file, folder), 'utf8');
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.]+)'/g)) if (!(key in en)) missing.push(key);
    for (const [, name] of text.matchAll(/name: '(\w+)', code/g)) {
      if (!(`notice.${name}` in en)) missing.push(`notice.${name}`);
    }
    for (const [, name] of text.matchAll(/because[:=] '(\w+)'/g)) {
      if (!(`notice.${name}` in en)) missing.push(`notice.${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('languages are found by their tags', () => {
  assert.equal(supported('zh'), 'zh-CN');
  assert.equal(supported('zh-Hant-TW'), 'zh-CN');
  assert.equal(supported('EN-gb'), 'en');
  assert.equal(supported('fr'), undefined);
  assert.equal(supported(''), undefined);
});

test('values are put into the text, unknown keys show themselves', async () => {
  const t = await translator('en');
  assert.equal(t('notice.restarted', { step: 12 }), 'Recovered from the snapshot of step 12.');
  assert.equal(t('no.such.key'), 'no.such.key');
});
