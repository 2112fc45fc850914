/** A reader who does anything, in any order: whatever can be pressed, chosen, typed or dropped. */
import * as idx from './idx.mjs';
import { show } from './lab.mjs';
import { randomFrom } from './random.mjs';

/** @typedef {import('playwright-core').Page} Page */

const texts = ['', '0', '-1', '3', '1e9', 'NaN', 'abc', '0.001', '２', '8'];

/**
 * One action on `window.lab`.
 *
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 * @returns {Promise<string>} what was done
 */
export async function act(page, random) {
  const roll = random.next();
  if (roll < 0.62) return useControl(page, random);
  if (roll < 0.7) return dropFiles(page, random);
  if (roll < 0.78) return changeAttribute(page, random);
  if (roll < 0.84) return turnTab(page, random);
  if (roll < 0.9) return scroll(page, random);
  if (roll < 0.95) return resize(page, random);
  return move(page);
}

/**
 * Presses, chooses or types, in one of the controls that are there.
 *
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function useControl(page, random) {
  const numbers = [random.next(), random.next()];
  return page.evaluate(
    ([[which, how], words]) => {
      const root = window.lab.shadowRoot;
      const found = [...root.querySelectorAll('button, select, input, summary')].filter(
        (node) => !node.disabled && node.type !== 'file' && node.getClientRects().length > 0,
      );
      const node = found[Math.floor(which * found.length)];
      if (!node) return 'nothing to press';
      const name = node.dataset.action ?? node.dataset.field ?? node.textContent.trim();
      // Weights are not downloaded, and the page is not reloaded, five hundred times.
      if (name === 'save' || /reload/i.test(name)) return `left ${name} alone`;
      if (node.localName === 'select') {
        const { value } = node.options[Math.floor(how * node.options.length)];
        node.value = value;
        node.dispatchEvent(new Event('change', { bubbles: true }));
        return `${name} = ${value}`;
      }
      if (node.type === 'text') {
        node.value = words[Math.floor(how * words.length)];
        node.dispatchEvent(new Event('change', { bubbles: true }));
        return `${name} = "${node.value}"`;
      }
      if (node.type === 'range') {
        node.value = String(Number(node.min) + how * (Number(node.max) - Number(node.min)));
        node.dispatchEvent(new Event('input', { bubbles: true }));
        return `${name} = ${node.value}`;
      }
      node.click();
      return `press ${name}`;
    },
    /** @type {const} */ ([numbers, texts]),
  );
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function dropFiles(page, random) {
  const kinds = {
    'train-images-idx3-ubyte': idx.images(600),
    'train-labels-idx1-ubyte': idx.labels(600),
    'short-images': idx.images(2),
    'broken-images': idx.images(30).subarray(0, 500),
    'notes.txt': Buffer.from('notes'),
    'run.safetensors': Buffer.from('no run'),
  };
  const names = Object.keys(kinds).filter(() => random.next() < 0.4);
  await page.evaluate(
    (files) => {
      const transfer = new DataTransfer();
      for (const [name, base64] of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
      window.lab.dispatchEvent(new DragEvent('drop', options));
    },
    names.map((name) => [name, kinds[name].toString('base64')]),
  );
  return `drop ${names.join(', ') || 'nothing'}`;
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function changeAttribute(page, random) {
  const [name, value] = random.pick([
    ['lang', 'zh'],
    ['lang', 'en'],
    ['theme', 'dark'],
    ['theme', 'light'],
    ['controls', 'basic'],
    ['controls', 'full'],
    ['controls', 'none'],
    ['seed', '9'],
    ['seed', 'nine'],
    ['width', '3'],
    ['offscreen', 'pause'],
    ['offscreen', 'run'],
  ]);
  await page.evaluate(([key, text]) => window.lab.setAttribute(key, text), [name, value]);
  return `${name}="${value}"`;
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function turnTab(page, random) {
  const state = random.pick(['hidden', 'visible']);
  await show(page, state);
  return `tab ${state}`;
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function scroll(page, random) {
  const to = random.below(3000);
  await page.evaluate((top) => window.scrollTo(0, top), to);
  return `scroll to ${to}`;
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof randomFrom>} random
 */
async function resize(page, random) {
  const width = random.pick([320, 390, 660, 1280]);
  await page.setViewportSize({ width, height: 800 });
  return `${width} px wide`;
}

/** @param {Page} page */
async function move(page) {
  await page.evaluate(() => {
    window.lab.remove();
    setTimeout(() => document.body.append(window.lab), 10);
  });
  return 'off the page and back';
}

/**
 * By what is on screen alone: the lab trains.
 *
 * @param {Page} page
 */
export async function bringBack(page) {
  await show(page, 'visible');
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    window.lab.setAttribute('controls', 'full');
  });
  const before = await page.evaluate(() => window.events.report.length);
  for (let tries = 0; tries < 40; tries += 1) {
    await page.evaluate(() => {
      const press = (selector) => {
        const node = window.lab.shadowRoot.querySelector(selector);
        if (node && !node.disabled) node.click();
      };
      const { state } = window.events.state.at(-1) ?? { state: 'idle' };
      if (state === 'idle') press('button[part="start"]');
      if (state === 'stopped') press('.message.bad button.small, button[part="start"]');
      if (state === 'paused') press('[data-action="toggle"]');
    });
    await page.waitForTimeout(500);
    if ((await page.evaluate(() => window.events.report.length)) > before) return;
  }
  throw new Error('the lab could not be brought back to training');
}
