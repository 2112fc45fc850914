//! Convolutions of kernel 4, stride 2, padding 1, and their transposes, with 25
//! products where the direct way has 64.
//!
//! With the image cut into its four phases, rows and columns of even or odd index,
//! such a convolution is a sum of four convolutions of stride 1 with 2×2 taps: in one
//! dimension, with xₖ outside the image zero,
//!
//! y\[i\] = Σₖ g\[k\] x\[2i + k − 1\] = Σₐ (g\[a\] x\[2i − 1 + a\] + g\[a + 2\] x\[2i + 1 + a\]), a = 0, 1.
//!
//! These are done by F(4×4, 2×2) of [`winograd`](super::winograd). With c = 4 · large,
//! counting phases and channels of the large image together, V\[p\] `[tiles, c]` the
//! transformed large image, U\[p\] `[small, c]` the transformed weight and M\[p\]
//! `[tiles, small]` the small image in the domain of the products, p = 0…24:
//!
//! - halving: M\[p\] = V\[p\] · U\[p\]ᵀ, and then the small image from M;
//! - doubling, its adjoint: M from the small image, V\[p\] = M\[p\] · U\[p\], and then the
//!   large image from V, all with the transposes of the transforms;
//! - weight: dU\[p\] = M\[p\]ᵀ · V\[p\], and then the gradient of the weight from dU.
//!
//! Halving and doubling go through all three parts with a few images at a time: what one part
//! leaves is still in the cache when the next one reads it, and threads wait for each other once,
//! at the end. A weight that is larger than what it is multiplied with, and than the second
//! cache, is transformed a few channels at a time instead, each of which goes through products
//! and transform back with all images: its transform, 6¼ numbers for each of the weight's, never
//! leaves that cache.

#![expect(
    unsafe_code,
    reason = "a pixel's bounds are checked once for all its channels"
)]

use std::ops::Range;

use super::lanes::Lanes;
use super::products::{Products, Writer, block_rows, part_columns};
use super::sliding::Sliding;
use super::tile::{COLUMNS, ROWS};
use super::winograd::{
    POINTS, TILE, both, data, data_transposed, outputs, outputs_transposed, taps, taps_transposed,
};
use crate::stack::{Shape, Window};
use crate::threads::{self, Shared};

/// Phases of the large image.
const PHASES: usize = 4;

/// Whether a window is one that is done here, and it is worth it.
pub(super) fn is_for(sliding: &Sliding) -> bool {
    let fits = |channels: usize| channels >= 8 && channels.is_multiple_of(Lanes::COUNT);
    // Of what is computed, the share that is inside the image; 25 / 64 of the work
    // is left in the products, and the transforms cost something too.
    let (height, width) = (sliding.small.height, sliding.small.width);
    let computed = height.next_multiple_of(TILE) * width.next_multiple_of(TILE);
    sliding.window == Window::HALVING
        && fits(sliding.large.channels)
        && fits(sliding.small.channels)
        && 2 * height * width > computed
}

/// A place that is not in the image.
const OUTSIDE: usize = usize::MAX;

/// Where the pixels of each tile begin in an image: the same in all images, and found once.
struct Places {
    /// Those of the large image, for each tile and each of its phases.
    large: Vec<[[usize; POINTS]; POINTS]>,
    /// Those of the small image, for each tile.
    small: Vec<[[usize; TILE]; TILE]>,
}

