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
use super::tile::{COLUMNS, Left, ROWS, multiply};
use crate::stack::Window;

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
    let mut padded = Padded::new(sliding);
    let line = padded.line;
    let images = large.chunks_exact(sliding.large.len());
    for (large, small) in images.zip(small.chunks_exact_mut(sliding.small.len())) {
        padded.fill(large, sliding.large.width);
        for (row, small) in small.chunks_exact_mut(width * channels).enumerate() {
            for (column, small) in (0..width)
                .step_by(ROWS)
                .zip(small.chunks_exact_mut(ROWS * channels))
            {
                let last = 3 * line + 2 * (ROWS - 1) + KERNEL - 1;
                let a = (
                    padded.from(2 * row, 2 * column, last),
                    Left::Windows { line },
                );
                for (panel, start) in panels
                    .chunks_exact(COLUMNS * TAPS)
                    .zip((0..).step_by(COLUMNS))
                {
                    let small = &mut small[start..];
                    assert!(small.len() >= (ROWS - 1) * channels + COLUMNS);
                    let c = (small.as_mut_ptr(), channels);
                    // SAFETY: four windows inside the image, a panel, and four pixels with
                    // eight more channels.
                    unsafe { multiply(TAPS, a, (panel.as_ptr(), COLUMNS), c, false) };
                }
            }
        }
    }
}

/// Small images → large ones.
pub(super) fn scatter(sliding: &Sliding, weight: &[f32], small: &[f32], large: &mut [f32]) {
    let (channels, width) = (sliding.small.channels, sliding.small.width);
    let mut padded = Padded::new(sliding);
    let line = padded.line;
    // Of a row of windows: for each of them what it adds to its pixels.
    let mut patches = Scratch::new(width * TAPS);
    let images = small.chunks_exact(sliding.small.len());
    for (small, large) in images.zip(large.chunks_exact_mut(sliding.large.len())) {
        padded.values.fill(0.0);
        for (row, small) in small.chunks_exact(width * channels).enumerate() {
            for (small, patches) in small
                .chunks_exact(ROWS * channels)
                .zip(patches.chunks_exact_mut(ROWS * TAPS))
            {
                let a = (small.as_ptr(), Left::Rows { row: channels });
                for start in (0..TAPS).step_by(COLUMNS) {
                    let b = &weight[start..];
                    assert!(b.len() >= (channels - 1) * TAPS + COLUMNS);
                    let c = (patches[start..].as_mut_ptr(), TAPS);
                    // SAFETY: four whole pixels, eight taps of all channels, and of four
                    // patches the same eight.
                    unsafe { multiply(channels, a, (b.as_ptr(), TAPS), c, false) };
                }
            }
            // Every second window first: neighbours overlap, and would wait for each other.
            for first in [0, 1] {
                for kernel_row in 0..KERNEL {
                    let to = &mut padded.values[(2 * row + kernel_row) * line..][..line];
                    for column in (first..width).step_by(2) {
                        let part = Lanes::load(&patches, column * TAPS + kernel_row * KERNEL);
                        (Lanes::load(to, 2 * column) + part).store(to, 2 * column);
                    }
                }
            }
        }
        let lines = padded.lines(sliding.large.width);
        for (from, to) in lines.zip(large.chunks_exact_mut(sliding.large.width)) {
            to.copy_from_slice(from);
        }
    }
}

/// The gradient of the weight from large and small images, one of which is a gradient.
pub(super) fn weight(sliding: &Sliding, large: &[f32], small: &[f32], gradient: &mut [f32]) {
    let (channels, width) = (sliding.small.channels, sliding.small.width);
    let pixels = sliding.small.pixels();
    // `[taps, small]`.
    let mut sums = Scratch::new(TAPS * channels);
    sums.fill(0.0);
    let mut padded = Padded::new(sliding);
    let line = padded.line;
    let images = large.chunks_exact(sliding.large.len());
    for (large, small) in images.zip(small.chunks_exact(sliding.small.len())) {
        padded.fill(large, sliding.large.width);
        for kernel_row in 0..KERNEL {
            let last = 2 * (sliding.small.height - 1) * line + 2 * (width - 1) + KERNEL - 1;
            let left = Left::Taps {
                count: width,
                line: 2 * line,
            };
            let a = (padded.from(kernel_row, 0, last), left);
            for start in (0..channels).step_by(COLUMNS) {
                let b = &small[start..];
                assert!(b.len() >= (pixels - 1) * channels + COLUMNS);
                let c = &mut sums[kernel_row * KERNEL * channels + start..];
                assert!(c.len() >= (KERNEL - 1) * channels + COLUMNS);
                // SAFETY: all windows of the image, all its pixels, and the sums of four
                // taps for eight channels.
                unsafe {
                    multiply(
                        pixels,
                        a,
                        (b.as_ptr(), channels),
                        (c.as_mut_ptr(), channels),
                        true,
                    );
                }
            }
        }
    }
    super::layout::transpose([TAPS, channels], &sums, channels, gradient, TAPS);
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
