//! The DCGAN of article `000`: a linear layer grows the first 4×4 image.

use super::dcgan::upsampling;
use super::layer::Layer;
use super::network::Network;

/// Generator: z `[batch, latent_dim, 1, 1]` → images `[batch, channels, 32, 32]` in (−1, 1).
///
/// `Linear(latent_dim, 4w·4·4)` with BatchNorm1d and the activation, read as
/// 4w images of 4×4, then three transposed convolutions, 4w → 2w → w →
/// `channels` with w = `width`. The article leaves the reshape out of its list;
/// in PyTorch it is `Unflatten(1, (4w, 4, 4))`, number 3.
pub fn linear_stem_generator(
    width: usize,
    latent_dim: usize,
    channels: usize,
    activation: Layer,
) -> Network {
    let stem = Network::builder()
        .linear(latent_dim, 64 * width)
        .batch_norm(64 * width)
        .push(activation.clone())
        .push(Layer::Reshape([4 * width, 4, 4]));
    upsampling(stem, width, channels, activation).build()
}
