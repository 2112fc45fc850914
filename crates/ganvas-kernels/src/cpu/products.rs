//! The 25 matrices that the transforms of `winograd` go to and come from.

use super::gemm::{Matrix, multiply};
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
#[derive(Debug, Clone)]
pub(super) struct Products {
    values: Scratch,
    pub rows: usize,
    pub columns: usize,
}

impl Products {
    pub fn new(rows: usize, columns: usize) -> Self {
        Self {
            values: Scratch::new(PRODUCTS * (rows * columns + PADDING)),
            rows,
            columns,
        }
    }

    fn stride(&self) -> usize {
        self.rows * self.columns + PADDING
    }

    pub fn matrix(&self, product: usize) -> Matrix<'_> {
        let start = product * self.stride();
        Matrix::rows(
            &self.values[start..start + self.rows * self.columns],
            self.columns,
        )
    }

    /// `out`\[p\] ← a\[p\] · b\[p\] for every p, of sizes m×k and k×n as `multiply` has them.
    pub fn multiply<'a>(
        &mut self,
        k: usize,
        a: impl Fn(usize) -> Matrix<'a>,
        b: impl Fn(usize) -> Matrix<'a>,
    ) {
        let (m, n, stride) = (self.rows, self.columns, self.stride());
        for (p, out) in self.values.chunks_exact_mut(stride).enumerate() {
            multiply([m, n, k], a(p), b(p), &mut out[..m * n], false);
        }
    }

    #[inline(always)]
    pub fn load(&self, row: usize, column: usize) -> [[Lanes; POINTS]; POINTS] {
        let (start, stride) = (row * self.columns + column, self.stride());
        let mut values = [[Lanes::zero(); POINTS]; POINTS];
        for (p, value) in values.as_flattened_mut().iter_mut().enumerate() {
            *value = Lanes::load(&self.values, start + p * stride);
        }
        values
    }

    #[inline(always)]
    pub fn store(&mut self, row: usize, column: usize, values: &[[Lanes; POINTS]; POINTS]) {
        let (start, stride) = (row * self.columns + column, self.stride());
        for (p, value) in values.as_flattened().iter().enumerate() {
            value.store(&mut self.values, start + p * stride);
        }
    }
}
