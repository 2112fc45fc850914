//! Convolutions of kernel 4, stride 2 and padding 1 between images with one channel and
//! images with many, and their transposes: where DCGANs meet the pictures.
//!
//! The products are those of `im2col`, but nobody writes its patches down: the windows are
//! read where they lie, in a copy of the image with its padding around it. With one channel
//! a patch has 16 numbers, and to write them took longer than to multiply them.

#![expect(
    unsafe_code,
    reason = "the innermost loop takes addresses; the bounds are checked here"
)]

use super::lanes::Lanes;
use super::scratch::Scratch;
use super::sliding::Sliding;
use super::tile::{COLUMNS, Height, Left, ROWS, multiply};
use crate::stack::Window;
use crate::threads;

/// Rows and columns of the window.
const KERNEL: usize = 4;
/// Numbers of a patch.
const TAPS: usize = KERNEL * KERNEL;

/// Whether a window is one that is done here: natively the crate `gemm` multiplies patches,
/// with wider SIMD than there is here.
pub(super) fn is_for(sliding: &Sliding) -> bool {
    cfg!(any(target_arch = "wasm32", feature = "portable")) && fits(sliding)
}

fn fits(sliding: &Sliding) -> bool {
    let (large, small) = (sliding.large, sliding.small);
    sliding.window == Window::HALVING
        && large.channels == 1
        && large.height == 2 * small.height
        && large.width == 2 * small.width
        && small.channels.is_multiple_of(COLUMNS)
        && small.width.is_multiple_of(ROWS)
}

/// An image with a line of zeros around it.
struct Padded {
    values: Scratch,
    line: usize,
}

impl Padded {
    fn new(sliding: &Sliding) -> Self {
        let line = sliding.large.width + 2;
        let mut values = Scratch::new(line * (sliding.large.height + 2));
        values.fill(0.0);
        Self { values, line }
    }

    /// The lines of the image itself.
    fn lines(&mut self, width: usize) -> impl Iterator<Item = &mut [f32]> {
        let lines = self.values.chunks_exact_mut(self.line).skip(1);
        lines.map(move |line| &mut line[1..=width])
    }

    fn fill(&mut self, image: &[f32], width: usize) {
        for (to, from) in self.lines(width).zip(image.chunks_exact(width)) {
            to.copy_from_slice(from);
        }
    }

    /// Adds the patches of a row of windows that begin in line `row`.
    fn add(&mut self, row: usize, patches: &[f32], width: usize) {
        // Every second window first: neighbours overlap, and would wait for each other.
        for first in [0, 1] {
            for kernel_row in 0..KERNEL {
                let to = &mut self.values[(row + kernel_row) * self.line..][..self.line];
                for column in (first..width).step_by(2) {
                    let part = Lanes::load(patches, column * TAPS + kernel_row * KERNEL);
                    (Lanes::load(to, 2 * column) + part).store(to, 2 * column);
                }
            }
        }
    }

    /// What begins at a pixel, when `last` further pixels can be read.
    fn from(&self, row: usize, column: usize, last: usize) -> *const f32 {
        let rest = &self.values[row * self.line + column..];
        assert!(last < rest.len(), "a window inside the image");
        rest.as_ptr()
    }
}

/// Large images → small ones.
pub(super) fn gather(sliding: &Sliding, weight: &[f32], large: &[f32], small: &mut [f32]) {
    let (channels, width) = (sliding.small.channels, sliding.small.width);
    // `[small, taps]` to panels of eight channels with all taps.
    let mut panels = Scratch::new(weight.len());
    for (panel, weight) in panels
        .chunks_exact_mut(COLUMNS * TAPS)
        .zip(weight.chunks_exact(COLUMNS * TAPS))
    {
        super::layout::transpose([COLUMNS, TAPS], weight, TAPS, panel, COLUMNS);
    }
    let lengths = [sliding.large.len(), sliding.small.len()];
    let images = threads::pieces(large.len() / lengths[0], lengths[1]);
    threads::parts(small, images * lengths[1], |index, small| {
        let mut padded = Padded::new(sliding);
        let large = large[index * images * lengths[0]..].chunks_exact(lengths[0]);
        for (large, small) in large.zip(small.chunks_exact_mut(lengths[1])) {
            padded.fill(large, sliding.large.width);
            for (row, small) in small.chunks_exact_mut(width * channels).enumerate() {
                gather_row(&padded, &panels, 2 * row, small, channels);
            }
        }
    });
}

