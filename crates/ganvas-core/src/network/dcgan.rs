//! The deep convolutional GAN of article `004`.
//!
//! After Radford, Metz and Chintala, *Unsupervised Representation Learning with
//! Deep Convolutional Generative Adversarial Networks*, 2016.
//!
//! A generator doubles images from 4×4 to the size of a sample, a discriminator halves
//! them; the channels go the other way, from or to w = `width` at the largest hidden
//! image: 4w, 2w, w for samples of 32×32, and 8w, 4w, 2w, w for 64×64. Parameters are
//! named as in the article's PyTorch classes.

use ganvas_kernels::plan::dcgan::{
    discriminator, downsampling, generator, hidden_channels, project, upsampling,
};
use ganvas_kernels::plan::{Plan, Unsupported};
use ganvas_kernels::stack::{Activation, Shape};

use super::{CLASSES, Network};

/// Generator: z `[batch, latent_dim, 1, 1]` → images of the shape `sample` in (−1, 1).
///
/// Transposed convolutions with BatchNorm and `activation` between them, tanh at the end.
///
/// # Errors
///
/// None for square samples whose side is 4 times a power of two.
pub fn dcgan_generator(
    width: usize,
    latent_dim: usize,
    sample: Shape,
    activation: Activation,
) -> Result<Network, Unsupported> {
    let plan = generator(width, latent_dim, sample, activation).build()?;
    Ok(Network::new(plan))
}

/// [`dcgan_generator`] that is told the digit's class, by a row of an embedding that is
/// added to the image that its first layer grows.
///
/// That is the same sum as if z had the class's one-hot vector after it; the embedding's
/// rows are then the last ones of the layer's weight.
///
/// # Errors
///
/// As [`dcgan_generator`].
pub fn conditional_generator(
    width: usize,
    latent_dim: usize,
    sample: Shape,
    activation: Activation,
) -> Result<Network, Unsupported> {
    let widest = hidden_channels(width, sample).first().copied();
    let stem = Plan::of(Shape::vector(latent_dim))
        .conv_transpose2d(project(widest.unwrap_or(width)))
        .class_embedding(CLASSES)
        .batch_norm()
        .activation(activation);
    let plan = upsampling(stem, width, sample, activation).build()?;
    Ok(Network::new(plan).with_planes())
}

/// Discriminator: images of the shape `sample` → logits `[batch, 1, 1, 1]`.
///
/// Convolutions with LeakyReLU 0.2, and BatchNorm after all but the first. The article
/// ends with a sigmoid; here the losses take the logits.
///
/// # Errors
///
/// As [`dcgan_generator`].
pub fn dcgan_discriminator(width: usize, sample: Shape) -> Result<Network, Unsupported> {
    Ok(Network::new(discriminator(width, sample).build()?))
}

/// [`dcgan_discriminator`] that is told the images' classes by a projection: to the logit
/// of an image of class c is added ⟨E_c, f⟩, where f are the features that the last
/// convolution reads and E is an embedding. Miyato and Koyama, *cGANs with Projection
/// Discriminator*, 2018.
///
/// # Errors
///
/// As [`dcgan_generator`].
pub fn projection_discriminator(width: usize, sample: Shape) -> Result<Network, Unsupported> {
    let plan = downsampling(width, sample)
        .conv2d(project(1))
        .projection(CLASSES);
    Ok(Network::new(plan.build()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(network: &Network) -> Vec<(String, Vec<usize>)> {
        network
            .parameters()
            .iter()
            .map(|spec| (spec.name.clone(), spec.shape.clone()))
            .collect()
    }

    fn owned(list: &[(&str, &[usize])]) -> Vec<(String, Vec<usize>)> {
        list.iter()
            .map(|(name, shape)| ((*name).to_owned(), shape.to_vec()))
            .collect()
    }

    #[test]
    fn names_and_shapes_are_those_of_the_article() {
        let sample = Shape::square(1, 32);
        assert_eq!(
            shapes(&dcgan_generator(64, 100, sample, Activation::Relu).unwrap()),
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
            shapes(&dcgan_discriminator(64, sample).unwrap()),
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

    #[test]
    fn larger_samples_have_one_more_stage() {
        let sample = Shape::square(3, 64);
        let generator = dcgan_generator(8, 16, sample, Activation::Relu).unwrap();
        let discriminator = dcgan_discriminator(8, sample).unwrap();
        assert_eq!(generator.stack().output, sample);
        assert_eq!(generator.parameters()[0].shape, [16, 64, 4, 4]);
        assert_eq!(discriminator.stack().stages.len(), 5);
        assert_eq!(discriminator.stack().output, Shape::vector(1));
        assert_eq!(shapes(&discriminator)[0].1, [8, 3, 4, 4]);
    }

    #[test]
    fn classes_are_rows_of_embeddings() {
        let sample = Shape::square(1, 32);
        let generator = conditional_generator(2, 5, sample, Activation::Relu).unwrap();
        let discriminator = projection_discriminator(2, sample).unwrap();
        assert_eq!(shapes(&generator)[1].1, [10, 128]);
        assert_eq!(shapes(&discriminator)[7].1, [1, 8, 4, 4]);
        assert_eq!(
            shapes(&discriminator)[8],
            ("embedding.weight".to_owned(), vec![10, 128])
        );
        assert_eq!(generator.stack().input, Shape::vector(15));
        assert_eq!(discriminator.stack().output, Shape::vector(1));
    }
}
