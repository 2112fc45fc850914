/** Every kind of system takes the same steps on the CPU and on WebGPU, in the built page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite({ webgpu: true });

/** Both losses of two steps. */
async function losses(backend, settings) {
  const attributes = { ...tiny, ...settings, backend };
  // It draws from images, not from latents.
  if (settings.model === 'cyclegan') delete attributes['latent-dim'];
  const page = await openLab(browser, site, attributes);
  await page.evaluate(() => window.lab.ready);
  const found = await page.evaluate(async () => {
    const told = [];
    for (let step = 0; step < 2; step += 1) {
      const { d_loss, g_loss } = await window.lab.train({ steps: 1 });
      told.push(d_loss, g_loss);
    }
    return told;
  });
  await close(page);
  return found;
}

for (const settings of [
  { model: 'cyclegan' },
  { model: 'cyclegan', 'spectral-norm': true },
  { model: 'conditional' },
  { model: 'conditional', conditioning: 'concatenation' },
  { model: 'vae' },
  { model: 'wgan_gp' },
  { model: 'wgan' },
  { model: 'gan', mmd: 0.5 },
  { model: 'dcgan_linear' },
  { 'spectral-norm': true, loss: 'hinge' },
  { 'feature-matching': 0.1 },
  { mmd: 0.5, 'd-l2': 0.001 },
  { 'unrolled-steps': 1 },
  { 'image-size': 64 },
]) {
  test(`both backends agree on ${JSON.stringify(settings)}`, {
    timeout: 2 * patience,
  }, async () => {
    const [cpu, gpu] = [await losses('cpu', settings), await losses('webgpu', settings)];
    for (const [at, loss] of cpu.entries()) {
      const apart = Math.abs(loss - gpu[at]);
      assert.ok(apart <= 1e-3 * Math.max(1, Math.abs(loss)), `${cpu} on the CPU, ${gpu} on WebGPU`);
    }
  });
}
