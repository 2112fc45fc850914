//! F(4, 2): four outputs of a correlation with two taps from five products.
//!
//! y = Aᵀ[(G g) ⊙ (Bᵀ d)] with y₀…y₃ = d₀g₀ + d₁g₁, …, d₃g₀ + d₄g₁: five products where
//! eight are plain. The algorithm of Toom and Cook at the points 0, 1, −1, ½ and ∞:
//!
//! ```text
//!      ½ −1  −½  1  0          2    0         1  1  1  1  0
//!      0 −½   ½  1  0          1    1         0  1 −1  ½  0
//! Bᵀ = 0  ½ −1½  1  0    G = −⅓     ⅓    Aᵀ = 0  1  1  ¼  0
//!      0 −1   0  1  0        −8/3 −4/3        0  1 −1  ⅛  1
//!      0  ½  −1 −½  1          0    1
//! ```
//!
//! Nested it is F(4×4, 2×2) with 25 products for 64 (Lavin and Gray, *Fast Algorithms
//! for Convolutional Neural Networks*, 2016). The functions here are the six products
//! with these matrices and their transposes in one dimension; [`both`] nests them.

use super::lanes::Lanes;

/// Outputs of a tile along one axis.
pub(super) const TILE: usize = 4;
/// Points, and also inputs of a tile, along one axis.
pub(super) const POINTS: usize = 5;
/// Taps along one axis.
pub(super) const TAPS: usize = 2;

/// Applies a one-dimensional transform to the columns and then to the rows.
#[inline(always)]
pub(super) fn both<const FROM: usize, const TO: usize>(
    values: &[[Lanes; FROM]; FROM],
    transform: impl Fn([Lanes; FROM]) -> [Lanes; TO],
) -> [[Lanes; TO]; TO] {
    let mut columns = [[Lanes::zero(); FROM]; TO];
    for column in 0..FROM {
        let mut input = [Lanes::zero(); FROM];
        for (input, row) in input.iter_mut().zip(values) {
            *input = row[column];
        }
        for (row, value) in columns.iter_mut().zip(transform(input)) {
            row[column] = value;
        }
    }
    let mut result = [[Lanes::zero(); TO]; TO];
    for (result, row) in result.iter_mut().zip(columns) {
        *result = transform(row);
    }
    result
}

/// Bᵀ d.
#[inline(always)]
pub(super) fn data(d: [Lanes; POINTS]) -> [Lanes; POINTS] {
    let difference = d[3] - d[1];
    [
        (d[0] - d[2]) * 0.5 + difference,
        d[3] + (d[2] - d[1]) * 0.5,
        d[3] + (d[1] - d[2] * 3.0) * 0.5,
        difference,
        (d[4] - d[2]) - difference * 0.5,
    ]
}

/// B t, the transpose of [`data`].
#[inline(always)]
pub(super) fn data_transposed(t: [Lanes; POINTS]) -> [Lanes; POINTS] {
    let half = t[0] * 0.5;
    let difference = (t[2] - t[1]) * 0.5;
    [
        half,
        difference - t[0] - t[3] + t[4] * 0.5,
        Lanes::zero() - half - difference - t[2] - t[4],
        (t[0] + t[3]) + (t[1] + t[2]) - t[4] * 0.5,
        t[4],
    ]
}

/// G g.
#[inline(always)]
pub(super) fn taps(g: [Lanes; TAPS]) -> [Lanes; POINTS] {
    [
        g[0] * 2.0,
        g[0] + g[1],
        (g[1] - g[0]) * (1.0 / 3.0),
        (g[0] * 2.0 + g[1]) * (-4.0 / 3.0),
        g[1],
    ]
}

/// Gᵀ u, the transpose of [`taps`].
#[inline(always)]
pub(super) fn taps_transposed(u: [Lanes; POINTS]) -> [Lanes; TAPS] {
    let third = u[2] * (1.0 / 3.0);
    let last = u[3] * (-4.0 / 3.0);
    [
        (u[0] + last) * 2.0 + (u[1] - third),
        (u[1] + third) + (last + u[4]),
    ]
}

/// Aᵀ m.
#[inline(always)]
pub(super) fn outputs(m: [Lanes; POINTS]) -> [Lanes; TILE] {
    let (sum, difference) = (m[1] + m[2], m[1] - m[2]);
    [
        m[0] + sum + m[3],
        difference + m[3] * 0.5,
        sum + m[3] * 0.25,
        difference + m[3] * 0.125 + m[4],
    ]
}

/// A y, the transpose of [`outputs`].
#[inline(always)]
pub(super) fn outputs_transposed(y: [Lanes; TILE]) -> [Lanes; POINTS] {
    let (even, odd) = (y[0] + y[2], y[1] + y[3]);
    [
        y[0],
        even + odd,
        even - odd,
        y[0] + (y[1] + (y[2] + y[3] * 0.5) * 0.5) * 0.5,
        y[3],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that differ, from an index.
    fn number(i: usize) -> Lanes {
        Lanes::new([1.0, 2.0, 3.0, 4.0].map(|lane: f32| (lane * 1.7 + i as f32 * 2.3).sin()))
    }

    fn dot<const N: usize>(a: [Lanes; N], b: [Lanes; N]) -> f32 {
        (0..N).map(|i| a[i].array()[0] * b[i].array()[0]).sum()
    }

    fn close(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-5, "{a} and {b}");
    }

    #[test]
    fn five_products_give_the_correlation() {
        let d: [Lanes; POINTS] = std::array::from_fn(number);
        let g: [Lanes; TAPS] = std::array::from_fn(|i| number(10 + i));
        let (v, u) = (data(d), taps(g));
        let y = outputs(std::array::from_fn(|p| {
            Lanes::new(std::array::from_fn(|i| v[p].array()[i] * u[p].array()[i]))
        }));
        for i in 0..TILE {
            for lane in 0..4 {
                let plain = d[i].array()[lane] * g[0].array()[lane]
                    + d[i + 1].array()[lane] * g[1].array()[lane];
                close(y[i].array()[lane], plain);
            }
        }
    }

    #[test]
    fn transposes_are_adjoint() {
        let five: [Lanes; POINTS] = std::array::from_fn(number);
        let other: [Lanes; POINTS] = std::array::from_fn(|i| number(20 + i));
        let four: [Lanes; TILE] = std::array::from_fn(|i| number(30 + i));
        let two: [Lanes; TAPS] = std::array::from_fn(|i| number(40 + i));
        close(dot(data(five), other), dot(five, data_transposed(other)));
        close(dot(taps(two), five), dot(two, taps_transposed(five)));
        close(
            dot(outputs(five), four),
            dot(five, outputs_transposed(four)),
        );
    }
}
