//! Functions of one number, written once: computed on the CPU and printed as WGSL.
//!
//! ```
//! use ganvas_kernels::formula::{Formula, softplus};
//!
//! // −log σ(l), the loss of a real logit.
//! let loss = softplus(-Formula::Logit);
//! assert!((loss.at(0.0) - 2f32.ln()).abs() < 1e-6);
//! assert_eq!(loss.at(-100.0), 100.0);
//! assert_eq!(loss.wgsl(), "softplus(-(l))");
//! ```

use std::ops::{Add, Mul, Neg, Sub};

/// A function of a logit l.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// l itself.
    Logit,
    /// A constant.
    Number(f32),
    /// −a.
    Negated(Box<Formula>),
    /// a + b.
    Sum(Box<Formula>, Box<Formula>),
    /// a · b.
    Product(Box<Formula>, Box<Formula>),
    /// log(1 + eᵃ), without overflow.
    Softplus(Box<Formula>),
    /// 1 / (1 + e⁻ᵃ), without overflow.
    Sigmoid(Box<Formula>),
    /// max(a, 0).
    Positive(Box<Formula>),
    /// 1 where a > 0, otherwise 0.
    Step(Box<Formula>),
}

/// log(1 + eᵃ) = −log σ(−a).
pub fn softplus(a: Formula) -> Formula {
    Formula::Softplus(Box::new(a))
}

/// σ(a) = 1 / (1 + e⁻ᵃ).
pub fn sigmoid(a: Formula) -> Formula {
    Formula::Sigmoid(Box::new(a))
}

/// max(a, 0).
pub fn positive(a: Formula) -> Formula {
    Formula::Positive(Box::new(a))
}

/// 1 where a > 0, otherwise 0: the slope of [`positive`].
pub fn step(a: Formula) -> Formula {
    Formula::Step(Box::new(a))
}

/// A constant.
pub fn number(value: f32) -> Formula {
    Formula::Number(value)
}

impl Formula {
    /// The value at l. NaN stays NaN.
    pub fn at(&self, l: f32) -> f32 {
        match self {
            Formula::Logit => l,
            Formula::Number(value) => *value,
            Formula::Negated(a) => -a.at(l),
            Formula::Sum(a, b) => a.at(l) + b.at(l),
            Formula::Product(a, b) => a.at(l) * b.at(l),
            Formula::Softplus(a) => {
                let x = a.at(l);
                x.max(0.0) + (-x.abs()).exp().ln_1p()
            }
            Formula::Sigmoid(a) => {
                let x = a.at(l);
                let e = (-x.abs()).exp();
                (if x >= 0.0 { 1.0 } else { e }) / (1.0 + e)
            }
            Formula::Positive(a) => {
                let x = a.at(l);
                if x < 0.0 { 0.0 } else { x }
            }
            Formula::Step(a) => {
                let x = a.at(l);
                if x > 0.0 {
                    1.0
                } else if x <= 0.0 {
                    0.0
                } else {
                    x
                }
            }
        }
    }

    /// The same as a WGSL expression of `l`, with the functions of [`PRELUDE`].
    pub fn wgsl(&self) -> String {
        match self {
            Formula::Logit => "l".to_owned(),
            Formula::Number(value) => format!("{value:?}"),
            Formula::Negated(a) => format!("-({})", a.wgsl()),
            Formula::Sum(a, b) => format!("({} + {})", a.wgsl(), b.wgsl()),
            Formula::Product(a, b) => format!("({} * {})", a.wgsl(), b.wgsl()),
            Formula::Softplus(a) => format!("softplus({})", a.wgsl()),
            Formula::Sigmoid(a) => format!("sigmoid({})", a.wgsl()),
            Formula::Positive(a) => format!("positive({})", a.wgsl()),
            Formula::Step(a) => format!("unit_step({})", a.wgsl()),
        }
    }
}

/// The functions that [`Formula::wgsl`] calls. Of NaN each makes NaN.
pub const PRELUDE: &str = "\
fn softplus(x: f32) -> f32 {
    return select(x, 0.0, x < 0.0) + log(1.0 + exp(-abs(x)));
}

fn sigmoid(x: f32) -> f32 {
    let e = exp(-abs(x));
    return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

fn positive(x: f32) -> f32 {
    return select(x, 0.0, x < 0.0);
}

fn unit_step(x: f32) -> f32 {
    return select(select(x, 0.0, x <= 0.0), 1.0, x > 0.0);
}
";

impl Neg for Formula {
    type Output = Self;

    fn neg(self) -> Self {
        Formula::Negated(Box::new(self))
    }
}

impl Add for Formula {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Formula::Sum(Box::new(self), Box::new(other))
    }
}

impl Sub for Formula {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Formula {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Formula::Product(Box::new(self), Box::new(other))
    }
}

impl Mul<Formula> for f32 {
    type Output = Formula;

    fn mul(self, other: Formula) -> Formula {
        number(self) * other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_functions() {
        let l = || Formula::Logit;
        for x in [-3.0f32, -0.5, 0.0, 0.5, 3.0] {
            let exact = f64::from(x);
            let near = |found: f32, expected: f64| {
                assert!((f64::from(found) - expected).abs() < 1e-6, "{found} at {x}");
            };
            near(softplus(l()).at(x), exact.exp().ln_1p());
            near(sigmoid(l()).at(x), 1.0 / (1.0 + (-exact).exp()));
            near(positive(l()).at(x), exact.max(0.0));
            near(step(l()).at(x), f64::from(u8::from(exact > 0.0)));
            near((2.0 * l() - number(1.0)).at(x), 2.0 * exact - 1.0);
            near((-(l() + l())).at(x), -2.0 * exact);
        }
        assert_eq!(softplus(l()).at(100.0), 100.0);
        assert_eq!(sigmoid(l()).at(-100.0), (-100f32).exp());
    }

    #[test]
    fn brackets_keep_the_order() {
        let l = || Formula::Logit;
        let formula = -(number(1.0) - l()) * step(l() + number(0.5));
        assert_eq!(formula.wgsl(), "(-((1.0 + -(l))) * unit_step((l + 0.5)))");
    }
}