/// A row of a small image from the windows that begin in a row of a large one.
fn gather_row(padded: &Padded, panels: &[f32], row: usize, small: &mut [f32], channels: usize) {
    let line = padded.line;
    for (column, height) in Height::of(small.len() / channels) {
        let rows = height.rows();
        let small = &mut small[column * channels..][..rows * channels];
        let last = 3 * line + 2 * (rows - 1) + KERNEL - 1;
        let a = (padded.from(row, 2 * column, last), Left::Windows { line });
        for (panel, start) in panels
            .chunks_exact(COLUMNS * TAPS)
            .zip((0..).step_by(COLUMNS))
        {
            let small = &mut small[start..];
            assert!(small.len() >= (rows - 1) * channels + COLUMNS);
            let c = (small.as_mut_ptr(), channels);
            // SAFETY: windows inside the image, a panel, and as many pixels with eight
            // more channels.
            unsafe { multiply(height, TAPS, a, (panel.as_ptr(), COLUMNS), c, false) };
        }
    }
}

/// Small images → large ones.
pub(super) fn scatter(sliding: &Sliding, weight: &[f32], small: &[f32], large: &mut [f32]) {
    let (channels, width) = (sliding.small.channels, sliding.small.width);
    let lengths = [sliding.large.len(), sliding.small.len()];
    let images = threads::pieces(large.len() / lengths[0], lengths[1]);
    threads::parts(large, images * lengths[0], |index, large| {
        let mut padded = Padded::new(sliding);
        // Of a row of windows: for each of them what it adds to its pixels.
        let mut patches = Scratch::new(width * TAPS);
        let small = small[index * images * lengths[1]..].chunks_exact(lengths[1]);
        for (small, large) in small.zip(large.chunks_exact_mut(lengths[0])) {
            padded.values.fill(0.0);
            for (row, small) in small.chunks_exact(width * channels).enumerate() {
                scatter_row(weight, small, &mut patches, channels);
                padded.add(2 * row, &patches, width);
            }
            let lines = padded.lines(sliding.large.width);
            for (from, to) in lines.zip(large.chunks_exact_mut(sliding.large.width)) {
                to.copy_from_slice(from);
            }
        }
    });
}

/// What a row of a small image adds to the pixels of each window.
fn scatter_row(weight: &[f32], small: &[f32], patches: &mut [f32], channels: usize) {
    for (first, height) in Height::of(small.len() / channels) {
        let rows = height.rows();
        let small = &small[first * channels..][..rows * channels];
        let patches = &mut patches[first * TAPS..][..rows * TAPS];
        let a = (small.as_ptr(), Left::Rows { row: channels });
        for start in (0..TAPS).step_by(COLUMNS) {
            let b = &weight[start..];
            assert!(b.len() >= (channels - 1) * TAPS + COLUMNS);
            let c = (patches[start..].as_mut_ptr(), TAPS);
            // SAFETY: whole pixels, eight taps of all channels, and of as many patches the
            // same eight.
            unsafe { multiply(height, channels, a, (b.as_ptr(), TAPS), c, false) };
        }
    }
}

/// Images that are padded together: half a megabyte at a side of 32.
const TOGETHER: usize = 128;

