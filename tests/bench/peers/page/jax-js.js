/**
 * The training step in jax-js, for any of its devices: two compiled functions, one for each update
 * with its Adam. `.ref` takes another reference, because every use of an array gives one back.
 */
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';

/**
 * @param {'webgpu' | 'wasm'} device
 * @param {import('./inputs.js').Inputs} inputs
 */
export async function trainer(device, inputs) {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no device ${device}`);
  defaultDevice(device);
  const { batchSize, latentDim, experiment } = inputs;
  const { beta1, beta2, epsilon } = experiment;
  const networks = { g: generatorOf(inputs), d: discriminatorOf(inputs) };
  const fresh = (parameters) => tree.map((p) => np.zeros(p.shape), parameters);
  const moments = Object.fromEntries(
    Object.entries(networks).map(([name, p]) => [name, { m: fresh(p), v: fresh(p) }]),
  );

  const adam = (parameters, gradients, { m, v }, rates) => {
    const mean = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), m, tree.ref(gradients));
    const square = tree.map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), v, gradients);
    const next = tree.map(
      (p, m, v) => {
        const denominator = np.sqrt(v.mul(rates.square.ref)).add(epsilon);
        return p.sub(m.mul(rates.mean.ref).div(denominator));
      },
      parameters,
      tree.ref(mean),
      tree.ref(square),
    );
    tree.dispose(rates);
    return { parameters: next, moments: { m: mean, v: square } };
  };
  const updateDiscriminator = jit((d, moments, g, images, z, rates) => {
    const fakes = generate(g, z);
    const [loss, gradients] = valueAndGrad((d, images, fakes) =>
      logLoss(discriminate(tree.ref(d), images)).add(logLoss(discriminate(d, fakes).neg())),
    )(tree.ref(d), images, fakes);
    return { loss, ...adam(d, gradients, moments, rates) };
  });
  const updateGenerator = jit((g, moments, d, z, rates) => {
    const [loss, gradients] = valueAndGrad((g, d, z) => logLoss(discriminate(d, generate(g, z))))(
      tree.ref(g),
      d,
      z,
    );
    return { loss, ...adam(g, gradients, moments, rates) };
  });

  const upload = (values, shape) => np.array(values).reshape(shape);
  const latent = (values) => upload(values, [batchSize, latentDim]);
  let updates = 0;
  /** Adam's corrections of its means, which are numbers of the step. */
  const rates = (learningRate) => ({
    mean: np.array(new Float32Array([learningRate / (1 - beta1 ** updates)])),
    square: np.array(new Float32Array([1 / (1 - beta2 ** updates)])),
  });

  /** @param {import('./inputs.js').Batch} batch */
  return async ({ real, discriminatorLatent, generatorLatent }) => {
    updates += 1;
    const d = updateDiscriminator(
      networks.d,
      moments.d,
      tree.ref(networks.g),
      upload(real, [batchSize, 1, 32, 32]),
      latent(discriminatorLatent),
      rates(experiment.discriminator_lr),
    );
    [networks.d, moments.d] = [d.parameters, d.moments];
    const g = updateGenerator(
      networks.g,
      moments.g,
      tree.ref(networks.d),
      latent(generatorLatent),
      rates(experiment.generator_lr),
    );
    [networks.g, moments.g] = [g.parameters, g.moments];
    const [[d_loss], [g_loss]] = await Promise.all([d.loss.data(), g.loss.data()]);
    return { d_loss, g_loss };
  };
}

/** −E[log σ(logits)] */
const logLoss = (logits) => np.mean(nn.logSigmoid(logits)).neg();

/** z `[batch, latentDim]` → images `[batch, 1, 32, 32]` */
function generate({ stem, up, norms }, z) {
  const [batch] = z.shape;
  const channels = stem.shape[1] / 16;
  let x = np.matmul(z, stem).reshape([batch, channels, 4, 4]);
  for (const [at, kernel] of up.entries()) {
    x = upsample(nn.relu(batchNorm(x, norms[at])), kernel);
  }
  return np.tanh(x);
}

/** images → logits `[batch, 1]` */
function discriminate({ down, norms, last }, images) {
  let x = images;
  for (const [at, kernel] of down.entries()) {
    x = lax.conv(
      x,
      kernel,
      [2, 2],
      [
        [1, 1],
        [1, 1],
      ],
    );
    x = nn.leakyRelu(at > 0 ? batchNorm(x, norms[at - 1]) : x, 0.2);
  }
  const [batch] = x.shape;
  return np.matmul(x.reshape([batch, -1]), last);
}

/** With the batch's own statistics; running ones are not kept. */
function batchNorm(x, { scale, offset }) {
  const over = [[0, 2, 3], { keepdims: true }];
  const mean = np.mean(x.ref, ...over);
  const centred = x.sub(mean);
  const variance = np.mean(np.square(centred.ref), ...over);
  const perChannel = (values) => values.reshape([1, -1, 1, 1]);
  const factor = perChannel(scale).div(np.sqrt(variance.add(1e-5)));
  return centred.mul(factor).add(perChannel(offset));
}

/**
 * A transposed convolution with stride 2: zeros between the pixels and a plain convolution, since
 * the weight gradients of `lax.convTranspose` are wrong on WebGPU.
 */
function upsample(x, kernel) {
  const [batch, channels, height, width] = x.shape;
  const apart = np.pad(x.reshape([batch, channels, height, 1, width, 1]), {
    3: [0, 1],
    5: [0, 1],
  });
  return lax.conv(
    apart.reshape([batch, channels, 2 * height, 2 * width]),
    kernel,
    [1, 1],
    [
      [2, 1],
      [2, 1],
    ],
  );
}

/** @param {import('./inputs.js').Inputs} inputs */
function generatorOf({ weight, width, latentDim }) {
  const read = reader('generator', weight);
  const sides = [4 * width, 2 * width, width, 1];
  return {
    stem: np.array(read(0)).reshape([latentDim, 64 * width]),
    up: [3, 6, 9].map((layer, at) =>
      np
        .array(turned(read(layer), sides[at], sides[at + 1]))
        .reshape([sides[at + 1], sides[at], 4, 4]),
    ),
    norms: [1, 4, 7].map(read.norm),
  };
}

/** @param {import('./inputs.js').Inputs} inputs */
function discriminatorOf({ weight, width }) {
  const read = reader('discriminator', weight);
  const sides = [1, width, 2 * width, 4 * width];
  return {
    down: [0, 2, 5].map((layer, at) =>
      np.array(read(layer)).reshape([sides[at + 1], sides[at], 4, 4]),
    ),
    norms: [3, 6].map(read.norm),
    last: np.array(read(8)).reshape([64 * width, 1]),
  };
}

/** The weights of one network by layer. */
function reader(name, weight) {
  const read = (layer, part = 'weight') => weight(`${name}.model.${layer}.${part}`);
  const norm = (layer) => ({ scale: np.array(read(layer)), offset: np.array(read(layer, 'bias')) });
  return Object.assign(read, { norm });
}

/** [in, out, 4, 4] of a transposed convolution → [out, in, 4, 4] of a plain one, turned by 180°. */
function turned(kernel, input, output) {
  const result = new Float32Array(kernel.length);
  for (let from = 0; from < input; from += 1) {
    for (let to = 0; to < output; to += 1) {
      for (let at = 0; at < 16; at += 1) {
        result[(to * input + from) * 16 + 15 - at] = kernel[(from * output + to) * 16 + at];
      }
    }
  }
  return result;
}
