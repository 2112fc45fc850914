/** The same step written with burn's own layers and optimizer: the crate in tests/bench/plain-burn. */

/** @param {import('./inputs.js').Inputs} inputs */
export async function load({ experiment, width, latentDim, weight }) {
  const address = new URL('plain-burn/release/plain_burn.js', import.meta.url);
  const { default: init, Trainer } = await import(address.href);
  await init();
  const { generator_lr, discriminator_lr, beta1, beta2, epsilon } = experiment;
  const trainer = new Trainer(
    width,
    latentDim,
    generator_lr,
    discriminator_lr,
    beta1,
    beta2,
    epsilon,
  );
  for (const name of names) {
    if (!trainer.set(name, weight(name))) throw new Error(`plain-burn has no ${name}`);
  }
  /** @param {import('./inputs.js').Batch} batch */
  return async ({ real, discriminatorLatent, generatorLatent }) => {
    const [d_loss, g_loss] = await trainer.step(real, discriminatorLatent, generatorLatent);
    return { d_loss, g_loss };
  };
}

/** The weights that training changes, by their names in a checkpoint. */
const names = Object.entries({
  generator: { maps: [0, 3, 6, 9], norms: [1, 4, 7] },
  discriminator: { maps: [0, 2, 5, 8], norms: [3, 6] },
}).flatMap(([network, { maps, norms }]) => [
  ...maps.map((layer) => `${network}.model.${layer}.weight`),
  ...norms.flatMap((layer) => [
    `${network}.model.${layer}.weight`,
    `${network}.model.${layer}.bias`,
  ]),
]);
