//! Matrix products, by the `gemm` crate. In WebAssembly too its tiles of 12×4 entries come
//! near what SIMD without a multiply-add can do; tiles of 4×8 and 5×8 were slower there.

use gemm::Parallelism;

/// A matrix inside a slice: entry (i, j) at `i · row + j · column`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub values: &'a [f32],
    pub row: usize,
    pub column: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` numbers, one after the other.
    pub fn rows(values: &'a [f32], columns: usize) -> Self {
        Self {
            values,
            row: columns,
            column: 1,
        }
    }

    /// The same numbers with the axes exchanged.
    pub fn transposed(self) -> Self {
        Self {
            row: self.column,
            column: self.row,
            ..self
        }
    }

    /// Whether an m×n matrix of these strides lies inside the slice.
    fn holds(&self, m: usize, n: usize) -> bool {
        (m - 1) * self.row + (n - 1) * self.column < self.values.len()
    }
}

/// out ← a · b, or out ← out + a · b where `add` says so:
/// a is m×k, b is k×n and out is m×n, its rows one after the other.
#[expect(
    unsafe_code,
    reason = "the crate takes pointers; the bounds are checked"
)]
pub(super) fn multiply([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
    assert_eq!(out.len(), m * n, "length of a product");
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if !add {
            out.fill(0.0);
        }
        return;
    }
    assert!(a.holds(m, k) && b.holds(k, n), "a matrix outside its slice");
    let stride = |stride: usize| isize::try_from(stride).expect("a stride inside a slice");
    // SAFETY: a (m×k) and b (k×n) lie inside their slices, `out` has exactly m·n
    // numbers in rows of n, and as a unique borrow it does not overlap the others.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            stride(n),
            add,
            a.values.as_ptr(),
            stride(a.column),
            stride(a.row),
            b.values.as_ptr(),
            stride(b.column),
            stride(b.row),
            1.0f32,
            1.0f32,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
