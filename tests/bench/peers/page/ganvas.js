/**
 * Ganvas itself: the wasm modules of the built site without its user interface. Weights, latents
 * and batches are its own; the inputs of the others are made from the same seed, and the losses
 * prove it.
 */

/**
 * @param {'cpu' | 'webgpu'} backend
 * @param {import('./inputs.js').Inputs} inputs
 */
export async function trainer(backend, { experiment }) {
  const address = new URL(`../../some/base/wasm/${backend}/ganvas_web.js`, import.meta.url);
  const { default: init, Session } = await import(address.href);
  await init();
  const session = await Session.create(backend, experiment);
  session.use_procedural();
  return () => session.step('both');
}
