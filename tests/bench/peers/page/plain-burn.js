/**
 * The same step written with burn and nothing else. Its wasm is built elsewhere and put into
 * target/plain-burn/, together with a contestant.js that exports `trainer(backend, inputs)`:
 * a promise of its step, as ganvas.js and the others have one.
 */

/**
 * @param {'cpu' | 'webgpu'} backend
 * @param {import('./inputs.js').Inputs} inputs
 */
export async function trainer(backend, inputs) {
  const address = new URL('plain-burn/contestant.js', import.meta.url);
  const contestant = await import(address.href);
  return contestant.trainer(backend, inputs);
}
