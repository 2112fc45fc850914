/**
 * Where a contestant takes its steps: a page of a fresh browser, so that none finds what another
 * has warmed up, or a program.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { launch } from '../../support/browser.mjs';
import { counting } from '../measure/counting.mjs';
import { address } from './bundle.mjs';
import { command } from './command.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * @typedef {object} Step
 * @property {number} ms
 * @property {[number, number]} losses
 * @property {Record<string, number>} [calls] what it asked of WebGPU
 *
 * @typedef {object} Seat
 * @property {() => Promise<Loaded>} load
 * @property {() => Promise<Step>} step
 * @property {() => Promise<void>} close
 * @property {string[]} complaints what went wrong where nobody waited for it: it often explains
 *   what went wrong later
 *
 * @typedef {object} Loaded
 * @property {number} ms from asking for it to being ready
 * @property {number} [pipelines] made meanwhile
 * @property {string[]} requests
 * @property {string} [version] as a program tells it
 */

/**
 * @param {import('../../support/server.mjs').Site} site
 * @param {string} name
 * @param {string} inputs their address
 * @param {import('../../support/browser.mjs').Webgpu} webgpu
 * @returns {Promise<Seat>}
 */
export async function pageSeat(site, name, inputs, webgpu) {
  const browser = await launch({ webgpu });
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(counting);
  await page.goto(`${site.origin}${address('page.html')}`);
  await page.waitForFunction(() => window.ready);
  site.requests.length = 0;
  return {
    complaints,
    async load() {
      const loaded = await page.evaluate(
        ([module, inputs]) => window.load(module, inputs),
        [address(`${name}.js`), inputs],
      );
      return { ...loaded, requests: [...site.requests] };
    },
    step: () => page.evaluate(() => window.step()),
    close: () => browser.close(),
  };
}

/**
 * A program that answers in lines of JSON: what it is when it is ready, then a step for each line
 * that it gets.
 *
 * @param {string[]} program
 * @param {string} inputs their file
 * @returns {Seat}
 */
export function programSeat(program, inputs) {
  const [file, ...options] = command(program);
  const start = performance.now();
  const child = spawn(file, [...options, inputs], { cwd: root });
  const complaints = [];
  createInterface(child.stderr).on('line', (line) => {
    complaints.push(line);
    // The last line of a stack says what it is about.
    complaints.splice(0, complaints.length - 1);
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => {
    child.on('error', ({ message }) => resolve(complaints.push(message)));
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {});
  const answer = async () => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value);
    await ended;
    throw new Error(complaints.at(-1) ?? `${file} has ended`);
  };
  return {
    complaints,
    async load() {
      const { version } = await answer();
      return { ms: performance.now() - start, version, requests: [] };
    },
    step() {
      child.stdin.write('\n');
      return answer();
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}