impl Places {
    fn new(sliding: &Sliding) -> Self {
        let (large, small) = (sliding.large, sliding.small);
        let (rows, columns) = (small.height.div_ceil(TILE), small.width.div_ceil(TILE));
        let tiles = || (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        // x[2i − 1 + a] with i from the tile's start.
        let points = |tile: usize, phase: usize| -> [usize; POINTS] {
            std::array::from_fn(|point| (2 * (TILE * tile + point) + phase).wrapping_sub(1))
        };
        let outputs = |tile: usize| -> [usize; TILE] { std::array::from_fn(|i| TILE * tile + i) };
        Self {
            large: tiles()
                .flat_map(|(row, column)| {
                    (0..PHASES).map(move |phase| {
                        starts(large, points(row, phase / 2), points(column, phase % 2))
                    })
                })
                .collect(),
            small: tiles()
                .map(|(row, column)| starts(small, outputs(row), outputs(column)))
                .collect(),
        }
    }
}

/// Where the pixels begin that are in these rows and columns.
fn starts<const N: usize>(shape: Shape, rows: [usize; N], columns: [usize; N]) -> [[usize; N]; N] {
    rows.map(|y| {
        columns.map(|x| match y < shape.height && x < shape.width {
            true => (y * shape.width + x) * shape.channels,
            false => OUTSIDE,
        })
    })
}

/// The places of an image as addresses, with another one for those that are outside.
#[inline(always)]
fn addresses<const N: usize>(
    places: &[[usize; N]; N],
    image: *mut f32,
    outside: *mut f32,
) -> [[*mut f32; N]; N] {
    places.map(|row| {
        row.map(|place| match place {
            OUTSIDE => outside,
            place => image.wrapping_add(place),
        })
    })
}

impl Sliding {
    fn tile_count(&self, batch: usize) -> usize {
        batch * self.small.height.div_ceil(TILE) * self.small.width.div_ceil(TILE)
    }

    /// Calls `task` with a few images after the other, all as many but for the last ones.
    fn blocks(&self, batch: usize, task: impl Fn(Range<usize>) + Sync) {
        let length = self.block(batch);
        threads::share(batch.div_ceil(length), |index| {
            task(index * length..((index + 1) * length).min(batch));
        });
    }

    /// Images of such a block, whose tiles are whole tiles of a product.
    fn block(&self, batch: usize) -> usize {
        let tiles = self.tile_count(1);
        let columns = PHASES * self.large.channels + self.small.channels;
        let images = block_rows(columns, batch * tiles).div_ceil(tiles);
        match tiles.is_multiple_of(ROWS) {
            true => images,
            false => images.next_multiple_of(ROWS),
        }
    }

    /// The rows of V of some images.
    ///
    /// # Safety
    ///
    /// Nobody else reads or writes these rows meanwhile.
    unsafe fn transform_large(
        &self,
        places: &Places,
        large: &[f32],
        images: Range<usize>,
        v: &Writer,
    ) {
        let channels = self.large.channels;
        let zeros = vec![0.0; channels];
        let mut rows = self.tile_count(images.start)..;
        for image in large[images.start * self.large.len()..images.end * self.large.len()]
            .chunks_exact(self.large.len())
        {
            for (phases, row) in places.large.chunks_exact(PHASES).zip(&mut rows) {
                for (phase, places) in phases.iter().enumerate() {
                    let pixels =
                        addresses(places, image.as_ptr().cast_mut(), zeros.as_ptr().cast_mut());
                    for c in (0..channels).step_by(Lanes::COUNT) {
                        let mut d = [[Lanes::zero(); POINTS]; POINTS];
                        for (d, pixel) in d.as_flattened_mut().iter_mut().zip(pixels.as_flattened())
                        {
                            // SAFETY: each has `channels` numbers, a multiple of four.
                            *d = unsafe { Lanes::read(pixel.add(c)) };
                        }
                        let transformed = both(&d, data);
                        // SAFETY: the caller's promise; a tile of an image is a row.
                        unsafe { v.store(row, phase * channels + c, &transformed) };
                    }
                }
            }
        }
    }

    /// Some channels of large images from their rows of V, which have these channels alone: the
    /// adjoint of [`Self::transform_large`].
    ///
    /// # Safety
    ///
    /// Nobody else reads or writes these channels of these images meanwhile.
    unsafe fn large_from(
        &self,
        places: &Places,
        v: &Products,
        channels: Range<usize>,
        large: &Shared<'_, f32>,
    ) {
        let (length, all) = (self.large.len(), self.large.channels);
        // All channels of an image lie one after the other.
        let (run, step) = match channels.len() == all {
            true => (length, length),
            false => (channels.len(), all),
        };
        let mut nowhere = vec![0.0; all];
        let mut rows = 0..;
        for start in (0..large.length()).step_by(length) {
            let image = large.at(start);
            // Tiles overlap by one pixel: each adds to what is there.
            for pixel in (channels.start..length).step_by(step) {
                // SAFETY: inside the image, and these channels are the caller's alone.
                unsafe { std::slice::from_raw_parts_mut(image.add(pixel), run) }.fill(0.0);
            }
            for (phases, row) in places.large.chunks_exact(PHASES).zip(&mut rows) {
                for (phase, places) in phases.iter().enumerate() {
                    let pixels = addresses(places, image, nowhere.as_mut_ptr());
                    for c in channels.clone().step_by(Lanes::COUNT) {
                        let t = v.load(row, phase * channels.len() + c - channels.start);
                        let d = both(&t, data_transposed);
                        for (d, pixel) in d.as_flattened().iter().zip(pixels.as_flattened()) {
                            // SAFETY: each has `channels` numbers, a multiple of four.
                            unsafe { (Lanes::read(pixel.add(c)) + *d).write(pixel.add(c)) };
                        }
                    }
                }
            }
        }
    }

