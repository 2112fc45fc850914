//! The real image that a generated one is nearest to.

use serde::Serialize;

use super::samples::shown_numbers;
use super::{Samples, Training};

/// Images that are compared at a time.
const CHUNK: usize = 256;

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
    pub(super) fn nearest_to(&self, sample: &[f32]) -> Option<Nearest> {
        let shape = self.feed.sample();
        let looked_for = shown_numbers(sample, 1, shape);
        let dataset = self.dataset();
        let mut best: Option<(usize, f32)> = None;
        for start in (0..dataset.count()).step_by(CHUNK) {
            let indices: Vec<usize> = (start..dataset.count().min(start + CHUNK)).collect();
            let values = self.feed.values_of(dataset, &indices);
            for (index, values) in indices.iter().zip(values.chunks_exact(shape.len())) {
                let limit = best.map_or(f32::INFINITY, |(_, squares)| squares);
                let squares = squares_below(&looked_for, &shown_numbers(values, 1, shape), limit);
                best = squares.map(|squares| (*index, squares)).or(best);
            }
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

/// The sum of squared differences if it is below `limit`.
fn squares_below(a: &[f32], b: &[f32], limit: f32) -> Option<f32> {
    let mut sum = 0.0;
    for (a, b) in a.chunks(64).zip(b.chunks(64)) {
        sum += a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        // What is no number is near nothing.
        if sum.partial_cmp(&limit) != Some(std::cmp::Ordering::Less) {
            return None;
        }
    }
    Some(sum)
}
