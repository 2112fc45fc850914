//! Four numbers at a time, the width of SIMD in WebAssembly, SSE and NEON, by the crate
//! `wide`. Written with the machines' own intrinsics instead, the loops came out the same
//! to a few shuffles: a training step took as long, and the module was as large.

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