    /// The rows of M of some images: the adjoint of [`Self::small_from`].
    ///
    /// # Safety
    ///
    /// Nobody else reads or writes these rows meanwhile.
    unsafe fn transform_small(
        &self,
        places: &Places,
        small: &[f32],
        images: Range<usize>,
        m: &Writer,
    ) {
        let channels = self.small.channels;
        let zeros = vec![0.0; channels];
        let mut rows = self.tile_count(images.start)..;
        for image in small[images.start * self.small.len()..images.end * self.small.len()]
            .chunks_exact(self.small.len())
        {
            for (places, row) in places.small.iter().zip(&mut rows) {
                let pixels =
                    addresses(places, image.as_ptr().cast_mut(), zeros.as_ptr().cast_mut());
                for c in (0..channels).step_by(Lanes::COUNT) {
                    let mut y = [[Lanes::zero(); TILE]; TILE];
                    for (y, pixel) in y.as_flattened_mut().iter_mut().zip(pixels.as_flattened()) {
                        // SAFETY: each has `channels` numbers, a multiple of four.
                        *y = unsafe { Lanes::read(pixel.add(c)) };
                    }
                    let transformed = both(&y, outputs_transposed);
                    // SAFETY: the caller's promise; a tile of an image is a row.
                    unsafe { m.store(row, c, &transformed) };
                }
            }
        }
    }

    /// Some channels of small images from their rows of M, which have these channels alone.
    ///
    /// # Safety
    ///
    /// Nobody else reads or writes these channels of these images meanwhile.
    unsafe fn small_from(
        &self,
        places: &Places,
        m: &Products,
        channels: Range<usize>,
        small: &Shared<'_, f32>,
    ) {
        let mut nowhere = vec![0.0; self.small.channels];
        let mut rows = 0..;
        for start in (0..small.length()).step_by(self.small.len()) {
            let image = small.at(start);
            for (places, row) in places.small.iter().zip(&mut rows) {
                let pixels = addresses(places, image, nowhere.as_mut_ptr());
                for c in channels.clone().step_by(Lanes::COUNT) {
                    let y = both(&m.load(row, c - channels.start), outputs);
                    for (y, pixel) in y.as_flattened().iter().zip(pixels.as_flattened()) {
                        // SAFETY: each has `channels` numbers, a multiple of four.
                        unsafe { y.write(pixel.add(c)) };
                    }
                }
            }
        }
    }

    /// Where tap (i, j) of a phase is among the 16 of the weight.
    fn tap(phase: usize, i: usize, j: usize) -> usize {
        (phase / 2 + 2 * i) * 4 + phase % 2 + 2 * j
    }

    /// U from the weight, `[small, c]`, for some channels of the large image.
    fn transform_weight(&self, weight: &[f32], some: Range<usize>) -> Products {
        let channels = self.large.channels;
        let mut u = Products::new(self.small.channels, PHASES * some.len());
        let writer = u.writer();
        threads::ranges(self.small.channels, 16 * some.len(), |rows| {
            for row in rows {
                let weight = &weight[16 * channels * row..][..16 * channels];
                for c in some.clone().step_by(Lanes::COUNT) {
                    let taps = turned(&weight[16 * c..], 16);
                    for phase in 0..PHASES {
                        let transformed = transform_taps(&taps, phase);
                        let column = phase * some.len() + c - some.start;
                        // SAFETY: each row of U is in the range of one task, which alone
                        // writes to it.
                        unsafe { writer.store(row, column, &transformed) };
                    }
                }
            }
        });
        u
    }

