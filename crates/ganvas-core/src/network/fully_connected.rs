//! The first GANs: fully connected networks, articles `000` §4.4 and `001`.
//!
//! After Goodfellow et al., *Generative Adversarial Nets*, 2014.

use ganvas_kernels::plan::dcgan::SLOPE;
use ganvas_kernels::plan::{Plan, Unsupported};
use ganvas_kernels::stack::Shape;

use super::Network;

/// Generator: z `[batch, latent_dim, 1, 1]` → images of the shape `sample` in (−1, 1).
///
/// Linear layers `latent_dim` → 8w → 16w → 32w → all pixels with w = `width`,
/// LeakyReLU 0.2 between them and tanh at the end; the start is PyTorch's.
///
/// # Errors
///
/// None.
pub fn fully_connected_generator(
    width: usize,
    latent_dim: usize,
    sample: Shape,
) -> Result<Network, Unsupported> {
    let plan = [8, 16, 32]
        .into_iter()
        .fold(Plan::of(Shape::vector(latent_dim)), |builder, factor| {
            builder.linear(factor * width).leaky_relu(SLOPE)
        })
        .linear(sample.len())
        .tanh()
        .unflatten(sample);
    Ok(Network::new(plan.build()?))
}

/// Discriminator: images of the shape `sample` → logits `[batch, 1, 1, 1]`.
///
/// The generator's widths backwards: all pixels → 32w → 16w → 8w → 1.
///
/// # Errors
///
/// None.
pub fn fully_connected_discriminator(width: usize, sample: Shape) -> Result<Network, Unsupported> {
    let plan = [32, 16, 8]
        .into_iter()
        .fold(Plan::of(sample).flatten(), |builder, factor| {
            builder.linear(factor * width).leaky_relu(SLOPE)
        })
        .linear(1);
    Ok(Network::new(plan.build()?))
}
