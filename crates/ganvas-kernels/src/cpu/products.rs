//! The 25 matrices that the transforms of `winograd` go to and come from.

#![expect(
    unsafe_code,
    reason = "a place in all 25 matrices is checked once, not 25 times"
)]

use std::ops::Range;

use super::lanes::Lanes;
use super::scratch::Scratch;
use super::winograd::POINTS;
use crate::threads::{self, Shared};

/// Products of a tile.
const PRODUCTS: usize = POINTS * POINTS;
/// Numbers between the matrices of two products, beside the matrices themselves: one
/// cache line, without which all 25 places of a tile could fall on the same set of
/// the cache.
const PADDING: usize = 16;

/// A matrix for each of the products.
///
/// In WebAssembly each is cut into panels of eight columns, one after the other, and in a
/// panel rows follow each other: as the loop of a product reads them in every role, left,
/// right or transposed, so that nothing is copied between transforms and products. Rows and
/// columns are filled up to whole tiles by numbers of any value.
#[derive(Debug)]
pub(super) struct Products {
    values: Scratch,
    pub rows: usize,
    pub columns: usize,
}

impl Clone for Products {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            ..*self
        }
    }
}

impl Products {
    pub fn new(rows: usize, columns: usize) -> Self {
        let mut products = Self {
            values: Scratch::new(0),
            rows,
            columns,
        };
        products.values = Scratch::new(PRODUCTS * products.stride());
        products
    }

    /// Numbers of a matrix and the gap after it.
    fn stride(&self) -> usize {
        way::numbers(self.rows, self.columns) + PADDING
    }

    fn matrix(&self, product: usize) -> &[f32] {
        &self.values[product * self.stride()..]
    }

    /// `self`\[p\] ← a\[p\]ᵀ · b\[p\] for every p.
    pub fn multiply_transposed(&mut self, a: &Self, b: &Self) {
        assert!(a.columns == self.rows && a.rows == b.rows && b.columns == self.columns);
        let (stride, [m, n, k]) = (self.stride(), [self.rows, self.columns, b.rows]);
        let length = way::part([m, n, k]);
        let parts = n.div_ceil(length);
        let all = Shared::new(&mut self.values);
        threads::share(PRODUCTS * parts, |index| {
            let (p, start) = (index / parts, index % parts * length);
            let n = length.min(n - start);
            let from = way::place(m, self.columns, 0, start);
            let out = p * stride + from..p * stride + from + way::numbers(m, n);
            let b = &b.matrix(p)[way::place(k, self.columns, 0, start)..];
            // SAFETY: columns from different starts, of different matrices.
            let out = unsafe { all.part(out) };
            way::multiply_transposed([m, n, k], a.matrix(p), b, out);
        });
    }

    /// The matrices as a place where several threads write.
    pub fn writer(&mut self) -> Writer<'_> {
        let stride = self.stride();
        Writer {
            rows: self.rows,
            columns: self.columns,
            stride,
            values: Shared::new(&mut self.values),
        }
    }

    /// Where `Lanes::COUNT` columns from `column` on are, in the first matrix.
    #[inline(always)]
    fn place(&self, row: usize, column: usize) -> usize {
        debug_assert!(column.is_multiple_of(Lanes::COUNT));
        let place = way::place(self.rows, self.columns, row, column);
        assert!(
            place + (PRODUCTS - 1) * self.stride() + Lanes::COUNT <= self.values.len(),
            "a place in the matrices"
        );
        place
    }

    #[inline(always)]
    pub fn load(&self, row: usize, column: usize) -> [[Lanes; POINTS]; POINTS] {
        let (start, stride) = (self.place(row, column), self.stride());
        let mut values = [[Lanes::zero(); POINTS]; POINTS];
        for (p, value) in values.as_flattened_mut().iter_mut().enumerate() {
            // SAFETY: the last of the 25 places lies inside.
            *value = unsafe { Lanes::read(self.values.as_ptr().add(start + p * stride)) };
        }
        values
    }
}

/// Where several threads write what the transforms make, each its own rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    rows: usize,
    columns: usize,
    stride: usize,
    values: Shared<'a, f32>,
}

