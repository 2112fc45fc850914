//! The real image that a generated one is nearest to.

use serde::Serialize;

use super::samples::{is_point, shown_numbers};
use super::{Samples, Training};
use crate::image::{SIDE, picture_side};

/// Rows that are compared at a time; 28 is a multiple.
const STRIP: usize = 2;

/// A real image of the dataset in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    /// Its place in the dataset.
    pub index: usize,
    /// Its label, where the dataset has labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<u8>,
    /// Root mean square of the differences over all pixels, in ink from 0 to 1.
    pub distance: f64,
    /// The image as the system sees it.
    pub picture: Samples,
}

impl Training {
    /// The image of the dataset in use with the smallest L2 distance over pixels from a
    /// sample, `[channels, height, width]`, as the reader sees both: without the margin.
    /// Points have none that would be copied.
    pub(super) fn nearest_to(&self, sample: &[f32]) -> Option<Nearest> {
        let shape = self.feed.sample();
        if is_point(shape) {
            return None;
        }
        let looked_for = shown_numbers(sample, 1, shape);
        let dataset = self.dataset();
        let mut best: Option<(usize, f32)> = None;
        // Grey images have the same ones.
        let mut shades = Vec::new();
        for index in 0..dataset.count() {
            let limit = best.map_or(f32::INFINITY, |(_, squares)| squares);
            let squares = if picture_side(shape.height) == SIDE {
                if shape.channels > 1 || shades.is_empty() {
                    shades = self.feed.shades_of(index);
                }
                from_bytes(&looked_for, dataset.image(index), &shades, limit)
            } else {
                let values = self.feed.values_of(dataset, &[index]);
                from_values(&looked_for, &shown_numbers(&values, 1, shape), limit)
            };
            best = squares.map(|squares| (index, squares)).or(best);
        }
        let (index, squares) = best?;
        let values = self.feed.values_of(dataset, &[index]);
        let mean = f64::from(squares) / looked_for.len() as f64;
        Some(Nearest {
            index,
            label: dataset.labels().map(|labels| labels[index]),
            distance: 0.5 * mean.sqrt(),
            picture: Samples::of(&values, 1, shape),
        })
    }
}

/// The sum of squared differences from an image of the dataset if it is below `limit`,
/// straight from its bytes. It begins in the middle, where images differ: most of them are
/// told apart there.
fn from_bytes(looked_for: &[f32], image: &[u8], shades: &[[f32; 2]], limit: f32) -> Option<f32> {
    let channels = shades.len();
    let strips = SIDE / STRIP;
    let mut sum = 0.0;
    for strip in (0..strips).cycle().skip(strips / 3).take(strips) {
        let pixels = strip * STRIP * SIDE..(strip + 1) * STRIP * SIDE;
        let bytes = &image[pixels.clone()];
        let wanted = &looked_for[pixels.start * channels..pixels.end * channels];
        sum += match shades {
            [shade] => squares_of(wanted.iter(), bytes, *shade),
            _ => (0..channels)
                .map(|channel| {
                    let wanted = wanted.iter().skip(channel).step_by(channels);
                    squares_of(wanted, bytes, shades[channel])
                })
                .sum(),
        };
        if !is_less(sum, limit) {
            return None;
        }
    }
    Some(sum)
}

/// Squared differences between values and bytes that stand for a line between two shades.
fn squares_of<'a>(
    wanted: impl Iterator<Item = &'a f32>,
    bytes: &[u8],
    [black, white]: [f32; 2],
) -> f32 {
    let span = (white - black) / 255.0;
    // Several sums at once: one after another they would wait for each other.
    let mut sums = [0.0; 4];
    for (at, (wanted, byte)) in wanted.zip(bytes).enumerate() {
        let difference = wanted - (black + span * f32::from(*byte));
        sums[at % 4] += difference * difference;
    }
    sums.iter().sum()
}

/// The same from values.
fn from_values(a: &[f32], b: &[f32], limit: f32) -> Option<f32> {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    Some(squares.sum()).filter(|sum| is_less(*sum, limit))
}

/// False also where the sum is NaN.
fn is_less(sum: f32, limit: f32) -> bool {
    sum < limit
}
