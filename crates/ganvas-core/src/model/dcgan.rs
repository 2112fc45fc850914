//! The deep convolutional GAN of article `004`, at 32×32.
//!
//! After Radford, Metz and Chintala, *Unsupervised Representation Learning with
//! Deep Convolutional Generative Adversarial Networks*, 2016.

use super::layer::{Convolution, Layer};
use super::network::{Network, NetworkBuilder};

/// Slope of every LeakyReLU.
pub(super) const SLOPE: f64 = 0.2;

/// 4×4 kernels, stride 2, padding 1: halves an image, or doubles it when transposed.
pub(super) const fn resample(input: usize, output: usize) -> Convolution {
    Convolution {
        input,
        output,
        kernel: 4,
        stride: 2,
        padding: 1,
    }
}

/// 4×4 kernel on (or to) a single pixel.
pub(super) const fn project(input: usize, output: usize) -> Convolution {
    Convolution {
        input,
        output,
        kernel: 4,
        stride: 1,
        padding: 0,
    }
}

/// Generator: z `[batch, latent_dim, 1, 1]` → images `[batch, channels, 32, 32]` in (−1, 1).
///
/// Four transposed convolutions, `latent_dim` → 4w → 2w → w → `channels` with
/// w = `width`, BatchNorm and ReLU between them and tanh at the end. The names
/// of the parameters are those of the article's `Generator` in PyTorch.
pub fn dcgan_generator(width: usize, latent_dim: usize, channels: usize) -> Network {
    dcgan_generator_with(width, latent_dim, channels, Layer::Relu)
}

/// [`dcgan_generator`] with another activation between its layers, such as the
/// LeakyReLU of article `003`.
pub fn dcgan_generator_with(
    width: usize,
    latent_dim: usize,
    channels: usize,
    activation: Layer,
) -> Network {
    let stem = Network::builder()
        .conv_transpose2d(project(latent_dim, 4 * width))
        .batch_norm(4 * width)
        .push(activation.clone());
    upsampling(stem, width, channels, activation).build()
}

/// Discriminator: images `[batch, channels, 32, 32]` → logits `[batch, 1, 1, 1]`.
///
/// Four convolutions, `channels` → w → 2w → 4w → 1, with LeakyReLU 0.2, and
/// BatchNorm after the two in the middle. The article ends with a sigmoid; here
/// the losses take the logits.
pub fn dcgan_discriminator(width: usize, channels: usize) -> Network {
    downsampling(width, channels)
        .conv2d(project(4 * width, 1))
        .build()
}

/// What every generator here ends with: 4w images of 4×4 → `channels` of 32×32 in (−1, 1).
pub(super) fn upsampling(
    stem: NetworkBuilder,
    width: usize,
    channels: usize,
    activation: Layer,
) -> NetworkBuilder {
    stem.conv_transpose2d(resample(4 * width, 2 * width))
        .batch_norm(2 * width)
        .push(activation.clone())
        .conv_transpose2d(resample(2 * width, width))
        .batch_norm(width)
        .push(activation)
        .conv_transpose2d(resample(width, channels))
        .push(Layer::Tanh)
}

/// What discriminator and encoder begin with: `channels` of 32×32 → 4w images of 4×4.
pub(super) fn downsampling(width: usize, channels: usize) -> NetworkBuilder {
    Network::builder()
        .conv2d(resample(channels, width))
        .push(Layer::LeakyRelu(SLOPE))
        .conv2d(resample(width, 2 * width))
        .batch_norm(2 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .conv2d(resample(2 * width, 4 * width))
        .batch_norm(4 * width)
        .push(Layer::LeakyRelu(SLOPE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_shapes_are_those_of_the_article() {
        let shapes = |network: &Network| -> Vec<(String, Vec<usize>)> {
            network
                .parameters()
                .iter()
                .map(|spec| (spec.name.clone(), spec.shape.clone()))
                .collect()
        };
        let owned = |list: &[(&str, &[usize])]| -> Vec<(String, Vec<usize>)> {
            list.iter()
                .map(|(name, shape)| ((*name).to_owned(), shape.to_vec()))
                .collect()
        };
        assert_eq!(
            shapes(&dcgan_generator(64, 100, 1)),
            owned(&[
                ("model.0.weight", &[100, 256, 4, 4]),
                ("model.1.weight", &[256]),
                ("model.1.bias", &[256]),
                ("model.3.weight", &[256, 128, 4, 4]),
                ("model.4.weight", &[128]),
                ("model.4.bias", &[128]),
                ("model.6.weight", &[128, 64, 4, 4]),
                ("model.7.weight", &[64]),
                ("model.7.bias", &[64]),
                ("model.9.weight", &[64, 1, 4, 4]),
            ])
        );
        assert_eq!(
            shapes(&dcgan_discriminator(64, 1)),
            owned(&[
                ("model.0.weight", &[64, 1, 4, 4]),
                ("model.2.weight", &[128, 64, 4, 4]),
                ("model.3.weight", &[128]),
                ("model.3.bias", &[128]),
                ("model.5.weight", &[256, 128, 4, 4]),
                ("model.6.weight", &[256]),
                ("model.6.bias", &[256]),
                ("model.8.weight", &[1, 256, 4, 4]),
            ])
        );
    }
}
