/**
 * WebKitGTK over WebDriver: Debian's webkit2gtk-driver with the small browser that comes with the
 * library, on a virtual screen and a bus of its own. WEBKIT_DRIVER and WEBKIT_BROWSER name others.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Builder, Capabilities } from 'selenium-webdriver';

const driver = process.env.WEBKIT_DRIVER || '/usr/bin/WebKitWebDriver';
const binary = process.env.WEBKIT_BROWSER || `/usr/lib/${triplet()}/webkit2gtk-4.1/MiniBrowser`;

/** The folder that Debian keeps a machine's libraries in. */
function triplet() {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}

/** @returns {Promise<import('./set.mjs').Driven>} */
export async function webkit() {
  const port = await freePort();
  const child = spawn(
    'xvfb-run',
    ['-a', '-s', '-screen 0 1400x1200x24', 'dbus-run-session', '--', driver, `--port=${port}`],
    {
      // A group of its own, so that all of them end together.
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        // Every system has this one. As a language it is none, which a page must survive.
        LANG: 'C.UTF-8',
        LC_ALL: 'C.UTF-8',
        LANGUAGE: '',
        // As root there is no sandbox, and a virtual screen has no buffers to share.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      },
    },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  try {
    await answers(port, child);
    const session = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(
        new Capabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary, args: ['--automation'] },
        }),
      )
      .build();
    const capabilities = await session.getCapabilities();
    return {
      version: `WebKitGTK/${capabilities.getBrowserVersion()}`,
      open: (address, size) => open(session, address, size),
      close: async () => {
        await session.quit().catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * One window serves all pages, one after the other.
 *
 * @param {import('selenium-webdriver').WebDriver} session
 * @param {string} address
 * @param {{ width?: number, height?: number }} [size]
 */
async function open(session, address, { width = 1000, height = 900 } = {}) {
  await session.manage().window().setRect({ x: 0, y: 0, width, height });
  await session.get(address);
  return {
    /**
     * A script that waits for training would block the driver for ever: it is started, and asked.
     *
     * @param {Function} run
     * @param {unknown} [argument]
     */
    async evaluate(run, argument) {
      await session.executeScript(
        `window.outcome = undefined;
        Promise.resolve(arguments[0]).then(${run}).then(
          (value) => { window.outcome = { value }; },
          (error) => { window.outcome = { error: String(error) }; },
        );`,
        argument,
      );
      for (;;) {
        const outcome = await session.executeScript('return window.outcome');
        if (outcome?.error) throw new Error(outcome.error);
        if (outcome) return outcome.value;
        await pause(50);
      }
    },
    close: () => session.get('about:blank'),
  };
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/**
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} child
 */
async function answers(port, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The driver ended (${child.exitCode}).`);
    const found = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (found) return;
    await pause(100);
  }
}