/// The gradient of the weight from large and small images, one of which is a gradient.
pub(super) fn weight(sliding: &Sliding, large: &[f32], small: &[f32], gradient: &mut [f32]) {
    let channels = sliding.small.channels;
    // For each row of the kernel and eight channels: four taps of these channels.
    let mut sums = Scratch::new(TAPS * channels);
    sums.fill(0.0);
    let lengths = [sliding.large.len(), sliding.small.len()];
    let count = TOGETHER.min(large.len() / lengths[0]);
    let mut padded: Vec<Padded> = (0..count).map(|_| Padded::new(sliding)).collect();
    let large = large.chunks(TOGETHER * lengths[0]);
    for (large, small) in large.zip(small.chunks(TOGETHER * lengths[1])) {
        let padded = &mut padded[..large.len() / lengths[0]];
        let images = threads::pieces(padded.len(), lengths[0]);
        threads::parts(padded, images, |index, padded| {
            let large = large[index * images * lengths[0]..].chunks_exact(lengths[0]);
            for (padded, large) in padded.iter_mut().zip(large) {
                padded.fill(large, sliding.large.width);
            }
        });
        // A part takes the images one after the other: its sums keep their order.
        threads::parts(&mut sums, KERNEL * COLUMNS, |index, sums| {
            let starts = channels / COLUMNS;
            let (kernel_row, start) = (index / starts, index % starts * COLUMNS);
            for (padded, small) in padded.iter().zip(small.chunks_exact(lengths[1])) {
                add_weight(sliding, padded, kernel_row, &small[start..], sums);
            }
        });
    }
    // `[kernel rows, eights, taps of a row, eight]` to `[small, taps]`.
    for (index, sums) in sums.chunks_exact(KERNEL * COLUMNS).enumerate() {
        let starts = channels / COLUMNS;
        let (kernel_row, start) = (index / starts, index % starts * COLUMNS);
        let gradient = &mut gradient[start * TAPS + kernel_row * KERNEL..];
        super::layout::transpose([KERNEL, COLUMNS], sums, COLUMNS, gradient, TAPS);
    }
}

/// Adds an image to the sums of a row of the kernel for the first eight channels of `small`.
fn add_weight(
    sliding: &Sliding,
    padded: &Padded,
    kernel_row: usize,
    small: &[f32],
    sums: &mut [f32],
) {
    let (channels, width) = (sliding.small.channels, sliding.small.width);
    let (pixels, line) = (sliding.small.pixels(), padded.line);
    let last = 2 * (sliding.small.height - 1) * line + 2 * (width - 1) + KERNEL - 1;
    let left = Left::Taps {
        count: width,
        line: 2 * line,
    };
    let a = (padded.from(kernel_row, 0, last), left);
    assert!(small.len() >= (pixels - 1) * channels + COLUMNS);
    assert!(sums.len() >= KERNEL * COLUMNS);
    let c = (sums.as_mut_ptr(), COLUMNS);
    // SAFETY: all windows of the image, all its pixels, and the sums of four taps for
    // eight channels.
    unsafe { multiply(Height::Four, pixels, a, (small.as_ptr(), channels), c, true) };
}

#[cfg(test)]
mod tests {
    use super::super::im2col;
    use super::*;
    use crate::stack::Shape;

    #[test]
    fn as_patches_say() {
        for (side, channels) in [(8, 8), (16, 24)] {
            let sliding = Sliding {
                large: Shape::square(1, 2 * side),
                small: Shape::square(channels, side),
                window: Window::HALVING,
            };
            assert!(fits(&sliding));
            let numbers = |length: usize, seed: usize| -> Vec<f32> {
                (0..length)
                    .map(|i| ((i * 7 + seed) as f32 * 0.37).sin())
                    .collect()
            };
            let large = numbers(3 * sliding.large.len(), 1);
            let small = numbers(3 * sliding.small.len(), 2);
            let kernel = numbers(TAPS * channels, 3);
            let close = |found: &[f32], expected: &[f32]| {
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-3, "{found} {expected}");
                }
            };
            let (mut found, mut expected) = (small.clone(), small.clone());
            gather(&sliding, &kernel, &large, &mut found);
            im2col::gather(&sliding, &kernel, &large, &mut expected);
            close(&found, &expected);
            let (mut found, mut expected) = (large.clone(), large.clone());
            scatter(&sliding, &kernel, &small, &mut found);
            im2col::scatter(&sliding, &kernel, &small, &mut expected);
            close(&found, &expected);
            let (mut found, mut expected) = (kernel.clone(), kernel.clone());
            weight(&sliding, &large, &small, &mut found);
            im2col::weight(&sliding, &large, &small, &mut expected);
            close(&found, &expected);
        }
    }
}
