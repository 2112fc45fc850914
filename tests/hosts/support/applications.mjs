/** Applications that bundle the npm package, read as sites are. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { installGanvas } from './package.mjs';
import { testHost } from './visits.mjs';

/**
 * What a reader does in an application with pages of its own. The iframe needs a site, which lies
 * where Vite takes files as they are; the element comes with the package.
 *
 * @param {string} name
 * @param {Pick<import('./visits.mjs').Host, 'name' | 'serve'> & { build?: string[], output?: string }} options
 */
export function testApplication(
  name,
  { build = ['npx', 'vite', 'build', name], output = 'dist', ...host },
) {
  testHost({
    recipe: {
      fixture: 'npm',
      variant: name,
      packages: true,
      site: `${name}/public/ganvas`,
      build,
      output: path.join(name, output),
      prepare: (place) => installGanvas(path.join(place, 'node_modules')),
    },
    swaps: true,
    script: '**/element-*.js',
    open: (page, title) => page.locator('li a', { hasText: title }).click(),
    leave: (page) => page.locator('a.home').click(),
    turn: async (page, theme) => {
      const now = await page.evaluate(() => document.documentElement.dataset.theme ?? 'light');
      if (now !== theme) await page.locator('#theme').click();
    },
    ...host,
  });
}

/**
 * The application's own server, which renders its pages.
 *
 * @param {string} place
 */
export async function startServer(place) {
  const server = spawn(process.execPath, [path.join(place, 'serve.mjs')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(server.stdout, 'data');
  return {
    origin: `http://localhost:${String(port).trim()}`,
    close: async () => {
      server.kill();
      await once(server, 'exit');
    },
  };
}
