/** What the numbers were measured on, and whether it was quiet. */
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A tenth of the cores in use leaves a median of many steps alone. */
const quiet = 0.1;
/** How long to wait for a build or a browser that has just ended to be gone, in seconds. */
const patience = 60;

/** @param {import('playwright-core').Browser} browser that is idle */
export async function machine(browser) {
  let used = await usedNow(3);
  for (let waited = 0; isBusy(used) && waited < patience; waited += 3) used = await usedNow(3);
  return {
    date: new Date().toISOString().slice(0, 10),
    browser: `Chromium ${browser.version()}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    /** Share of the cores' time that others took before the run. */
    used_before: used,
    /** Others were computing: the times below are too long. */
    busy: isBusy(used),
  };
}

/** Others take so much that the times are too long. @param {number} used share of the cores */
export const isBusy = (used) => used > quiet;

/**
 * Share of all cores' time that is in use, while we do nothing ourselves.
 *
 * @param {number} seconds to look at
 */
export async function usedNow(seconds) {
  const before = spent();
  await sleep(1000 * seconds);
  const after = spent();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function spent() {
  const times = os.cpus().map((core) => core.times);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap(Object.values)) };
}

/** @param {{ used_before: number, cores: number }} machine for a sentence */
export function load({ used_before, cores }) {
  return `${percent(used_before)} of its ${cores} cores in use by others`;
}

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;
