//! Four numbers at a time, the width of SIMD in WebAssembly, SSE and NEON, by the crate
//! `wide`. Written with the machines' own intrinsics instead, the loops came out the same
//! to a few shuffles: a training step took as long, and the module was as large.
//!
//! The one exception is [`Lanes::add_product`] in a module with relaxed SIMD, for which the
//! crate has no word.

#![expect(
    unsafe_code,
    reason = "inner loops read and write at addresses that their callers have checked"
)]

use std::ops::{Add, Mul, Sub};

use wide::f32x4;

/// Neighbours in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes(f32x4);

impl Lanes {
    /// How many numbers these are.
    pub const COUNT: usize = 4;

    /// Zeros.
    #[inline(always)]
    pub fn zero() -> Self {
        Self(f32x4::ZERO)
    }

    /// The numbers at `start`.
    #[inline(always)]
    pub fn load(from: &[f32], start: usize) -> Self {
        let mut values = [0.0; Self::COUNT];
        values.copy_from_slice(&from[start..start + Self::COUNT]);
        Self(f32x4::new(values))
    }

    /// Writes them to `start`.
    #[inline(always)]
    pub fn store(self, to: &mut [f32], start: usize) {
        to[start..start + Self::COUNT].copy_from_slice(self.0.as_array());
    }

    /// The numbers at an address.
    ///
    /// # Safety
    ///
    /// Four numbers can be read there.
    #[inline(always)]
    pub unsafe fn read(from: *const f32) -> Self {
        // SAFETY: the caller's promise; the address need not be a multiple of 16.
        Self(f32x4::new(unsafe {
            from.cast::<[f32; Self::COUNT]>().read_unaligned()
        }))
    }

    /// The number at an address, four times.
    ///
    /// # Safety
    ///
    /// A number can be read there.
    #[inline(always)]
    pub unsafe fn read_one(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(f32x4::splat(unsafe { *from }))
    }

    /// Writes them to an address.
    ///
    /// # Safety
    ///
    /// Four numbers can be written there.
    #[inline(always)]
    pub unsafe fn write(self, to: *mut f32) {
        // SAFETY: the caller's promise; the address need not be a multiple of 16.
        unsafe {
            to.cast::<[f32; Self::COUNT]>()
                .write_unaligned(self.0.to_array());
        }
    }

    /// `self` + a · b. With relaxed SIMD the machine may leave out the rounding between the
    /// two, so that its results are not those of every other machine.
    #[inline(always)]
    pub fn add_product(self, a: Self, b: Self) -> Self {
        #[cfg(all(target_arch = "wasm32", feature = "relaxed"))]
        {
            use std::arch::wasm32::{f32x4_relaxed_madd, v128};
            use std::mem::transmute;
            // SAFETY: four numbers of 32 bits either way. An engine without the instruction
            // does not compile a module that has it, so whoever comes here has it.
            unsafe {
                let [sum, a, b] = [self, a, b].map(|lanes| transmute::<f32x4, v128>(lanes.0));
                Self(transmute::<v128, f32x4>(f32x4_relaxed_madd(a, b, sum)))
            }
        }
        #[cfg(not(all(target_arch = "wasm32", feature = "relaxed")))]
        Self(self.0 + a.0 * b.0)
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose(rows: [Self; 4]) -> [Self; 4] {
        f32x4::transpose(rows.map(|row| row.0)).map(Self)
    }
}

impl Add for Lanes {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Lanes {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<f32> for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        Self(self.0 * f32x4::splat(factor))
    }
}

#[cfg(test)]
impl Lanes {
    /// From an array.
    pub fn new(values: [f32; 4]) -> Self {
        Self(f32x4::new(values))
    }

    /// As an array.
    pub fn array(self) -> [f32; 4] {
        self.0.to_array()
    }
}
