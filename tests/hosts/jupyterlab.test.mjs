/** The widget of tools/ganvas_widget.py in JupyterLab, with a kernel. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { dist } from '../support/server.mjs';
import { fixtures, installPython, root, serveFolder, target } from './support/host.mjs';
import { makeNotebooks } from './support/notebooks.mjs';
import { noneLeft } from './support/visits.mjs';

/**
 * JupyterLab on a folder, without a token; it keeps to the folder.
 *
 * @param {string} folder
 */
async function startJupyterLab(folder) {
  const own = (/** @type {string} */ name) => path.join(folder, '.jupyter', name);
  const jupyter = path.join(await installPython('notebook'), 'jupyter-lab');
  const server = spawn(
    jupyter,
    ['--allow-root', '--no-browser', '--ServerApp.port=0', '--IdentityProvider.token='],
    {
      cwd: folder,
      env: {
        ...process.env,
        JUPYTER_CONFIG_DIR: own('config'),
        JUPYTER_DATA_DIR: own('data'),
        JUPYTER_RUNTIME_DIR: own('runtime'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const said = [];
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line);
    const [address] = /http:\/\/localhost:\d+\/lab/.exec(line) ?? [];
    if (!address) continue;
    server.stderr.resume();
    const close = async () => {
      server.kill();
      await once(server, 'exit');
    };
    return { address, close };
  }
  throw new Error(`JupyterLab did not start:\n${said.join('\n')}`);
}

test('JupyterLab: the widget trains, Python hears of it, and it ends with its output', {
  timeout: 360_000,
}, async (context) => {
  const site = await serveFolder(dist, { 'access-control-allow-origin': '*' });
  context.after(() => site.close());
  const folder = path.join(target, 'jupyterlab');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const source = await readFile(path.join(fixtures, 'jupyterlab/widget.py'), 'utf8');
  await writeFile(
    path.join(folder, 'widget.py'),
    source.replace('https://example.org/ganvas/', `${site.origin}/`),
  );
  await cp(path.join(root, 'tools/ganvas_widget.py'), path.join(folder, 'ganvas_widget.py'));
  await makeNotebooks(folder, ['widget']);
  const jupyter = await startJupyterLab(folder);
  context.after(() => jupyter.close());
  const browser = await launch();
  context.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120_000);
  const choose = async (/** @type {string[]} */ ...items) => {
    for (const name of items) {
      const item = '.lm-MenuBar-itemLabel, .lm-Menu-itemLabel';
      await page.locator(item, { hasText: new RegExp(`^${name}$`) }).click();
    }
  };

  await page.goto(`${jupyter.address}/tree/widget.ipynb`);
  await page.getByText('Python 3 (ipykernel) | Idle').waitFor();
  await choose('Run', 'Run All Cells');
  await page.locator('ganvas-lab[preset="quick"][seed="42"][lang="zh"]').waitFor();
  await page.getByText('step 10', { exact: true }).waitFor();
  await page.getByText(`${3 * 28 * 28} pixels`, { exact: true }).waitFor();
  await page.getByText('100 judged', { exact: true }).waitFor();
  await page.getByText('no error', { exact: true }).waitFor();

  await page.locator('ganvas-lab section[data-scheme="light"]').waitFor();
  await choose('Settings', 'Theme', 'JupyterLab Dark');
  await page.locator('ganvas-lab section[data-scheme="dark"]').waitFor();

  await page.locator('.jp-Cell').last().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await page.keyboard.press('Enter');
  await page.keyboard.type('lab.sample(count=-1)');
  await page.keyboard.press('Shift+Enter');
  await page.getByText('bad_experiment', { exact: true }).waitFor();

  assert.equal(page.workers().length, 1);
  await choose('Edit', 'Clear Outputs of All Cells');
  await page.locator('ganvas-lab').waitFor({ state: 'detached' });
  await noneLeft(() => page.workers().length);
});
