//! CycleGAN's generators, articles `002` and `004`.

use super::layer::{Convolution, Layer};
use super::network::{Network, NetworkBuilder};

/// 3×3 kernels, padding 1.
const fn smooth(input: usize, output: usize, stride: usize) -> Convolution {
    Convolution {
        input,
        output,
        kernel: 3,
        stride,
        padding: 1,
    }
}

/// Images `[batch, channels, 32, 32]` of one domain → images of the other, in (−1, 1).
///
/// A convolution to w = `width` channels, one to 2w at half the size, two
/// residual blocks, and back, with instance normalisation and ReLU. After Zhu et
/// al., *Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
/// Networks*, 2017, with fewer blocks for smaller images.
pub fn translator(width: usize, channels: usize) -> Network {
    let block = |builder: NetworkBuilder| {
        builder
            .conv2d(smooth(2 * width, 2 * width, 1))
            .push(Layer::InstanceNorm)
            .push(Layer::Relu)
            .conv2d(smooth(2 * width, 2 * width, 1))
            .push(Layer::InstanceNorm)
    };
    Network::builder()
        .conv2d(smooth(channels, width, 1))
        .push(Layer::InstanceNorm)
        .push(Layer::Relu)
        .conv2d(smooth(width, 2 * width, 2))
        .push(Layer::InstanceNorm)
        .push(Layer::Relu)
        .residual(block)
        .residual(block)
        .conv_transpose2d(super::dcgan::resample(2 * width, width))
        .push(Layer::InstanceNorm)
        .push(Layer::Relu)
        .conv2d_biased(smooth(width, channels, 1))
        .push(Layer::Tanh)
        .build()
}
