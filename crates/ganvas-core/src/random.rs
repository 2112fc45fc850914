//! Every random number of an experiment, as a pure function of its seed.
//!
//! There is no generator state to carry along: each draw has a [`Stream`] (what
//! it is for) and an index (which step, epoch or network). Training that is
//! saved and resumed therefore continues with exactly the numbers that it would
//! have seen, and all backends see the same ones.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What a sequence of random numbers is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Stream {
    /// Initial weights of the generator, encoder or first network.
    GeneratorWeights = 1,
    /// Initial weights of the discriminator or second network.
    DiscriminatorWeights = 2,
    /// Latents of a discriminator update.
    DiscriminatorLatent = 3,
    /// Latents of a generator update.
    GeneratorLatent = 4,
    /// The order of the images in an epoch.
    Shuffle = 5,
    /// The fixed latents of the picture grid.
    Grid = 6,
    /// Latents of samples that the reader asks for.
    Sample = 7,
    /// Classes of a generator update's fakes.
    Labels = 8,
    /// ε of the gradient penalty's interpolates.
    Interpolation = 9,
    /// Hues of an image's digit and background.
    Colour = 10,
    /// Initial weights of CycleGAN's second generator.
    SecondGeneratorWeights = 11,
    /// Initial weights of CycleGAN's second discriminator.
    SecondDiscriminatorWeights = 12,
    /// The order of the images of CycleGAN's drawn domain.
    SecondShuffle = 13,
    /// Latents by which an averaged generator's running statistics are measured.
    Measure = 14,
    /// Points of a distribution in the plane.
    Points = 15,
    /// The same of a distribution that they are compared with.
    Reference = 16,
}

/// A generator for draw number `index` of `stream` under `seed`.
pub(crate) fn random(seed: u64, stream: Stream, index: u64) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&(stream as u64).to_le_bytes());
    key[16..24].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngCore;

    #[test]
    fn a_draw_depends_on_seed_stream_and_index_only() {
        let draw = |seed, stream, index| random(seed, stream, index).next_u64();
        let first = draw(1, Stream::Grid, 0);
        assert_eq!(first, draw(1, Stream::Grid, 0));
        assert_ne!(first, draw(2, Stream::Grid, 0));
        assert_ne!(first, draw(1, Stream::Sample, 0));
        assert_ne!(first, draw(1, Stream::Grid, 1));
    }
}
