//! Four numbers at a time: the width of SIMD in WebAssembly and of SSE.
//!
//! Plain arrays; the compiler makes one instruction of each operation.

use std::ops::{Add, Mul, Sub};

/// Neighbours in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lanes(pub [f32; 4]);

impl Lanes {
    /// How many numbers these are.
    pub const COUNT: usize = 4;

    /// The numbers at `start`.
    #[inline(always)]
    pub fn load(from: &[f32], start: usize) -> Self {
        let from = &from[start..start + Self::COUNT];
        Self([from[0], from[1], from[2], from[3]])
    }

    /// Writes them to `start`.
    #[inline(always)]
    pub fn store(self, to: &mut [f32], start: usize) {
        to[start..start + Self::COUNT].copy_from_slice(&self.0);
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|i| Self(rows.map(|row| row.0[i])))
    }
}

impl Add for Lanes {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl Sub for Lanes {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

impl Mul<f32> for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        Self(self.0.map(|x| x * factor))
    }
}
