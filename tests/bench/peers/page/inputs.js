/** Reads what `crates/ganvas-core/examples/bench_inputs.rs` has written. */

/**
 * @typedef {object} Batch what one step gets
 * @property {Float32Array} real `[batch, 1, 32, 32]`
 * @property {Float32Array} discriminatorLatent `[batch, latentDim]`
 * @property {Float32Array} generatorLatent `[batch, latentDim]`
 *
 * @typedef {object} Inputs
 * @property {any} experiment its settings, as Ganvas names them
 * @property {number} width
 * @property {number} batchSize
 * @property {number} latentDim
 * @property {(name: string) => Float32Array} weight by its name in a checkpoint
 * @property {Batch[]} batches
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {Inputs}
 */
export function parse(buffer) {
  const start = 8 + Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
  const numbers = (name) => {
    const [from, to] = header[name].data_offsets;
    // A copy, because nothing says that a tensor starts at a multiple of 4.
    return new Float32Array(buffer.slice(start + from, start + to));
  };
  const { experiment: json } = header.__metadata__;
  const experiment = JSON.parse(json);
  const steps = header.real.shape[0];
  const cut = (name) => {
    const all = numbers(name);
    const length = all.length / steps;
    return (step) => all.slice(step * length, (step + 1) * length);
  };
  const [real, discriminatorLatent, generatorLatent] = [
    'real',
    'latent.discriminator',
    'latent.generator',
  ].map(cut);
  return {
    experiment,
    width: experiment.width,
    batchSize: experiment.batch_size,
    latentDim: experiment.latent_dim,
    weight: numbers,
    batches: Array.from({ length: steps }, (_, step) => ({
      real: real(step),
      discriminatorLatent: discriminatorLatent(step),
      generatorLatent: generatorLatent(step),
    })),
  };
}
