//! The 25 matrices that the transforms of `winograd` go to and come from.

#![expect(
    unsafe_code,
    reason = "a place in all 25 matrices is checked once, not 25 times"
)]

use super::lanes::Lanes;
use super::scratch::Scratch;
use super::winograd::POINTS;

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

    /// `self`\[p\] ← a\[p\] · b\[p\] for every p.
    pub fn multiply(&mut self, a: &Self, b: &Self) {
        assert!(a.rows == self.rows && a.columns == b.rows && b.columns == self.columns);
        self.each(|p, out, [m, n]| way::multiply([m, n, b.rows], a.matrix(p), b.matrix(p), out));
    }

    /// `self`\[p\] ← a\[p\]ᵀ · b\[p\] for every p.
    pub fn multiply_transposed(&mut self, a: &Self, b: &Self) {
        assert!(a.columns == self.rows && a.rows == b.rows && b.columns == self.columns);
        self.each(|p, out, [m, n]| {
            way::multiply_transposed([m, n, b.rows], a.matrix(p), b.matrix(p), out);
        });
    }

    fn each(&mut self, mut multiply: impl FnMut(usize, &mut [f32], [usize; 2])) {
        let (stride, size) = (self.stride(), [self.rows, self.columns]);
        for (p, out) in self.values.chunks_exact_mut(stride).enumerate() {
            multiply(p, out, size);
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

    #[inline(always)]
    pub fn store(&mut self, row: usize, column: usize, values: &[[Lanes; POINTS]; POINTS]) {
        let (start, stride) = (self.place(row, column), self.stride());
        for (p, value) in values.as_flattened().iter().enumerate() {
            // SAFETY: the last of the 25 places lies inside.
            unsafe { value.write(self.values.as_mut_ptr().add(start + p * stride)) };
        }
    }
}

#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
use one as way;
#[cfg(any(target_arch = "wasm32", feature = "portable"))]
use panels as way;

/// Panels as wide as a tile of the products.
#[cfg(any(target_arch = "wasm32", feature = "portable", test))]
mod panels {
    use super::super::tile::{self, COLUMNS, DEPTH, Left, ROWS};

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

    #[inline(always)]
    pub fn place(rows: usize, _: usize, row: usize, column: usize) -> usize {
        (column / PANEL * padded_rows(rows) + row) * PANEL + column % PANEL
    }

    /// out ← a · b.
    pub fn multiply([m, n, k]: [usize; 3], a: &[f32], b: &[f32], out: &mut [f32]) {
        let block = padded_rows(m) * PANEL;
        assert!(a.len() >= numbers(m, k));
        let left = |i: usize, start: usize| start / PANEL * block + i * PANEL;
        tiles([m, n, k], a, left, Left::Blocks { block }, b, out);
    }

    /// out ← aᵀ · b.
    pub fn multiply_transposed([m, n, k]: [usize; 3], a: &[f32], b: &[f32], out: &mut [f32]) {
        let panel = padded_rows(k) * PANEL;
        assert!(a.len() >= numbers(k, m));
        let left = |i: usize, start: usize| i / PANEL * panel + i % PANEL + start * PANEL;
        tiles([m, n, k], a, left, Left::Columns { step: PANEL }, b, out);
    }

    /// All tiles of a product, where four rows of a from row i and column `start` on begin
    /// at `place(i, start)`.
    fn tiles(
        [m, n, k]: [usize; 3],
        a: &[f32],
        place: impl Fn(usize, usize) -> usize,
        left: Left,
        b: &[f32],
        out: &mut [f32],
    ) {
        assert!(b.len() >= numbers(k, n) && out.len() >= numbers(m, n));
        for j in (0..n).step_by(COLUMNS) {
            let right = &b[j * padded_rows(k)..];
            let out = &mut out[j * padded_rows(m)..];
            for start in (0..k).step_by(DEPTH) {
                let depth = DEPTH.min(k - start);
                for i in (0..m).step_by(ROWS) {
                    let a = &a[place(i, start)..];
                    let b = &right[start * PANEL..];
                    let c = &mut out[i * PANEL..];
                    // SAFETY: a, b and c have whole panels, whose rows are filled up to
                    // whole tiles; the places above are those of their parts.
                    unsafe {
                        let c = (c.as_mut_ptr(), PANEL);
                        tile::multiply(
                            depth,
                            (a.as_ptr(), left),
                            (b.as_ptr(), PANEL),
                            c,
                            start > 0,
                        );
                    }
                }
            }
        }
    }
}

/// One panel: rows one after the other.
#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
mod one {
    use super::super::gemm::{self, Matrix};

    pub fn numbers(rows: usize, columns: usize) -> usize {
        rows * columns
    }

    #[inline(always)]
    pub fn place(_: usize, columns: usize, row: usize, column: usize) -> usize {
        row * columns + column
    }

    /// out ← a · b.
    pub fn multiply([m, n, k]: [usize; 3], a: &[f32], b: &[f32], out: &mut [f32]) {
        let (a, b) = (Matrix::rows(a, k), Matrix::rows(b, n));
        gemm::multiply([m, n, k], a, b, &mut out[..m * n], false);
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

    #[test]
    fn panels_multiply_as_rows_do() {
        for [m, n, k] in [
            [1, 4, 4],
            [4, 8, 8],
            [6, 12, 20],
            [9, 16, 520],
            [33, 20, 12],
        ] {
            let (mut out, expect) = (matrix(m, n, 3).1, |product: &[f32], out: &[f32]| {
                for (i, expected) in product.iter().enumerate() {
                    let found = out[panels::place(m, n, i / n, i % n)];
                    assert!(
                        (found - expected).abs() < 1e-5 * (10.0 + expected.abs()),
                        "{i}: {found} {expected}"
                    );
                }
            });
            let mut product = vec![0.0; m * n];
            let (right, right_cut) = matrix(k, n, 2);
            let right = Matrix::rows(&right, n);

            let (left, cut) = matrix(m, k, 1);
            multiply(
                [m, n, k],
                Matrix::rows(&left, k),
                right,
                &mut product,
                false,
            );
            panels::multiply([m, n, k], &cut, &right_cut, &mut out);
            expect(&product, &out);

            let m = m.next_multiple_of(4);
            let (left, cut) = matrix(k, m, 1);
            let mut product = vec![0.0; m * n];
            let left = Matrix::rows(&left, m).transposed();
            multiply([m, n, k], left, right, &mut product, false);
            let mut out = vec![f32::NAN; panels::numbers(m, n)];
            panels::multiply_transposed([m, n, k], &cut, &right_cut, &mut out);
            for (i, expected) in product.iter().enumerate() {
                let found = out[panels::place(m, n, i / n, i % n)];
                assert!(
                    (found - expected).abs() < 1e-5 * (10.0 + expected.abs()),
                    "{i}: {found} {expected}"
                );
            }
        }
    }
}
