/** JupyterLab with notebooks in a browser. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { installPython } from './host.mjs';

/**
 * Starts it on a folder; it writes nothing elsewhere, and listens to nobody else.
 *
 * @param {string} folder
 */
export async function startJupyterLab(folder) {
  const own = (/** @type {string} */ name) => path.join(folder, '.jupyter', name);
  const token = randomUUID();
  const server = spawn(
    path.join(await installPython('notebook'), 'jupyter-lab'),
    ['--allow-root', '--no-browser', '--ServerApp.port=0', `--IdentityProvider.token=${token}`],
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
    return {
      /** Nothing of an earlier visit is open there. @param {string} notebook */
      address: (notebook) => `${address}/tree/${notebook}.ipynb?reset&token=${token}`,
      close: async () => {
        server.kill();
        await once(server, 'exit');
      },
    };
  }
  throw new Error(`JupyterLab did not start:\n${said.join('\n')}`);
}

/**
 * Goes through its menus.
 *
 * @param {import('playwright-core').Page} page
 * @param {string[]} items
 */
export async function choose(page, ...items) {
  for (const name of items) {
    const item = '.lm-MenuBar-itemLabel, .lm-Menu-itemLabel';
    await page.locator(item, { hasText: new RegExp(`^${name}$`) }).click();
  }
}
