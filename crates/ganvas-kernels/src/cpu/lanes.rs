//! Four numbers at a time: the width of SIMD in WebAssembly and of SSE.
//!
//! Written with the machine's own operations where there are some: from arrays of
//! four, the compiler makes scalar code as soon as many of them are alive.

#![expect(
    unsafe_code,
    reason = "loads and stores take pointers; their bounds are checked here"
)]

use std::ops::{Add, Mul, Sub};

/// Neighbours in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes(machine::Vector);

impl Lanes {
    /// How many numbers these are.
    pub const COUNT: usize = 4;

    /// Zeros.
    #[inline(always)]
    pub fn zero() -> Self {
        Self(machine::splat(0.0))
    }

    /// The numbers at `start`.
    #[inline(always)]
    pub fn load(from: &[f32], start: usize) -> Self {
        let from = &from[start..start + Self::COUNT];
        // SAFETY: the slice has the four numbers that are read.
        Self(unsafe { machine::load(from.as_ptr()) })
    }

    /// Writes them to `start`.
    #[inline(always)]
    pub fn store(self, to: &mut [f32], start: usize) {
        let to = &mut to[start..start + Self::COUNT];
        // SAFETY: the slice has the four numbers that are written.
        unsafe { machine::store(to.as_mut_ptr(), self.0) }
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        machine::transpose([a.0, b.0, c.0, d.0]).map(Self)
    }
}

impl Add for Lanes {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(machine::add(self.0, other.0))
    }
}

impl Sub for Lanes {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(machine::subtract(self.0, other.0))
    }
}

impl Mul<f32> for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        Self(machine::multiply(self.0, machine::splat(factor)))
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod machine {
    pub(super) use core::arch::wasm32::{
        f32x4_add as add, f32x4_mul as multiply, f32x4_splat as splat, f32x4_sub as subtract,
        v128 as Vector,
    };
    use core::arch::wasm32::{i32x4_shuffle, i64x2_shuffle, v128_load, v128_store};

    /// # Safety
    ///
    /// Four numbers can be read from `from`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Vector {
        // SAFETY: the caller's promise; no alignment is asked for.
        unsafe { v128_load(from.cast()) }
    }

    /// # Safety
    ///
    /// Four numbers can be written to `to`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Vector) {
        // SAFETY: the caller's promise; no alignment is asked for.
        unsafe { v128_store(to.cast(), value) }
    }

    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Vector; 4]) -> [Vector; 4] {
        let low = [
            i32x4_shuffle::<0, 4, 1, 5>(a, b),
            i32x4_shuffle::<0, 4, 1, 5>(c, d),
        ];
        let high = [
            i32x4_shuffle::<2, 6, 3, 7>(a, b),
            i32x4_shuffle::<2, 6, 3, 7>(c, d),
        ];
        [
            i64x2_shuffle::<0, 2>(low[0], low[1]),
            i64x2_shuffle::<1, 3>(low[0], low[1]),
            i64x2_shuffle::<0, 2>(high[0], high[1]),
            i64x2_shuffle::<1, 3>(high[0], high[1]),
        ]
    }
}

#[cfg(target_arch = "x86_64")]
mod machine {
    //! SSE, which every x86-64 has.

    pub(super) use core::arch::x86_64::__m128 as Vector;
    use core::arch::x86_64::{
        _mm_add_ps, _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_mul_ps, _mm_set1_ps,
        _mm_storeu_ps, _mm_sub_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
    };

    #[inline(always)]
    pub fn splat(value: f32) -> Vector {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_set1_ps(value) }
    }

    #[inline(always)]
    pub fn add(a: Vector, b: Vector) -> Vector {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_add_ps(a, b) }
    }

    #[inline(always)]
    pub fn subtract(a: Vector, b: Vector) -> Vector {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_sub_ps(a, b) }
    }

    #[inline(always)]
    pub fn multiply(a: Vector, b: Vector) -> Vector {
        // SAFETY: SSE is part of x86-64.
        unsafe { _mm_mul_ps(a, b) }
    }

    /// # Safety
    ///
    /// Four numbers can be read from `from`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Vector {
        // SAFETY: the caller's promise; no alignment is asked for.
        unsafe { _mm_loadu_ps(from) }
    }

    /// # Safety
    ///
    /// Four numbers can be written to `to`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Vector) {
        // SAFETY: the caller's promise; no alignment is asked for.
        unsafe { _mm_storeu_ps(to, value) }
    }

    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Vector; 4]) -> [Vector; 4] {
        // SAFETY: SSE is part of x86-64.
        unsafe {
            let low = [_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d)];
            let high = [_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d)];
            [
                _mm_movelh_ps(low[0], low[1]),
                _mm_movehl_ps(low[1], low[0]),
                _mm_movelh_ps(high[0], high[1]),
                _mm_movehl_ps(high[1], high[0]),
            ]
        }
    }
}

#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    target_arch = "x86_64"
)))]
mod machine {
    //! Whatever the compiler makes of arrays.

    pub(super) type Vector = [f32; 4];

    #[inline(always)]
    pub fn splat(value: f32) -> Vector {
        [value; 4]
    }

    #[inline(always)]
    pub fn add(a: Vector, b: Vector) -> Vector {
        [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
    }

    #[inline(always)]
    pub fn subtract(a: Vector, b: Vector) -> Vector {
        [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
    }

    #[inline(always)]
    pub fn multiply(a: Vector, b: Vector) -> Vector {
        [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
    }

    /// # Safety
    ///
    /// Four numbers can be read from `from`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Vector {
        // SAFETY: the caller's promise.
        unsafe { from.cast::<Vector>().read() }
    }

    /// # Safety
    ///
    /// Four numbers can be written to `to`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Vector) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<Vector>().write(value) }
    }

    #[inline(always)]
    pub fn transpose(rows: [Vector; 4]) -> [Vector; 4] {
        [0, 1, 2, 3].map(|i| rows.map(|row| row[i]))
    }
}

#[cfg(test)]
impl Lanes {
    /// From an array.
    pub fn new(values: [f32; 4]) -> Self {
        Self::load(&values, 0)
    }

    /// As an array.
    pub fn array(self) -> [f32; 4] {
        let mut values = [0.0; 4];
        self.store(&mut values, 0);
        values
    }
}
