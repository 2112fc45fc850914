//! The DCGAN of article `000`: a linear layer grows the first 4×4 image.

use ganvas_kernels::plan::dcgan::{SEED_SIDE, hidden_channels, upsampling};
use ganvas_kernels::plan::{Plan, Unsupported};
use ganvas_kernels::stack::{Activation, Shape};

use super::Network;

/// Generator: z `[batch, latent_dim, 1, 1]` → images of the shape `sample` in (−1, 1).
///
/// A linear layer with BatchNorm1d and the activation, read as an image of 4×4, then
/// transposed convolutions as in [`dcgan_generator`](super::dcgan_generator). The article
/// leaves the reshape out of its list; in PyTorch it is `Unflatten(1, (4w, 4, 4))`,
/// number 3.
///
/// # Errors
///
/// None for square samples whose side is 4 times a power of two.
pub fn linear_stem_generator(
    width: usize,
    latent_dim: usize,
    sample: Shape,
    activation: Activation,
) -> Result<Network, Unsupported> {
    let widest = hidden_channels(width, sample).first().copied();
    let seed = Shape::square(widest.unwrap_or(width), SEED_SIDE);
    let stem = Plan::of(Shape::vector(latent_dim))
        .linear(seed.len())
        .batch_norm()
        .activation(activation)
        .unflatten(seed);
    let plan = upsampling(stem, width, sample, activation);
    Ok(Network::new(plan.build()?))
}
