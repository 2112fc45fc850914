//! (Transposed) convolutions of any geometry as matrix products of patches.
//!
//! For each pixel of the small image, the patch of the large one that its window
//! covers is one row of a matrix P `[pixels, kernel · kernel · large]`. With the
//! weight as a matrix W `[small, kernel · kernel · large]`:
//! gather is P · Wᵀ, scatter adds the rows of S · W to their places, and the
//! gradient of the weight is Sᵀ · P.
//!
//! Images are `[batch, height, width, channels]`: a row of a patch is then one run in
//! memory. P is made for so many rows at a time that it stays in the cache.

use super::gemm::{Matrix, multiply};
use super::layout::exchange;
use super::scratch::Scratch;
use super::sliding::Sliding;
use crate::threads;

/// Numbers of P at a time: half a megabyte.
const PATCHES: usize = 1 << 17;

/// A run of memory that a patch and the large image share.
struct Run {
    patch: usize,
    image: usize,
    length: usize,
}

/// A copy without a call where a run has one of the lengths of rows of four pixels
/// with few channels, of which there are many.
fn copy(from: &[f32], to: &mut [f32]) {
    if let (Ok(from), Ok(to)) = (
        <&[f32; 4]>::try_from(from),
        <&mut [f32; 4]>::try_from(&mut *to),
    ) {
        *to = *from;
    } else if let (Ok(from), Ok(to)) = (
        <&[f32; 12]>::try_from(from),
        <&mut [f32; 12]>::try_from(&mut *to),
    ) {
        *to = *from;
    } else {
        to.copy_from_slice(from);
    }
}

impl Sliding {
    fn patch_len(&self) -> usize {
        self.window.kernel * self.window.kernel * self.large.channels
    }

    /// Pixels of the small images that are worked on together.
    fn rows(&self) -> usize {
        (PATCHES / self.patch_len()).max(64)
    }

    /// `[small, large, k · k]` → `[small, k · k, large]`.
    fn weight_matrix(&self, weight: &[f32]) -> Vec<f32> {
        let mut matrix = vec![0.0; weight.len()];
        let taps = self.window.kernel * self.window.kernel;
        exchange(weight, &mut matrix, self.large.channels, taps, 1);
        matrix
    }

    /// The runs that row `pixel` (counted through the batch) consists of; the rest of
    /// the row is outside the image.
    fn runs(&self, pixel: usize, mut visit: impl FnMut(Run)) {
        let (large, kernel) = (self.large, self.window.kernel);
        let (stride, padding) = (self.window.stride, self.window.padding);
        let image = pixel / self.small.pixels() * large.height;
        let within = pixel % self.small.pixels();
        let top = within / self.small.width * stride;
        let left = within % self.small.width * stride;
        // Columns of the window inside the image: padding ≤ left + column < width + padding.
        let first = padding.saturating_sub(left).min(kernel);
        let last = (large.width + padding)
            .saturating_sub(left)
            .clamp(first, kernel);
        if first == last {
            return;
        }
        for row in 0..kernel {
            let Some(y) = (top + row).checked_sub(padding) else {
                continue;
            };
            if y >= large.height {
                break;
            }
            let x = left + first - padding;
            visit(Run {
                patch: (row * kernel + first) * large.channels,
                image: ((image + y) * large.width + x) * large.channels,
                length: (last - first) * large.channels,
            });
        }
    }

    /// Fills the rows of P from pixel `start` on.
    fn fill(&self, large: &[f32], start: usize, patches: &mut [f32]) {
        patches.fill(0.0);
        for (offset, row) in patches.chunks_exact_mut(self.patch_len()).enumerate() {
            self.runs(start + offset, |run| {
                copy(
                    &large[run.image..][..run.length],
                    &mut row[run.patch..][..run.length],
                );
            });
        }
    }

    /// Calls `visit` with P for some pixels at a time, and with the first of them.
    fn patches(&self, large: &[f32], pixels: usize, mut visit: impl FnMut(&[f32], usize)) {
        let rows = self.rows().min(pixels);
        let mut patches = Scratch::new(rows * self.patch_len());
        for start in (0..pixels).step_by(rows.max(1)) {
            let rows = rows.min(pixels - start);
            let patches = &mut patches[..rows * self.patch_len()];
            self.fill(large, start, patches);
            visit(patches, start);
        }
    }
}

/// Large images → small ones.
pub(super) fn gather(sliding: &Sliding, weight: &[f32], large: &[f32], small: &mut [f32]) {
    let (channels, length) = (sliding.small.channels, sliding.patch_len());
    let weight = sliding.weight_matrix(weight);
    let weight = Matrix::rows(&weight, length).transposed();
    // A task is some ten microseconds of products, or a few rows.
    let rows = ((1 << 18) / (length * channels)).clamp(16, sliding.rows());
    threads::parts(small, rows * channels, |index, out| {
        let count = out.len() / channels;
        let mut patches = Scratch::new(count * length);
        sliding.fill(large, index * rows, &mut patches);
        let patches = Matrix::rows(&patches, length);
        multiply([count, channels, length], patches, weight, out, false);
    });
}

/// Small images → large ones.
pub(super) fn scatter(sliding: &Sliding, weight: &[f32], small: &[f32], large: &mut [f32]) {
    let weight = sliding.weight_matrix(weight);
    let lengths = [sliding.large.len(), sliding.small.len()];
    let images = threads::pieces(large.len() / lengths[0], lengths[1].max(lengths[0]));
    threads::parts(large, images * lengths[0], |index, large| {
        let count = large.len() / lengths[0];
        let small = &small[index * images * lengths[1]..][..count * lengths[1]];
        scatter_images(sliding, &weight, small, large);
    });
}

fn scatter_images(sliding: &Sliding, weight: &[f32], small: &[f32], large: &mut [f32]) {
    let (channels, length) = (sliding.small.channels, sliding.patch_len());
    let weight = Matrix::rows(weight, length);
    let pixels = small.len() / channels;
    let rows = sliding.rows().min(pixels);
    let mut patches = Scratch::new(rows * length);
    large.fill(0.0);
    for start in (0..pixels).step_by(rows.max(1)) {
        let rows = rows.min(pixels - start);
        let patches = &mut patches[..rows * length];
        let part = Matrix::rows(&small[start * channels..][..rows * channels], channels);
        multiply([rows, length, channels], part, weight, patches, false);
        for (offset, row) in patches.chunks_exact(length).enumerate() {
            sliding.runs(start + offset, |run| {
                let to = &mut large[run.image..][..run.length];
                for (to, from) in to.iter_mut().zip(&row[run.patch..][..run.length]) {
                    *to += from;
                }
            });
        }
    }
}

/// The gradient of the weight from large and small images, one of which is a gradient.
pub(super) fn weight(sliding: &Sliding, large: &[f32], small: &[f32], gradient: &mut [f32]) {
    let (channels, length) = (sliding.small.channels, sliding.patch_len());
    let mut matrix = vec![0.0; channels * length];
    sliding.patches(large, small.len() / channels, |patches, start| {
        let rows = patches.len() / length;
        let part = Matrix::rows(&small[start * channels..][..rows * channels], channels);
        multiply(
            [channels, length, rows],
            part.transposed(),
            Matrix::rows(patches, length),
            &mut matrix,
            true,
        );
    });
    let taps = sliding.window.kernel * sliding.window.kernel;
    exchange(&matrix, gradient, taps, sliding.large.channels, 1);
}
