//! A few samples as numbers to be shown: pictures, or points.

use burn::tensor::Tensor;
use ganvas_kernels::stack::Shape;
use serde::{Serialize, Serializer};

use super::{Training, read};
use crate::{Result, image};

/// Bytes that are serialised as bytes, where a format has such.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pixels(pub Vec<u8>);

impl Serialize for Pixels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// Samples to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Samples {
    /// How many.
    pub count: usize,
    /// Columns of a picture; 1 for points.
    pub width: usize,
    /// Rows of a picture; 1 for points.
    pub height: usize,
    /// Bytes of a pixel; the coordinates of a point.
    pub channels: usize,
    /// Of pictures, row by row, 0 background to 255 ink; none of points.
    pub pixels: Pixels,
    /// Of points, one after the other; none of pictures.
    pub values: Vec<f32>,
}

/// Samples are vectors, not images.
pub(super) fn is_point(sample: Shape) -> bool {
    sample.pixels() == 1
}

impl Samples {
    /// Of values in the shape `sample`, `[count, channels, height, width]`.
    pub(super) fn of(values: &[f32], count: usize, sample: Shape) -> Self {
        let point = is_point(sample);
        let side = match point {
            true => 1,
            false => image::picture_side(sample.height),
        };
        Self {
            count,
            width: side,
            height: side,
            channels: sample.channels,
            pixels: Pixels(match point {
                true => Vec::new(),
                false => image::to_pictures(values, count, sample),
            }),
            values: match point {
                true => values[..count * sample.len()].to_vec(),
                false => Vec::new(),
            },
        }
    }
}

/// Numbers of samples in the order in which they are shown: without the margin of images.
pub(super) fn shown_numbers(values: &[f32], count: usize, sample: Shape) -> Vec<f32> {
    match is_point(sample) {
        true => values[..count * sample.len()].to_vec(),
        false => image::to_numbers(values, count, sample),
    }
}

/// How far each sample is from its counterpart: the root mean square over its numbers as
/// they are shown. Images in \[−1, 1\] are compared as ink in \[0, 1\], points as they are.
pub(super) fn distances(from: &[f32], to: &[f32], count: usize, sample: Shape) -> Vec<f64> {
    let unit = if is_point(sample) { 1.0 } else { 0.5 };
    let [from, to] = [from, to].map(|values| shown_numbers(values, count, sample));
    let length = from.len() / count.max(1);
    from.chunks_exact(length.max(1))
        .zip(to.chunks_exact(length.max(1)))
        .map(|(from, to)| {
            let squares = from.iter().zip(to).map(|(a, b)| f64::from(b - a).powi(2));
            unit * (squares.sum::<f64>() / length as f64).sqrt()
        })
        .collect()
}

impl Training {
    /// The first `count` samples of a batch, read from the device.
    pub(super) async fn show(&self, images: &Tensor<4>, count: usize) -> Result<Samples> {
        let values = read_first(images, count).await?;
        Ok(Samples::of(&values, count, self.feed.sample()))
    }
}

/// The numbers of the first `count` samples of a batch.
pub(super) async fn read_first(images: &Tensor<4>, count: usize) -> Result<Vec<f32>> {
    let first = images.clone().without_autodiff().narrow(0, 0, count);
    read(first.flatten(0, 3)).await
}

/// The root of the sum of squares.
pub(super) fn norm(values: &[f32]) -> f64 {
    let squares = values.iter().map(|value| f64::from(*value).powi(2));
    squares.sum::<f64>().sqrt()
}

/// The mean; of none, 0.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64
}