impl Writer<'_> {
    /// Writes `Lanes::COUNT` columns of a row of all matrices.
    ///
    /// # Safety
    ///
    /// No other thread writes this row at the same time.
    #[inline(always)]
    pub unsafe fn store(&self, row: usize, column: usize, values: &[[Lanes; POINTS]; POINTS]) {
        debug_assert!(column.is_multiple_of(Lanes::COUNT));
        let start = way::place(self.rows, self.columns, row, column);
        assert!(
            start + (PRODUCTS - 1) * self.stride + Lanes::COUNT <= self.values.length(),
            "a place in the matrices"
        );
        let first = self.values.at(start);
        for (p, value) in values.as_flattened().iter().enumerate() {
            // SAFETY: the last of the 25 places lies inside.
            unsafe { value.write(first.add(p * self.stride)) };
        }
    }

    /// out\[p\] ← some rows of these matrices · b\[p\] for every p.
    ///
    /// # Safety
    ///
    /// The rows have been written, and no other thread reads or writes them at the same time.
    pub unsafe fn multiply(&self, rows: Range<usize>, b: &Products, out: &mut Products) {
        assert!(rows.end <= self.rows && out.rows == rows.len());
        assert!(b.rows == self.columns && b.columns == out.columns);
        let stride = out.stride();
        for p in 0..PRODUCTS {
            let a = self.values.narrow(p * self.stride..(p + 1) * self.stride);
            let out = &mut out.values[p * stride..];
            // SAFETY: the caller's promise.
            unsafe {
                way::multiply(
                    rows.clone(),
                    [self.rows, b.columns, b.rows],
                    a,
                    b.matrix(p),
                    out,
                )
            };
        }
    }
}

/// Numbers of a right side that stay in the second cache of a core, beside what goes by: 800 kB.
const SECOND: usize = 200 << 10;

/// Columns of a right side that are made and used before the next ones are, of so many with
/// `depth` rows: multiples of `step`. All, where they stay in the second cache, or where the left
/// side, of so many rows, is the larger one: it goes by once for each part.
pub(super) fn part_columns(rows: usize, depth: usize, columns: usize, step: usize) -> usize {
    let near = SECOND / (PRODUCTS * depth);
    if columns <= near || columns < rows {
        return columns;
    }
    (near / step * step).max(step)
}

/// Rows, of so many in all, whose transforms and products are done together, where rows have so
/// many columns on both sides of a product.
pub(super) fn block_rows(columns: usize, rows: usize) -> usize {
    way::block(PRODUCTS * columns, rows)
}

#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
use one as way;
#[cfg(any(target_arch = "wasm32", feature = "portable"))]
use panels as way;

/// Panels as wide as a tile of the products.
#[cfg(any(target_arch = "wasm32", feature = "portable", test))]
mod panels {
    use std::ops::Range;

    use super::super::tile::{self, COLUMNS, DEPTH, Height, Left, ROWS};
    use crate::threads::{self, Shared};

    /// Columns of a panel.
    const PANEL: usize = COLUMNS;

    /// Rows of a panel: whole tiles, and two more for an odd number of cache lines, without
    /// which the panels of many a matrix would fall on the same few sets of a cache.
    fn padded_rows(rows: usize) -> usize {
        rows.next_multiple_of(ROWS) + 2
    }

    pub fn numbers(rows: usize, columns: usize) -> usize {
        padded_rows(rows) * columns.next_multiple_of(PANEL)
    }

    /// Rows of a block, tiles of six, six and four or four of four: the block stays in the nearest
    /// caches while the right side goes by, from further away, once for all of them. Rows are
    /// mostly powers of two, and so is the number of blocks: two threads have as many each.
    const BLOCK: usize = 16;
    /// Numbers of such a block that are near: 640 kB.
    const NEAR: usize = 10 << 14;
    /// Rows of a block that is not, at most. Its right side is larger still, megabytes that come
    /// from afar, and should come seldom.
    const MANY: usize = 64;
    /// Multiplications of a task: some ten microseconds.
    const WORK: usize = 1 << 18;

    /// Rows of a block, of so many, with so many numbers of a row on both sides of its products.
    /// Each thread has one at least.
    pub fn block(numbers: usize, rows: usize) -> usize {
        let near = BLOCK * numbers <= NEAR;
        let most = if near { BLOCK } else { MANY };
        most.min(rows.div_ceil(threads::threads() as usize))
    }

