//! Coloured digits: the hues of the digit and its background are drawn at random
//! for each image of a grey data set, as in coloured MNIST.
//!
//! An image's colours depend on the seed and its index alone. As in the drawn
//! digits, the arithmetic is `+ - * /` of `f32`, the same bits everywhere.

use rand::Rng;

use crate::image::{PIXELS, SIDE};
use crate::random::{Stream, random};

/// Brightness of a background's strongest channel; the digit's is 1, so that it stands out.
const BACKGROUND: f32 = 0.25;
/// How pure both colours are: 0 is grey, 1 has a channel of 0.
const SATURATION: f32 = 0.6;

/// The colours of one image, each channel from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Palette {
    background: [f32; 3],
    digit: [f32; 3],
}

impl Palette {
    /// The colours of image `index` under `seed`.
    pub fn of(seed: u64, index: usize) -> Self {
        let mut rng = random(seed, Stream::Colour, index as u64);
        let mut hue = || rng.random_range(0.0f32..6.0);
        Self {
            digit: colour(hue(), 1.0),
            background: colour(hue(), BACKGROUND),
        }
    }

    /// What a byte of 0 and one of 255 become in each channel, in \[−1, 1\]: between them
    /// it is a line.
    pub fn ends(&self) -> [[f32; 2]; 3] {
        std::array::from_fn(|channel| {
            [self.background[channel], self.digit[channel]].map(|value| value * 2.0 - 1.0)
        })
    }

    /// Colours a grey image in \[−1, 1\] (−1 background, 1 ink): `grey` is one
    /// plane, `out` three planes of the same length.
    pub fn apply(&self, grey: &[f32], out: &mut [f32]) {
        for (channel, plane) in out.chunks_exact_mut(grey.len()).enumerate() {
            let (from, to) = (self.background[channel], self.digit[channel]);
            for (value, grey) in plane.iter_mut().zip(grey) {
                let ink = (grey + 1.0) * 0.5;
                *value = (from + (to - from) * ink) * 2.0 - 1.0;
            }
        }
    }
}

/// How much ink each pixel of coloured 28×28 images holds, from interleaved red, green
/// and blue.
///
/// The colours of a generated image are not known. Its background b is taken to be the
/// median colour of its frame, the colour d of its digit the mean of the pixels that are
/// farthest from that; ink is where a pixel p lies between them, (p − b)·(d − b)/|d − b|².
/// Of an image that was coloured by a [`Palette`] this is the ink that went in.
pub(crate) fn ink_of(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3 * PIXELS)
        .flat_map(|image| {
            let colours: Vec<[f32; 3]> = image
                .chunks_exact(3)
                .map(|pixel| std::array::from_fn(|channel| f32::from(pixel[channel])))
                .collect();
            ink_of_image(&colours)
        })
        .collect()
}

/// Pixels that tell the digit's colour: fewer than even a thin stroke has.
const FARTHEST: usize = 24;

fn ink_of_image(colours: &[[f32; 3]]) -> Vec<u8> {
    let background = frame(colours);
    let apart = |colour: &[f32; 3]| std::array::from_fn(|i| colour[i] - background[i]);
    let mut farthest: Vec<[f32; 3]> = colours.iter().map(apart).collect();
    farthest.sort_by(|a, b| dot(b, b).total_cmp(&dot(a, a)));
    farthest.truncate(FARTHEST);
    let digit: [f32; 3] = std::array::from_fn(|i| {
        farthest.iter().map(|colour| colour[i]).sum::<f32>() / FARTHEST as f32
    });
    let length = dot(&digit, &digit);
    colours
        .iter()
        .map(|colour| match length {
            0.0 => 0,
            // `as` saturates on both sides.
            _ => (255.0 * dot(&apart(colour), &digit) / length + 0.5) as u8,
        })
        .collect()
}

/// The median colour of the outermost pixels, channel by channel.
fn frame(colours: &[[f32; 3]]) -> [f32; 3] {
    let on_frame = |at: &usize| {
        [at / SIDE, at % SIDE]
            .iter()
            .any(|&x| x == 0 || x == SIDE - 1)
    };
    std::array::from_fn(|channel| {
        let mut values: Vec<f32> = (0..colours.len())
            .filter(on_frame)
            .map(|at| colours[at][channel])
            .collect();
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    })
}

fn dot(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Red, green and blue of a hue from 0 to 6 (red, yellow, green, cyan, blue, magenta).
fn colour(hue: f32, brightness: f32) -> [f32; 3] {
    [0.0f32, 4.0, 2.0].map(|shift| {
        let position = (hue + shift) % 6.0;
        let pure = ((position - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        brightness * (1.0 - SATURATION + SATURATION * pure)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_the_ones_on_the_wheel() {
        let weak = 1.0 - SATURATION;
        assert_eq!(colour(0.0, 1.0), [1.0, weak, weak]);
        assert_eq!(colour(2.0, 1.0), [weak, 1.0, weak]);
        assert_eq!(colour(4.0, 0.5), [0.5 * weak, 0.5 * weak, 0.5]);
    }

    #[test]
    fn images_have_colours_of_their_own_and_keep_them() {
        assert_eq!(Palette::of(3, 5), Palette::of(3, 5));
        assert_ne!(Palette::of(3, 5), Palette::of(3, 6));
        assert_ne!(Palette::of(3, 5), Palette::of(4, 5));
    }

    #[test]
    fn ink_is_found_again() {
        // A stroke with soft edges.
        let drawn: Vec<u8> = (0..PIXELS)
            .map(|at| match (at % SIDE).abs_diff(14) {
                0 | 1 => 255,
                2 => 100,
                _ => 0,
            })
            .collect();
        let grey: Vec<f32> = drawn
            .iter()
            .map(|ink| f32::from(*ink) / 127.5 - 1.0)
            .collect();
        for index in 0..50 {
            let mut planes = vec![0.0; 3 * PIXELS];
            Palette::of(2, index).apply(&grey, &mut planes);
            let rgb: Vec<u8> = (0..3 * PIXELS)
                .map(|at| ((planes[at % 3 * PIXELS + at / 3] + 1.0) * 127.5 + 0.5) as u8)
                .collect();
            for (found, ink) in ink_of(&rgb).iter().zip(&drawn) {
                assert!(found.abs_diff(*ink) <= 3, "{found}, not {ink}");
            }
        }
        assert_eq!(ink_of(&[7; 3 * PIXELS]), [0; PIXELS], "no digit, no ink");
    }

    #[test]
    fn background_and_ink_take_their_colours() {
        let palette = Palette::of(1, 0);
        let mut out = [0.0; 6];
        palette.apply(&[-1.0, 1.0], &mut out);
        for channel in 0..3 {
            let expected = [palette.background[channel], palette.digit[channel]];
            for (value, expected) in out[2 * channel..][..2].iter().zip(expected) {
                assert!((value - (expected * 2.0 - 1.0)).abs() < 1e-6);
                assert!((-1.0..=1.0).contains(value));
            }
        }
    }
}