    /// Uᵀ from the weight, `[c, small]`, for some channels of the small image.
    fn transform_weight_transposed(&self, weight: &[f32], some: Range<usize>) -> Products {
        let channels = self.large.channels;
        let mut u = Products::new(PHASES * channels, some.len());
        let writer = u.writer();
        threads::ranges(channels, 16 * some.len(), |columns| {
            for s in some.clone().step_by(Lanes::COUNT) {
                let weight = &weight[16 * channels * s..][..16 * channels * Lanes::COUNT];
                for c in columns.clone() {
                    let taps = turned(&weight[16 * c..], 16 * channels);
                    for phase in 0..PHASES {
                        let transformed = transform_taps(&taps, phase);
                        // SAFETY: each channel c is in the range of one task, which alone
                        // writes to its rows of Uᵀ, one for each phase.
                        unsafe { writer.store(phase * channels + c, s - some.start, &transformed) };
                    }
                }
            }
        });
        u
    }

    /// The gradient of the weight from that of U.
    fn weight_from(&self, u: &Products, gradient: &mut [f32]) {
        let length = 16 * self.large.channels;
        let rows = threads::pieces(self.small.channels, length);
        threads::parts(gradient, rows * length, |index, gradient| {
            for (row, gradient) in (index * rows..).zip(gradient.chunks_exact_mut(length)) {
                self.row_of_weight_from(u, row, gradient);
            }
        });
    }

    fn row_of_weight_from(&self, u: &Products, row: usize, gradient: &mut [f32]) {
        let channels = self.large.channels;
        for c in (0..channels).step_by(Lanes::COUNT) {
            let mut all = [Lanes::zero(); 16];
            for phase in 0..PHASES {
                let g = both(&u.load(row, phase * channels + c), taps_transposed);
                for (i, g) in g.iter().enumerate() {
                    for (j, g) in g.iter().enumerate() {
                        all[Self::tap(phase, i, j)] = *g;
                    }
                }
            }
            for (four, start) in all.chunks_exact(4).zip((0..).step_by(4)) {
                let four = [four[0], four[1], four[2], four[3]];
                for (lane, taps) in Lanes::transpose(four).into_iter().enumerate() {
                    taps.store(gradient, 16 * (c + lane) + start);
                }
            }
        }
    }
}

/// The 16 taps of four kernels, which start `stride` numbers apart, each tap of all four
/// together.
#[inline(always)]
fn turned(weight: &[f32], stride: usize) -> [Lanes; 16] {
    let mut taps = [Lanes::zero(); 16];
    for (taps, start) in taps.chunks_exact_mut(4).zip((0..).step_by(4)) {
        let rows = [0, 1, 2, 3].map(|kernel| Lanes::load(weight, kernel * stride + start));
        taps.copy_from_slice(&Lanes::transpose(rows));
    }
    taps
}

/// G g Gᵀ of the taps of a phase.
#[inline(always)]
fn transform_taps(all: &[Lanes; 16], phase: usize) -> [[Lanes; POINTS]; POINTS] {
    let tap = |i, j| all[Sliding::tap(phase, i, j)];
    both(&[[tap(0, 0), tap(0, 1)], [tap(1, 0), tap(1, 1)]], taps)
}

/// What a pass leaves for the way back: the transform of its input.
#[derive(Debug, Clone)]
pub(super) struct Transformed(Products);

/// One side of such a convolution, large or small images, and how it goes over into the domain
/// of the products and back.
struct Side {
    /// Numbers of an image.
    length: usize,
    /// Numbers of a row in the domain of the products.
    columns: usize,
    /// Rows from some images. Nobody else reads or writes these rows meanwhile.
    transform: unsafe fn(&Sliding, &Places, &[f32], Range<usize>, &Writer),
    /// Channels of an image.
    channels: usize,
    /// Some channels of images from their rows.
    images_from: unsafe fn(&Sliding, &Places, &Products, Range<usize>, &Shared<'_, f32>),
    /// The transformed weight that makes some channels of the other side of rows of this one.
    weight: fn(&Sliding, &[f32], Range<usize>) -> Products,
}

impl Sliding {
    fn large_side(&self) -> Side {
        Side {
            length: self.large.len(),
            channels: self.large.channels,
            columns: PHASES * self.large.channels,
            transform: Self::transform_large,
            images_from: Self::large_from,
            weight: Self::transform_weight_transposed,
        }
    }

