//! Matrix products, by the `gemm` crate. In WebAssembly too its tiles of 12×4 entries come
//! near what SIMD without a multiply-add can do; tiles of 4×8 and 5×8 were slower there.

#![expect(
    unsafe_code,
    reason = "the crate takes pointers; the bounds are checked here"
)]

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
    // SAFETY: a (m×k) and b (k×n) lie inside their slices, `out` has exactly m·n
    // numbers in rows of n, and as a unique borrow it does not overlap the others.
    unsafe { library::product([m, n, k], a, b, out, add) }
}

/// A stride as the crate takes it.
fn signed(stride: usize) -> isize {
    isize::try_from(stride).expect("a stride inside a slice")
}

#[cfg(not(all(
    target_arch = "wasm32",
    target_feature = "simd128",
    not(feature = "burn")
)))]
mod library {
    use gemm::Parallelism;

    use super::{Matrix, signed};

    /// # Safety
    ///
    /// a (m×k) and b (k×n) lie inside their slices, and `out` has m·n numbers.
    pub unsafe fn product([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
        // SAFETY: the caller's promise.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                out.as_mut_ptr(),
                1,
                signed(n),
                add,
                a.values.as_ptr(),
                signed(a.column),
                signed(a.row),
                b.values.as_ptr(),
                signed(b.column),
                signed(b.row),
                1.0f32,
                1.0f32,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}

/// Alone in a small module, the products come from the crate's parts: it chooses between
/// SIMD and none when it runs, and would bring both along, which is 14 kB more.
#[cfg(all(
    target_arch = "wasm32",
    target_feature = "simd128",
    not(feature = "burn")
))]
mod library {
    use gemm_common::Parallelism;
    use gemm_common::gemm::gemm_basic_generic;
    use gemm_common::simd::Scalar;
    use gemm_f32::microkernel::simd128::f32::{H_M, H_N, H_UKR, MR_DIV_N, NR, UKR};

    use super::{Matrix, signed};

    /// Numbers of a vector.
    const N: usize = 4;

    /// # Safety
    ///
    /// a (m×k) and b (k×n) lie inside their slices, and `out` has m·n numbers.
    pub unsafe fn product([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
        // The crate's own are column by column, so this is outᵀ = bᵀ · aᵀ.
        // SAFETY: the caller's promise.
        unsafe {
            gemm_basic_generic::<_, f32, N, { MR_DIV_N * N }, NR, MR_DIV_N, H_M, H_N>(
                Scalar,
                n,
                m,
                k,
                out.as_mut_ptr(),
                signed(n),
                1,
                add,
                b.values.as_ptr(),
                signed(b.row),
                signed(b.column),
                a.values.as_ptr(),
                signed(a.row),
                signed(a.column),
                1.0,
                1.0,
                false,
                false,
                false,
                |a, b, c| a * b + c,
                &UKR,
                &H_UKR,
                false,
                Parallelism::None,
            );
        }
    }
}
