/** What the page decides, it decides by traits: no line of code asks for a model or a loss by name. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { losses, models } from '../src/generated/model-traits.js';

const folder = new URL('../src/', import.meta.url);

/** A model that is called as its space: who says the name says the space. */
const spaces = new Set(Object.values(models).map(({ space }) => space));
const named = Object.keys(models).filter((name) => !spaces.has(name));

/** A string or a pattern that is or begins with a model's name, or a comparison with a loss's. */
function namesIn(text) {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const any = (names) => names.join('|');
  const model = new RegExp(`['"\`^|](${any(named)})\\b`, 'g');
  const loss = new RegExp(`(?:[!=]==?|case)\\s*['"\`](${any(Object.keys(losses))})\\b`, 'g');
  return [...code.matchAll(model), ...code.matchAll(loss)];
}

test('no code asks for a model or a loss by name', async () => {
  const files = await readdir(folder, { recursive: true });
  const code = files.filter((name) => /\.js$/.test(name) && !/^(i18n|generated)\b/.test(name));
  assert.ok(code.length > 40);
  for (const name of code) {
    const found = namesIn(await readFile(new URL(name, folder), 'utf8'));
    assert.deepEqual(
      found.map(([it]) => it),
      [],
      name,
    );
  }
});

test('a planted name is found', () => {
  for (const code of [
    "if (model === 'vae') return 1;",
    'const critic = /^wgan/.test(model);',
    "['gan', 'dcgan'].includes(model)",
    "if (loss !== 'hinge') return 1;",
    "switch (loss) { case 'wasserstein': }",
  ]) {
    assert.ok(namesIn(code).length > 0, code);
  }
  assert.deepEqual(namesIn("const figure = 'wasserstein'; if (conditional) t('family.gan');"), []);
});