    fn small_side(&self) -> Side {
        Side {
            length: self.small.len(),
            channels: self.small.channels,
            columns: self.small.channels,
            transform: Self::transform_small,
            images_from: Self::small_from,
            weight: Self::transform_weight,
        }
    }

    /// The transformed images of one side, and those of the other where there is a place for
    /// them.
    fn pass(
        &self,
        [from, to]: [Side; 2],
        weight: &[f32],
        images: &[f32],
        results: Option<&mut [f32]>,
        batch: usize,
    ) -> Products {
        assert_eq!(images.len(), batch * from.length, "images");
        let places = Places::new(self);
        let mut all = Products::new(self.tile_count(batch), from.columns);
        let rows = all.writer();
        let Some(results) = results else {
            // SAFETY: blocks do not overlap.
            self.blocks(batch, |block| unsafe {
                (from.transform)(self, &places, images, block, &rows);
            });
            return all;
        };
        assert_eq!(results.len(), batch * to.length, "results");
        let results = Shared::new(results);
        // From rows of `all`, which have been written, and the weight of some channels.
        let finish = |block: Range<usize>, u: &Products, channels: Range<usize>| {
            let tiles = self.tile_count(block.start)..self.tile_count(block.end);
            let mut products = Products::new(tiles.len(), u.columns);
            let results = results.narrow(block.start * to.length..block.end * to.length);
            // SAFETY: blocks of images do not overlap, or their channels do not.
            unsafe {
                rows.multiply(tiles, u, &mut products);
                (to.images_from)(self, &places, &products, channels, &results);
            }
        };
        let part = self.part(&from, &to, batch);
        if part == to.channels {
            let u = (from.weight)(self, weight, 0..part);
            self.blocks(batch, |block| {
                // SAFETY: blocks do not overlap.
                unsafe { (from.transform)(self, &places, images, block.clone(), &rows) };
                finish(block, &u, 0..part);
            });
            return all;
        }
        // SAFETY: blocks do not overlap.
        self.blocks(batch, |block| unsafe {
            (from.transform)(self, &places, images, block, &rows);
        });
        threads::share(to.channels.div_ceil(part), |index| {
            let channels = index * part..to.channels.min((index + 1) * part);
            let u = (from.weight)(self, weight, channels.clone());
            self.blocks(batch, |block| finish(block, &u, channels.clone()));
        });
        all
    }

    /// Channels of the results whose weight is transformed at a time.
    fn part(&self, from: &Side, to: &Side, batch: usize) -> usize {
        let each = to.columns / to.channels;
        if !to.channels.is_multiple_of(COLUMNS) {
            return to.channels;
        }
        let rows = self.tile_count(batch);
        part_columns(rows, from.columns, to.columns, each * COLUMNS) / each
    }

    /// V from large images, and the small ones where there is a place for them.
    fn halved(
        &self,
        weight: &[f32],
        large: &[f32],
        small: Option<&mut [f32]>,
        batch: usize,
    ) -> Products {
        let sides = [self.large_side(), self.small_side()];
        self.pass(sides, weight, large, small, batch)
    }

