//! The deep convolutional GAN of article `004`, for square images of any side that is
//! four times a power of two.
//!
//! After Radford, Metz and Chintala, *Unsupervised Representation Learning with Deep
//! Convolutional Generative Adversarial Networks*, 2016.
//!
//! ```
//! use ganvas_kernels::plan::dcgan;
//! use ganvas_kernels::stack::{Activation, Shape};
//!
//! let image = Shape::square(1, 64);
//! let generator = dcgan::generator(16, 100, image, Activation::Relu).build().unwrap();
//! assert_eq!(generator.stack.stages.len(), 5);
//! assert_eq!(generator.parameters[0].shape, [100, 128, 4, 4]);
//! ```

use super::{Builder, Convolution, Plan};
use crate::stack::{Activation, Shape, Window};

/// Slope of every LeakyReLU.
pub const SLOPE: f32 = 0.2;

/// Rows and columns of the smallest image, which a vector becomes or is made of.
pub const SEED_SIDE: usize = 4;

/// 4×4 kernels, stride 2, padding 1: halves an image, or doubles it when transposed.
pub const fn resample(output: usize) -> Convolution {
    let Window {
        kernel,
        stride,
        padding,
    } = Window::HALVING;
    Convolution {
        output,
        kernel,
        stride,
        padding,
    }
}

/// A 4×4 kernel on (or to) a single pixel.
pub const fn project(output: usize) -> Convolution {
    Convolution {
        output,
        kernel: SEED_SIDE,
        stride: 1,
        padding: 0,
    }
}

/// Channels of the hidden images of `sample`s, from the smallest image to the largest: 4w,
/// 2w and w for samples of 32×32, 8w, 4w, 2w and w for 64×64. None for a sample that
/// halving does not take to 4×4.
pub fn hidden_channels(width: usize, sample: Shape) -> Vec<usize> {
    let ratio = sample.height / SEED_SIDE;
    let fits = sample.height == sample.width && ratio * SEED_SIDE == sample.height;
    if !fits || ratio < 2 || !ratio.is_power_of_two() {
        return Vec::new();
    }
    let doublings = ratio.ilog2();
    (0..doublings).rev().map(|power| width << power).collect()
}

/// Generator: z `[batch, latent_dim, 1, 1]` → images of the shape `sample` in (−1, 1).
///
/// For 32×32, four transposed convolutions, `latent_dim` → 4w → 2w → w → channels with
/// w = `width`, BatchNorm and the activation between them and tanh at the end. The names
/// of the parameters are those of the article's `Generator` in PyTorch.
pub fn generator(
    width: usize,
    latent_dim: usize,
    sample: Shape,
    activation: Activation,
) -> Builder {
    let hidden = hidden_channels(width, sample);
    let stem = Plan::of(Shape::vector(latent_dim))
        .conv_transpose2d(project(hidden.first().copied().unwrap_or(width)))
        .batch_norm()
        .activation(activation);
    upsampling(stem, width, sample, activation)
}

/// Discriminator: images of the shape `sample` → logits `[batch, 1, 1, 1]`.
///
/// For 32×32, four convolutions, channels → w → 2w → 4w → 1, with LeakyReLU 0.2, and
/// BatchNorm after all hidden ones but the first. The article ends with a sigmoid; here
/// the losses take the logits.
pub fn discriminator(width: usize, sample: Shape) -> Builder {
    downsampling(width, sample).conv2d(project(1))
}

/// What every generator here ends with: after a `stem` that gives an image of 4×4 with the
/// most channels, up to images of the shape `sample` in (−1, 1).
pub fn upsampling(stem: Builder, width: usize, sample: Shape, activation: Activation) -> Builder {
    let hidden = hidden_channels(width, sample);
    let Some((_, larger)) = hidden.split_first() else {
        return stem.refuse(SIDES);
    };
    let hidden = larger.iter().fold(stem, |builder, channels| {
        builder
            .conv_transpose2d(resample(*channels))
            .batch_norm()
            .activation(activation)
    });
    hidden.conv_transpose2d(resample(sample.channels)).tanh()
}

/// What discriminator and encoder begin with: images of the shape `sample` → an image of
/// 4×4 with the most channels.
pub fn downsampling(width: usize, sample: Shape) -> Builder {
    let hidden = hidden_channels(width, sample);
    let Some((first, smaller)) = hidden.split_last() else {
        return Plan::of(sample).refuse(SIDES);
    };
    let first = Plan::of(sample).conv2d(resample(*first)).leaky_relu(SLOPE);
    smaller.iter().rev().fold(first, |builder, channels| {
        builder
            .conv2d(resample(*channels))
            .batch_norm()
            .leaky_relu(SLOPE)
    })
}

const SIDES: &str = "a DCGAN is for square images whose side is 8, 16, 32, …";

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(plan: &Plan) -> Vec<(&str, &[usize])> {
        let specs = plan.parameters.iter();
        specs
            .map(|spec| (&spec.name[..], &spec.shape[..]))
            .collect()
    }

    #[test]
    fn names_and_shapes_are_those_of_the_article() {
        let image = Shape::square(1, 32);
        let generator = generator(64, 100, image, Activation::Relu).build().unwrap();
        let expected: &[(&str, &[usize])] = &[
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
        ];
        assert_eq!(shapes(&generator), expected);
        assert_eq!(generator.stack.output, image);
        assert_eq!(generator.statistics[5].name, "model.7.running_var");

        let discriminator = discriminator(64, image).build().unwrap();
        let expected: &[(&str, &[usize])] = &[
            ("model.0.weight", &[64, 1, 4, 4]),
            ("model.2.weight", &[128, 64, 4, 4]),
            ("model.3.weight", &[128]),
            ("model.3.bias", &[128]),
            ("model.5.weight", &[256, 128, 4, 4]),
            ("model.6.weight", &[256]),
            ("model.6.bias", &[256]),
            ("model.8.weight", &[1, 256, 4, 4]),
        ];
        assert_eq!(shapes(&discriminator), expected);
        assert_eq!(discriminator.stack.output, Shape::vector(1));
    }

    #[test]
    fn larger_images_take_one_more_stage_in_each_network() {
        let image = Shape::square(3, 64);
        assert_eq!(hidden_channels(16, image), [128, 64, 32, 16]);
        let generator = generator(16, 8, image, Activation::Relu).build().unwrap();
        assert_eq!(generator.stack.stages.len(), 5);
        assert_eq!(generator.stack.output, image);
        let discriminator = discriminator(16, image).build().unwrap();
        assert_eq!(discriminator.stack.stages.len(), 5);
        assert_eq!(discriminator.stack.stages[4].input, Shape::square(128, 4));
    }

    #[test]
    fn other_sides_are_refused() {
        let oblong = Shape {
            width: 64,
            ..Shape::square(1, 32)
        };
        for image in [Shape::square(1, 28), Shape::square(1, 4), oblong] {
            assert!(discriminator(8, image).build().is_err(), "{image}");
            let generator = generator(8, 4, image, Activation::Relu).build();
            assert_eq!(generator.unwrap_err().reason, SIDES, "{image}");
        }
    }
}
