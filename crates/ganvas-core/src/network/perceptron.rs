//! Small fully connected networks for distributions in the plane.
//!
//! After Metz et al., *Unrolled Generative Adversarial Networks*, 2017, whose generator and
//! discriminator of a two-dimensional mixture are perceptrons, and whose generator ends
//! without an activation.

use ganvas_kernels::plan::dcgan::SLOPE;
use ganvas_kernels::plan::{Plan, Unsupported};
use ganvas_kernels::stack::{Activation, Shape};

use super::Network;

/// Hidden layers of either network.
const HIDDEN: usize = 3;

/// Generator: z `[batch, latent_dim, 1, 1]` → points `[batch, 2, 1, 1]`.
///
/// Three hidden layers of `width` neurons with `activation` between them, a linear one at
/// the end; the start is PyTorch's.
///
/// # Errors
///
/// None.
pub fn plane_generator(
    width: usize,
    latent_dim: usize,
    activation: Activation,
) -> Result<Network, Unsupported> {
    perceptron(width, latent_dim, activation, 2)
}

/// Discriminator: points `[batch, 2, 1, 1]` → logits `[batch, 1, 1, 1]`.
///
/// Three hidden layers of `width` neurons with LeakyReLU 0.2, which is piecewise linear: the
/// gradient by its input is [exact](Network::input_gradient).
///
/// # Errors
///
/// None.
pub fn plane_discriminator(width: usize) -> Result<Network, Unsupported> {
    perceptron(width, 2, Activation::LeakyRelu(SLOPE), 1)
}

fn perceptron(
    width: usize,
    input: usize,
    activation: Activation,
    output: usize,
) -> Result<Network, Unsupported> {
    let plan = (0..HIDDEN)
        .fold(Plan::of(Shape::vector(input)), |builder, _| {
            builder.linear(width).activation(activation)
        })
        .linear(output);
    Ok(Network::new(plan.build()?))
}
