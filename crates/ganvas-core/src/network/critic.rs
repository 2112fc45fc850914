//! The critic of Wasserstein GANs: a discriminator without BatchNorm.

use ganvas_kernels::plan::dcgan::{SLOPE, hidden_channels, project, resample};
use ganvas_kernels::plan::{Plan, Unsupported};
use ganvas_kernels::stack::Shape;

use super::Network;

/// Critic: images of the shape `sample` → scores `[batch, 1, 1, 1]`.
///
/// The DCGAN discriminator without BatchNorm, which would make an image's score
/// depend on the rest of its batch, so that the gradient penalty would not be
/// one image's own; with biases in its place (Gulrajani et al., *Improved
/// Training of Wasserstein GANs*, 2017). Parameters start as in PyTorch's
/// `Conv2d`: nothing here rescales activations that start too small.
///
/// # Errors
///
/// None for square samples whose side is 4 times a power of two.
pub fn critic(width: usize, sample: Shape) -> Result<Network, Unsupported> {
    let hidden = hidden_channels(width, sample);
    let features = hidden
        .iter()
        .rev()
        .fold(Plan::of(sample), |builder, &channels| {
            builder.conv2d_biased(resample(channels)).leaky_relu(SLOPE)
        });
    Ok(Network::new(features.conv2d_biased(project(1)).build()?))
}