    /// M from small images, and the large ones where there is a place for them.
    fn doubled(
        &self,
        weight: &[f32],
        small: &[f32],
        large: Option<&mut [f32]>,
        batch: usize,
    ) -> Products {
        let sides = [self.small_side(), self.large_side()];
        self.pass(sides, weight, small, large, batch)
    }
}

/// Large images → small ones, and what the way back needs.
pub(super) fn halve(
    sliding: &Sliding,
    weight: &[f32],
    large: &[f32],
    small: &mut [f32],
    batch: usize,
) -> Transformed {
    Transformed(sliding.halved(weight, large, Some(small), batch))
}

/// Small images → large ones, and what the way back needs.
pub(super) fn double(
    sliding: &Sliding,
    weight: &[f32],
    small: &[f32],
    large: &mut [f32],
    batch: usize,
) -> Transformed {
    Transformed(sliding.doubled(weight, small, Some(large), batch))
}

fn weight_gradient(sliding: &Sliding, v: &Products, m: &Products, gradient: &mut [f32]) {
    let mut du = Products::new(m.columns, v.columns);
    du.multiply_transposed(m, v);
    sliding.weight_from(&du, gradient);
}

/// The way back of [`halve`] from the gradient of the small images: the gradients of
/// the weight and of the large images, where there is a place for them.
pub(super) fn halve_back(
    sliding: &Sliding,
    weight: &[f32],
    Transformed(v): &Transformed,
    small: &[f32],
    [gradient, large]: [Option<&mut [f32]>; 2],
    batch: usize,
) {
    let m = sliding.doubled(weight, small, large, batch);
    if let Some(gradient) = gradient {
        weight_gradient(sliding, v, &m, gradient);
    }
}

/// The way back of [`double`] from the gradient of the large images.
pub(super) fn double_back(
    sliding: &Sliding,
    weight: &[f32],
    Transformed(m): &Transformed,
    large: &[f32],
    [gradient, small]: [Option<&mut [f32]>; 2],
    batch: usize,
) {
    let v = sliding.halved(weight, large, small, batch);
    if let Some(gradient) = gradient {
        weight_gradient(sliding, &v, m, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::super::im2col;
    use super::*;

    /// Numbers in (−1, 1), always the same for a seed.
    fn numbers(length: usize, mut state: u32) -> Vec<f32> {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as f32 / 2.0f32.powi(31) - 1.0
        };
        (0..length).map(|_| next()).collect()
    }

    /// The largest difference as a share of the largest number.
    fn difference(found: &[f32], expected: &[f32]) -> f32 {
        let pairs = found.iter().zip(expected);
        let most = pairs.fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        most / expected.iter().fold(0.0f32, |most, x| most.max(x.abs()))
    }

    const NEAR: Sliding = Sliding {
        large: Shape::square(16, 16),
        small: Shape::square(32, 8),
        window: Window::HALVING,
    };
    /// One whose weight is transformed a few channels at a time.
    const FAR: Sliding = Sliding {
        large: Shape::square(128, 8),
        small: Shape::square(256, 4),
        window: Window::HALVING,
    };

    /// The small images, and the gradients of the large ones and of the weight.
    fn there_and_back(sliding: &Sliding, batch: usize) -> [Vec<f32>; 3] {
        let large = numbers(batch * sliding.large.len(), 1);
        let small = numbers(batch * sliding.small.len(), 2);
        let weight = numbers(sliding.large.channels * sliding.small.channels * 16, 3);
        let (mut y, mut dx, mut dw) = (small.clone(), large.clone(), weight.clone());
        let kept = halve(sliding, &weight, &large, &mut y, batch);
        let gradients = [Some(&mut dw[..]), Some(&mut dx[..])];
        halve_back(sliding, &weight, &kept, &small, gradients, batch);
        [y, dx, dw]
    }

    #[test]
    fn large_weights_are_transformed_in_parts() {
        for (sliding, all) in [(NEAR, true), (FAR, false)] {
            let (large, small) = (sliding.large_side(), sliding.small_side());
            assert_eq!(sliding.part(&large, &small, 3) == small.channels, all);
            assert_eq!(sliding.part(&small, &large, 3) == large.channels, all);
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let bits = |sliding: &Sliding, threads| {
            threads::use_threads(threads);
            there_and_back(sliding, 3).map(|values| values.into_iter().map(f32::to_bits).collect())
        };
        for sliding in [NEAR, FAR] {
            let alone: [Vec<u32>; 3] = bits(&sliding, 1);
            for threads in 2..=5 {
                assert!(bits(&sliding, threads) == alone, "{threads} threads");
            }
        }
    }

    #[test]
    fn as_accurate_as_patches() {
        for sliding in [NEAR, FAR] {
            assert!(is_for(&sliding));
            let batch = 2;
            let found = there_and_back(&sliding, batch);
            let large = numbers(batch * sliding.large.len(), 1);
            let small = numbers(batch * sliding.small.len(), 2);
            let weight = numbers(sliding.large.channels * sliding.small.channels * 16, 3);
            let (mut y, mut dx, mut dw) = (small.clone(), large.clone(), weight.clone());
            im2col::gather(&sliding, &weight, &large, &mut y);
            im2col::scatter(&sliding, &weight, &small, &mut dx);
            im2col::weight(&sliding, &large, &small, &mut dw);
            for (found, expected) in found.iter().zip([y, dx, dw]) {
                let difference = difference(found, &expected);
                assert!(difference < 2e-5, "{difference}");
            }
        }
    }
}
