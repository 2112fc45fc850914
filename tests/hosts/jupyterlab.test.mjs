/** JupyterLab, with a kernel: the element, an iframe, and the widget of tools/ganvas_widget.py. */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { workersBecome } from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { fixtures, root, serveFolder, target } from './support/host.mjs';
import { choose, startJupyterLab } from './support/jupyterlab.mjs';
import { makeNotebooks } from './support/notebooks.mjs';

const timeout = 360_000;
const folder = path.join(target, 'jupyterlab');
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let site;
/** @type {Awaited<ReturnType<typeof startJupyterLab>>} */
let jupyter;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  site = await serveFolder(dist, '', { 'access-control-allow-origin': '*' });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of ['notebook/element.py', 'notebook/iframe.py', 'jupyterlab/widget.py']) {
    const source = await readFile(path.join(fixtures, file), 'utf8');
    // The server of JupyterLab has no site: the address is a whole one.
    const whole = source.replaceAll(/(https:\/\/example\.org)?\/ganvas\//g, `${site.origin}/`);
    await writeFile(path.join(folder, path.basename(file)), whole);
  }
  await cp(path.join(root, 'tools/ganvas_widget.py'), path.join(folder, 'ganvas_widget.py'));
  await makeNotebooks(folder, ['element', 'iframe', 'widget']);
  jupyter = await startJupyterLab(folder);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await jupyter?.close();
  await site?.close();
});

/** A desktop's window and a phone's. */
const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/**
 * Opens a notebook and runs all of it.
 *
 * @param {string} notebook
 * @param {{ width: number, height: number }} viewport
 */
async function runAll(notebook, viewport) {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(120_000);
  await page.goto(jupyter.address(notebook));
  await page.getByText('Python 3 (ipykernel) | Idle').waitFor();
  // On a phone its list of files leaves nothing for the notebook.
  if (viewport.width < 760) await choose(page, 'View', 'Appearance', 'Show Left Sidebar');
  await choose(page, 'Run', 'Run All Cells');
  return page;
}

/**
 * The theme of JupyterLab, there and back.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Page | import('playwright-core').FrameLocator} within
 */
async function followsTheme(page, within) {
  for (const [name, scheme] of [
    ['JupyterLab Dark', 'dark'],
    ['JupyterLab Light', 'light'],
  ]) {
    await choose(page, 'Settings', 'Theme', name);
    await within.locator(`ganvas-lab section[data-scheme="${scheme}"]`).waitFor();
  }
}

/** Its output goes, and the worker with it. @param {import('playwright-core').Page} page */
async function endsWithOutput(page) {
  assert.equal(page.workers().length, 1);
  await choose(page, 'Edit', 'Clear Outputs of All Cells');
  await page.locator('ganvas-lab, iframe[src*="embed.html"]').waitFor({ state: 'detached' });
  await workersBecome(page, 0);
  await page.close();
}

/** @type {(lab: any) => Promise<any>} */
const train = (lab) => lab.train({ steps: 10 });

/** It lies in the window, and has a width to work with. @param {import('playwright-core').Locator} lab */
async function fits(lab) {
  const { left, width, room } = await lab.evaluate((element) => {
    const { left, width } = element.getBoundingClientRect();
    return { left, width, room: document.documentElement.clientWidth };
  });
  assert.ok(width >= 240 && left >= 0 && left + width <= room, `${left} + ${width} of ${room} px`);
}

for (const size of sizes) {
  test(`JupyterLab, ${size.width} px: the element in a cell’s output`, { timeout }, async () => {
    const page = await runAll('element', size);
    const lab = page.locator('ganvas-lab[preset="quick"][seed="42"][lang="zh"]');
    await lab.locator('button[part="start"]').waitFor();
    assert.equal((await lab.evaluate(train)).step, 10);
    await fits(lab);
    await followsTheme(page, page);
    await endsWithOutput(page);
  });

  test(`JupyterLab, ${size.width} px: an iframe in a cell’s output`, { timeout }, async () => {
    const page = await runAll('iframe', size);
    const frame = page.frameLocator('iframe[src*="embed.html"]');
    const lab = frame.locator('ganvas-lab');
    await lab.locator('button[part="start"]').waitFor();
    assert.equal((await lab.evaluate(train)).step, 10);
    await fits(lab);
    await followsTheme(page, frame);
    await endsWithOutput(page);
  });

  test(`JupyterLab, ${size.width} px: the widget trains, and Python hears of it`, {
    timeout,
  }, async () => {
    const page = await runAll('widget', size);
    await page.locator('ganvas-lab[preset="quick"][seed="42"][lang="zh"]').waitFor();
    await fits(page.locator('ganvas-lab'));
    for (const heard of ['step 10', `${3 * 28 * 28} pixels`, '100 judged', 'no error']) {
      await page.getByText(heard, { exact: true }).waitFor();
    }
    await followsTheme(page, page);

    await page.locator('.jp-Cell').last().click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.type('lab.sample(count=-1)');
    await page.keyboard.press('Shift+Enter');
    await page.getByText('bad_experiment', { exact: true }).waitFor();
    await endsWithOutput(page);
  });
}