    /// Columns of a product that are a task: whole panels.
    pub fn part([m, n, k]: [usize; 3]) -> usize {
        let panels = (WORK / (m * k * PANEL).max(1)).max(1);
        (panels * PANEL).min(n.next_multiple_of(PANEL))
    }

    #[inline(always)]
    pub fn place(rows: usize, _: usize, row: usize, column: usize) -> usize {
        (column / PANEL * padded_rows(rows) + row) * PANEL + column % PANEL
    }

    /// out ← some rows of a · b, with a of m×k and b of k×n.
    ///
    /// # Safety
    ///
    /// Nobody writes these rows of a, filled up to whole tiles.
    pub unsafe fn multiply(
        rows: Range<usize>,
        [m, n, k]: [usize; 3],
        a: Shared<'_, f32>,
        b: &[f32],
        out: &mut [f32],
    ) {
        let block = padded_rows(m) * PANEL;
        assert!(rows.end <= m && rows.start.is_multiple_of(ROWS) && a.length() >= numbers(m, k));
        let left = |i: usize, start: usize| {
            let place = start / PANEL * block + (rows.start + i) * PANEL;
            (place, Left::Blocks { block })
        };
        // SAFETY: the caller's promise, and a is as long as its rows and columns say.
        unsafe { tiles([rows.len(), n, k], a.at(0), left, b, out) };
    }

    /// out ← aᵀ · b.
    pub fn multiply_transposed([m, n, k]: [usize; 3], a: &[f32], b: &[f32], out: &mut [f32]) {
        let panel = padded_rows(k) * PANEL;
        assert!(a.len() >= numbers(k, m));
        let left = |i: usize, start: usize| {
            let first = i % PANEL;
            let place = i / PANEL * panel + first + start * PANEL;
            (place, Left::Panels { first, panel })
        };
        // SAFETY: a is borrowed, and as long as its rows and columns say.
        unsafe { tiles([m, n, k], a.as_ptr(), left, b, out) };
    }

    /// The tiles of a product, where the rows of a from row i and column `start` on lie as
    /// `left(i, start)` says: where they begin, and how they go on.
    ///
    /// # Safety
    ///
    /// All of that can be read, with rows filled up to whole tiles.
    unsafe fn tiles(
        [m, n, k]: [usize; 3],
        a: *const f32,
        left: impl Fn(usize, usize) -> (usize, Left),
        b: &[f32],
        out: &mut [f32],
    ) {
        assert!(b.len() >= numbers(k, n) && out.len() >= numbers(m, n));
        for j in (0..n).step_by(COLUMNS) {
            let right = &b[j * padded_rows(k)..];
            let out = &mut out[j * padded_rows(m)..];
            for start in (0..k).step_by(DEPTH) {
                let depth = DEPTH.min(k - start);
                let b = &right[start * PANEL..];
                for (i, height) in Height::of(m) {
                    let c = &mut out[i * PANEL..];
                    let (place, left) = left(i, start);
                    // SAFETY: b and c have whole panels, whose rows are filled up to whole
                    // tiles; the places are those of their parts, and those of a the caller's
                    // promise.
                    unsafe {
                        let a = (a.add(place), left);
                        let (b, c) = ((b.as_ptr(), PANEL), (c.as_mut_ptr(), PANEL));
                        tile::multiply(height, depth, a, b, c, start > 0);
                    }
                }
            }
        }
    }
}

/// One panel: rows one after the other.
#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
mod one {
    use std::ops::Range;

    use super::super::gemm::{self, Matrix};
    use crate::threads::Shared;

    pub fn numbers(rows: usize, columns: usize) -> usize {
        rows * columns
    }

    /// Rows of a block: half of them, since the crate copies the right side anew in each call.
    pub fn block(_: usize, rows: usize) -> usize {
        rows.div_ceil(2)
    }

    /// Columns of a product that are a task: all, since its rows lie one after the other.
    pub fn part([_, n, _]: [usize; 3]) -> usize {
        n
    }

    #[inline(always)]
    pub fn place(_: usize, columns: usize, row: usize, column: usize) -> usize {
        row * columns + column
    }

