/**
 * The training step in TensorFlow.js, for any of its backends: its own layers' operations, its own
 * Adam, images as it likes them (NHWC).
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** Channels last: PyTorch's [a, b, kh, kw] in the order that an operation wants. */
const layouts = {
  // [out, in, kh, kw] → [kh, kw, in, out]
  conv: [2, 3, 1, 0],
  // [in, out, kh, kw] → [kh, kw, out, in]
  transposed: [2, 3, 1, 0],
  // [in, out, kh, kw] → [in, kh, kw, out]: the rows of a matrix
  stem: [0, 2, 3, 1],
};

/**
 * @param {string} backend
 * @param {import('./inputs.js').Inputs} inputs
 */
export async function trainer(backend, inputs) {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend}`);
  await tf.ready();
  const { batchSize, latentDim, experiment } = inputs;
  const [generator, discriminator] = [generatorOf(inputs), discriminatorOf(inputs)];
  const adam = (rate) =>
    tf.train.adam(rate, experiment.beta1, experiment.beta2, experiment.epsilon);
  const generatorAdam = adam(experiment.generator_lr);
  const discriminatorAdam = adam(experiment.discriminator_lr);
  const latent = (values) => tf.tensor2d(values, [batchSize, latentDim]);

  /** @param {import('./inputs.js').Batch} batch */
  return async ({ real, discriminatorLatent, generatorLatent }) => {
    const [d, g] = tf.tidy(() => {
      const images = tf.tensor4d(real, [batchSize, 32, 32, 1]);
      const fakes = generator.forward(latent(discriminatorLatent));
      const z = latent(generatorLatent);
      const d = discriminatorAdam.minimize(
        () =>
          tf.add(
            logLoss(discriminator.forward(images)),
            logLoss(tf.neg(discriminator.forward(fakes))),
          ),
        true,
        discriminator.parameters,
      );
      const g = generatorAdam.minimize(
        () => logLoss(discriminator.forward(generator.forward(z))),
        true,
        generator.parameters,
      );
      return [d, g];
    });
    const [[d_loss], [g_loss]] = await Promise.all([d.data(), g.data()]);
    tf.dispose([d, g]);
    return { d_loss, g_loss };
  };
}

/** −E[log σ(logits)]; not with tf.logSigmoid, whose gradient reads a tensor that is freed by then. */
const logLoss = (logits) => tf.mean(tf.softplus(tf.neg(logits)));

/** @param {import('./inputs.js').Inputs} inputs */
function generatorOf({ weight, width, latentDim }) {
  const { kernel, norm, parameters } = network('generator', weight);
  const stem = kernel(0, [latentDim, 4 * width, 4, 4], layouts.stem, [latentDim, 64 * width]);
  const first = norm(1);
  const second = kernel(3, [4 * width, 2 * width, 4, 4], layouts.transposed);
  const secondNorm = norm(4);
  const third = kernel(6, [2 * width, width, 4, 4], layouts.transposed);
  const thirdNorm = norm(7);
  const last = kernel(9, [width, 1, 4, 4], layouts.transposed);
  const forward = (z) => {
    const batch = z.shape[0];
    let x = tf.reshape(tf.matMul(z, stem), [batch, 4, 4, 4 * width]);
    x = upsample(tf.relu(first(x)), second);
    x = upsample(tf.relu(secondNorm(x)), third);
    return tf.tanh(upsample(tf.relu(thirdNorm(x)), last));
  };
  return { forward, parameters };
}

/** @param {import('./inputs.js').Inputs} inputs */
function discriminatorOf({ weight, width }) {
  const { kernel, norm, parameters } = network('discriminator', weight);
  const first = kernel(0, [width, 1, 4, 4], layouts.conv);
  const second = kernel(2, [2 * width, width, 4, 4], layouts.conv);
  const secondNorm = norm(3);
  const third = kernel(5, [4 * width, 2 * width, 4, 4], layouts.conv);
  const thirdNorm = norm(6);
  const last = kernel(8, [1, 4 * width, 4, 4], layouts.conv, [64 * width, 1]);
  const forward = (images) => {
    let x = tf.leakyRelu(tf.conv2d(images, first, 2, 'same'), 0.2);
    x = tf.leakyRelu(secondNorm(tf.conv2d(x, second, 2, 'same')), 0.2);
    x = tf.leakyRelu(thirdNorm(tf.conv2d(x, third, 2, 'same')), 0.2);
    return tf.matMul(tf.reshape(x, [-1, 64 * width]), last);
  };
  return { forward, parameters };
}

/**
 * Variables from the weights of one network.
 *
 * @param {string} name
 * @param {(name: string) => Float32Array} weight
 */
function network(name, weight) {
  /** @type {tf.Variable[]} */
  const parameters = [];
  const variable = (values) => {
    const made = tf.variable(values);
    values.dispose();
    parameters.push(made);
    return made;
  };
  /** A kernel in another layout, and in another shape where it is the matrix of a product. */
  const kernel = (layer, shape, order, matrix) => {
    const values = tf.tidy(() => {
      const moved = tf.transpose(tf.tensor(weight(`${name}.model.${layer}.weight`), shape), order);
      return matrix ? tf.reshape(moved, matrix) : moved;
    });
    return variable(values);
  };
  /** BatchNorm with the batch's own statistics; running ones are not kept. */
  const norm = (layer) => {
    const scale = variable(tf.tensor1d(weight(`${name}.model.${layer}.weight`)));
    const offset = variable(tf.tensor1d(weight(`${name}.model.${layer}.bias`)));
    return (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(x, mean, variance, offset, scale, 1e-5);
    };
  };
  return { kernel, norm, parameters };
}

/** Twice the height and width; of 4×4 kernels, "same" crops one pixel on each side. */
function upsample(x, kernel) {
  const [batch, height, width] = x.shape;
  return tf.conv2dTranspose(x, kernel, [batch, 2 * height, 2 * width, kernel.shape[2]], 2, 'same');
}
