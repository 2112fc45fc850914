/**
 * The first digits: a small generator that was trained beforehand draws 64 of them, here and now.
 * A chunk of its own, loaded when the element is on screen and the browser is idle. It needs two
 * files beside ganvas.js: a wasm module that can do nothing else, and a checkpoint with a card.
 */
import { fetchWhole } from '../fetching.js';
import { urlOf } from '../site.js';

/**
 * @typedef {object} Preview
 * @property {Uint8Array} pixels digit by digit, row by row, 0 background to 255 ink
 * @property {number} side rows and columns of a digit
 * @property {number} count
 * @property {{ steps: string, images: string, seed: string }} card
 *
 * @typedef {object} Sampler what the module exports
 * @property {WebAssembly.Memory} memory
 * @property {(width: number, latentDim: number, count: number) => number} prepare
 * @property {() => number} inbox
 * @property {() => number} draw
 * @property {() => number} pixels
 */

/** Labs on one page share it. @type {Map<string, Promise<Preview>>} */
const drawn = new Map();

/**
 * @param {import('../site.js').Site} site
 * @returns {Promise<Preview>}
 */
export function preview(site) {
  const known = drawn.get(site.base.href);
  if (known) return known;
  const promise = draw(site);
  drawn.set(site.base.href, promise);
  promise.catch(() => drawn.delete(site.base.href));
  return promise;
}

/** @param {import('../site.js').Site} site */
async function draw(site) {
  const [module, file] = await Promise.all(
    ['wasm/sampler/ganvas_sampler.wasm', 'first-digits.safetensors'].map((name) =>
      fetchWhole(name, urlOf(site, name)),
    ),
  );
  const { instance } = await WebAssembly.instantiate(module);
  return sample(/** @type {Sampler} */ (/** @type {unknown} */ (instance.exports)), file.buffer);
}

/**
 * @param {Sampler} sampler
 * @param {ArrayBuffer} file
 * @returns {Preview}
 */
function sample(sampler, file) {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  const { step: steps, images, seed } = header.__metadata__;
  const [count, latentDim] = header.latents.shape;
  const [, channels] = header['generator.model.0.weight'].shape;

  const room = sampler.prepare(channels / 4, latentDim, count);
  const parts = tensorNames.map((name) => {
    const { dtype, data_offsets: offsets } = header[name];
    const [from, to] = offsets;
    if (dtype !== 'F16') throw new Error(`${name}: ${dtype}`);
    return new Uint8Array(file, 8 + length + from, to - from);
  });
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  if (room === 0 || bytes !== room) throw new Error('first-digits.safetensors');
  let at = sampler.inbox();
  const memory = new Uint8Array(sampler.memory.buffer);
  for (const part of parts) {
    memory.set(part, at);
    at += part.length;
  }

  const made = sampler.draw();
  const side = Math.sqrt(made / count);
  if (made === 0 || !Number.isInteger(side)) throw new Error('first-digits.safetensors');
  // The memory may have grown, and it shall not be kept.
  const pixels = new Uint8Array(sampler.memory.buffer, sampler.pixels(), made);
  return { pixels: pixels.slice(), side, count, card: { steps, images, seed } };
}

/**
 * The tensors as the sampler takes them: three layers with BatchNorm, one without, the latents. The
 * rows of the classes' embedding follow those of the first layer's weight, as each latent's one-hot
 * vector follows its z.
 */
const tensorNames = [
  ...[0, 3, 6].flatMap((layer) => [
    `generator.model.${layer}.weight`,
    ...(layer === 0 ? ['generator.embedding.weight'] : []),
    ...['weight', 'bias', 'running_mean', 'running_var'].map(
      (name) => `generator.model.${layer + 1}.${name}`,
    ),
  ]),
  'generator.model.9.weight',
  'latents',
];

/**
 * Paints all digits: in a square, or flat and wide where the place is.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Preview} preview
 * @param {[number, number, number]} ink
 * @param {[number, number, number]} paper
 */
export function paint(canvas, { pixels, side, count }, ink, paper) {
  const columns = canvas.clientWidth > 2 * canvas.clientHeight ? 16 : 8;
  canvas.width = columns * side;
  canvas.height = Math.ceil(count / columns) * side;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  const { data } = image;
  pixels.forEach((value, index) => {
    const digit = Math.floor(index / side ** 2);
    const x = (digit % columns) * side + (index % side);
    const y = Math.floor(digit / columns) * side + (Math.floor(index / side) % side);
    const at = 4 * (y * canvas.width + x);
    for (let c = 0; c < 3; c += 1) data[at + c] = paper[c] + ((ink[c] - paper[c]) * value) / 255;
    data[at + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}