    /// out ← some rows of a · b, with a of m×k and b of k×n.
    ///
    /// # Safety
    ///
    /// Nobody else reads or writes these rows of a.
    pub unsafe fn multiply(
        rows: Range<usize>,
        [_, n, k]: [usize; 3],
        a: Shared<'_, f32>,
        b: &[f32],
        out: &mut [f32],
    ) {
        let size = [rows.len(), n, k];
        // SAFETY: the caller's promise.
        let a = unsafe { a.part(rows.start * k..rows.end * k) };
        let (a, b) = (Matrix::rows(a, k), Matrix::rows(b, n));
        gemm::multiply(size, a, b, &mut out[..size[0] * n], false);
    }

    /// out ← aᵀ · b.
    pub fn multiply_transposed([m, n, k]: [usize; 3], a: &[f32], b: &[f32], out: &mut [f32]) {
        let (a, b) = (Matrix::rows(a, m).transposed(), Matrix::rows(b, n));
        gemm::multiply([m, n, k], a, b, &mut out[..m * n], false);
    }
}

#[cfg(test)]
mod tests {
    use super::panels;
    use crate::cpu::gemm::{Matrix, multiply};
    use crate::threads::Shared;

    /// A matrix with its rows one after the other, and the same in panels with numbers
    /// between them that nobody may use.
    fn matrix(rows: usize, columns: usize, seed: usize) -> (Vec<f32>, Vec<f32>) {
        let values: Vec<f32> = (0..rows * columns)
            .map(|i| ((i * 7 + seed * 13) as f32 * 0.37).sin())
            .collect();
        let mut cut = vec![f32::NAN; panels::numbers(rows, columns)];
        for (i, value) in values.iter().enumerate() {
            cut[panels::place(rows, columns, i / columns, i % columns)] = *value;
        }
        (values, cut)
    }

    /// A product by rows, and the same in panels.
    fn compare([m, n]: [usize; 2], rows: &[f32], cut: &[f32]) {
        for (i, expected) in rows.iter().enumerate() {
            let found = cut[panels::place(m, n, i / n, i % n)];
            assert!(
                (found - expected).abs() < 1e-5 * (10.0 + expected.abs()),
                "{i}: {found} {expected}"
            );
        }
    }

    #[test]
    fn panels_multiply_as_rows_do() {
        for [m, n, k] in [
            [1, 4, 4],
            [4, 8, 8],
            [6, 12, 20],
            [9, 16, 520],
            [33, 20, 12],
        ] {
            let mut product = vec![0.0; m * n];
            let (right, right_cut) = matrix(k, n, 2);
            let right = Matrix::rows(&right, n);

            let (left, mut cut) = matrix(m, k, 1);
            multiply(
                [m, n, k],
                Matrix::rows(&left, k),
                right,
                &mut product,
                false,
            );
            let half = panels::block(1, m).next_multiple_of(4);
            let cut = Shared::new(&mut cut);
            for start in (0..m).step_by(half) {
                let rows = start..m.min(start + half);
                let mut part = matrix(rows.len(), n, 3).1;
                // SAFETY: there is one thread.
                unsafe { panels::multiply(rows.clone(), [m, n, k], cut, &right_cut, &mut part) };
                compare(
                    [rows.len(), n],
                    &product[rows.start * n..rows.end * n],
                    &part,
                );
            }

            let m = m.next_multiple_of(4);
            let (left, cut) = matrix(k, m, 1);
            let mut product = vec![0.0; m * n];
            let left = Matrix::rows(&left, m).transposed();
            multiply([m, n, k], left, right, &mut product, false);
            let mut out = vec![f32::NAN; panels::numbers(m, n)];
            let columns = panels::part([m, n, k]);
            for start in (0..n).step_by(columns).rev() {
                let columns = columns.min(n - start);
                let (right, out) = (
                    &right_cut[panels::place(k, n, 0, start)..],
                    &mut out[panels::place(m, n, 0, start)..],
                );
                let out = &mut out[..panels::numbers(m, columns)];
                panels::multiply_transposed([m, columns, k], &cut, right, out);
            }
            compare([m, n], &product, &out);
        }
    }
}
