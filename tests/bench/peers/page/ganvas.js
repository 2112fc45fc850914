/**
 * Ganvas itself: the wasm modules of the built site without its user interface. Weights, latents
 * and batches are its own; the inputs of the others are made from the same seed, and the losses
 * prove it.
 */

/**
 * @param {'cpu' | 'webgpu'} backend
 * @param {import('./inputs.js').Inputs} inputs
 * @param {string} [module] that the site has it in
 */
export async function trainer(backend, { experiment }, module = backend) {
  const address = new URL(`../../some/base/wasm/${module}/ganvas_web.js`, import.meta.url);
  const { default: init, Session } = await import(address.href);
  await init();
  const session = await Session.create(backend, experiment);
  session.use_procedural();
  return () => session.step('both');
}
