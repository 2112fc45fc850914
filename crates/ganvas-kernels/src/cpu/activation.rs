//! Activations and their derivatives, as loops over slices.

use crate::stack::Activation;
use crate::threads;

/// A function that each task has a copy of: read through a reference, what it holds could be
/// what the loop writes, and would be read again for every number.
pub(super) trait Function: Fn(f32) -> f32 + Sync + Copy {}

impl<F: Fn(f32) -> f32 + Sync + Copy> Function for F {}

/// What a loop does with an activation: it is compiled once for each, so that the
/// choice is made before the loop and not for every number.
pub(super) trait Visitor {
    fn visit(self, value: impl Function, slope: impl Function);
}

/// Calls `visitor` with the activation and with its derivative as a function of the
/// activation's value.
pub(super) fn dispatch(activation: Activation, visitor: impl Visitor) {
    match activation {
        Activation::Identity => visitor.visit(|x| x, |_| 1.0),
        Activation::Relu => {
            visitor.visit(|x| if x <= 0.0 { 0.0 } else { x }, |y| choose(y, 1.0, 0.0))
        }
        Activation::LeakyRelu(slope) => visitor.visit(
            move |x| if x > 0.0 { x } else { slope * x },
            move |y| choose(y, 1.0, slope),
        ),
        Activation::Tanh => visitor.visit(tanh, |y| 1.0 - y * y),
    }
}

/// One of two numbers by the sign of y, and y itself where it is not a number: a run that
/// has diverged is noticed where its numbers are read, so nothing may hide it.
#[inline(always)]
fn choose(y: f32, above: f32, otherwise: f32) -> f32 {
    let finite = if y <= 0.0 { otherwise } else { y };
    if y > 0.0 { above } else { finite }
}

/// tanh x as x·P(x²)/Q(x²), after Eigen's `generic_fast_tanh_float`: no branches, so
/// that a loop of it becomes SIMD; exact to a few units in the last place.
fn tanh(x: f32) -> f32 {
    // Beyond it, tanh is ±1 in f32.
    const LIMIT: f32 = 7.905_311;
    let x = x.clamp(-LIMIT, LIMIT);
    let s = x * x;
    let mut p = -2.760_768_5e-16;
    for coefficient in [
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297_1e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ] {
        p = p * s + coefficient;
    }
    let mut q = 1.198_258_4e-6;
    for coefficient in [1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3] {
        q = q * s + coefficient;
    }
    x * p / q
}

/// x ← activation(x + bias), where rows of x have one number for each bias.
pub(super) fn apply(x: &mut [f32], bias: Option<&[f32]>, activation: Activation) {
    fn rows(x: &mut [f32], bias: Option<&[f32]>, value: impl Function) {
        match bias {
            None => x.iter_mut().for_each(|x| *x = value(*x)),
            Some(bias) => {
                for row in x.chunks_exact_mut(bias.len()) {
                    for (x, bias) in row.iter_mut().zip(bias) {
                        *x = value(*x + bias);
                    }
                }
            }
        }
    }
    struct Apply<'a>(&'a mut [f32], Option<&'a [f32]>);
    impl Visitor for Apply<'_> {
        fn visit(self, value: impl Function, _: impl Function) {
            let Self(x, bias) = self;
            let row = bias.map_or(1, <[f32]>::len);
            let length = threads::pieces(x.len() / row, row) * row;
            threads::parts(x, length, |_, x| rows(x, bias, value));
        }
    }
    if activation != Activation::Identity || bias.is_some() {
        dispatch(activation, Apply(x, bias));
    }
}

/// sum ← sum + addend.
pub(super) fn add(sum: &mut [f32], addend: &[f32]) {
    let length = threads::pieces(sum.len(), 1);
    threads::parts(sum, length, |index, sum| {
        for (sum, addend) in sum.iter_mut().zip(&addend[index * length..]) {
            *sum += addend;
        }
    });
}

/// x ← activation(x + addend).
pub(super) fn apply_sum(x: &mut [f32], addend: &[f32], activation: Activation) {
    add(x, addend);
    apply(x, None, activation);
}

/// g ← g · activation′, from the activation's values y.
pub(super) fn apply_slope(g: &mut [f32], y: &[f32], activation: Activation) {
    fn numbers(g: &mut [f32], y: &[f32], slope: impl Function) {
        for (g, y) in g.iter_mut().zip(y) {
            *g *= slope(*y);
        }
    }
    struct Slope<'a>(&'a mut [f32], &'a [f32]);
    impl Visitor for Slope<'_> {
        fn visit(self, _: impl Function, slope: impl Function) {
            let Self(g, y) = self;
            let length = threads::pieces(g.len(), 1);
            threads::parts(g, length, |index, g| {
                numbers(g, &y[index * length..], slope);
            });
        }
    }
    if activation != Activation::Identity {
        dispatch(activation, Slope(g, y));
    }
}

#[cfg(test)]
mod tests {
    use super::{apply, apply_slope, apply_sum, tanh};
    use crate::stack::Activation::{self, Identity, LeakyRelu, Relu, Tanh};

    const ALL: [Activation; 4] = [Identity, Relu, LeakyRelu(0.2), Tanh];

    fn value(x: f32, activation: Activation) -> f32 {
        let mut x = [x];
        apply(&mut x, None, activation);
        x[0]
    }

    fn slope(y: f32, activation: Activation) -> f32 {
        let mut g = [1.0];
        apply_slope(&mut g, &[y], activation);
        g[0]
    }

    #[test]
    fn tanh_is_accurate() {
        for i in -200_000..=200_000 {
            let x = i as f32 * 5e-5;
            let exact = f64::from(x).tanh();
            let error = (f64::from(tanh(x)) - exact).abs();
            assert!(error <= 6e-7 * exact.abs(), "tanh {x}: {error}");
        }
        assert!((tanh(f32::INFINITY) - 1.0).abs() < 6e-7);
    }

    #[test]
    fn what_is_not_a_number_stays_so() {
        for activation in ALL {
            assert!(value(f32::NAN, activation).is_nan(), "{activation:?}");
            let mut sum = [f32::NAN, 0.0];
            apply_sum(&mut sum, &[0.0, f32::NAN], activation);
            assert!(sum.iter().all(|x| x.is_nan()), "{activation:?}");
            let mut biased = [0.0];
            apply(&mut biased, Some(&[f32::NAN]), activation);
            assert!(biased[0].is_nan(), "{activation:?}");
        }
        // The identity's derivative is the same wherever it is taken.
        for activation in &ALL[1..] {
            assert!(slope(f32::NAN, *activation).is_nan(), "{activation:?}");
        }
    }

    #[test]
    fn what_is_infinite_stays_so_where_there_is_no_bound() {
        for activation in [Identity, Relu, LeakyRelu(0.2)] {
            assert_eq!(value(f32::INFINITY, activation), f32::INFINITY);
        }
        assert_eq!(value(f32::NEG_INFINITY, LeakyRelu(0.2)), f32::NEG_INFINITY);
        assert_eq!(value(f32::NEG_INFINITY, Relu), 0.0);
    }

    #[test]
    fn at_zero_the_slope_is_the_one_below() {
        for zero in [0.0, -0.0] {
            assert_eq!(slope(zero, Relu), 0.0);
            assert_eq!(slope(zero, LeakyRelu(0.2)), 0.2);
        }
    }
}
