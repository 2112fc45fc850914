//! Several seeds of one row in a few numbers, and what two rows' numbers say.

use std::f64::consts::FRAC_PI_2;

/// Seeds of each side before anything is said of a difference.
pub const ENOUGH: usize = 8;
/// The chance below which a difference is taken for one.
pub const SIGNIFICANT: f64 = 0.01;
/// Intervals of the integrals behind a p value.
const INTERVALS: usize = 2000;

/// Mean and spread of some figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The sample's standard deviation; 0 of one figure.
    pub deviation: f64,
    /// How many there are.
    pub count: usize,
}

impl Spread {
    /// Of at least one figure.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let count = values.clone().count();
        let mean = values.clone().sum::<f64>() / count as f64;
        let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
        (count > 0).then(|| Self {
            mean,
            deviation: (squares / (count.max(2) - 1) as f64).sqrt(),
            count,
        })
    }

    /// `0.912 ± 0.009`, or the one figure.
    pub fn show(&self, digits: usize) -> String {
        let Self {
            mean,
            deviation,
            count,
        } = self;
        if *count == 1 {
            format!("{mean:.digits$}")
        } else {
            format!("{mean:.digits$} ± {deviation:.digits$}")
        }
    }

    /// Whether the intervals mean ± standard deviation share a value.
    pub fn overlaps(&self, other: &Self) -> bool {
        (self.mean - other.mean).abs() <= self.deviation + other.deviation
    }
}

/// Welch's test for the means of two samples of unequal variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// The difference of the means in standard errors.
    pub t: f64,
    /// The chance of a difference at least as large if there were none.
    pub p: f64,
}

impl Welch {
    /// Nothing where a variance is unknown or both are 0.
    pub fn of(a: &Spread, b: &Spread) -> Option<Self> {
        let error = |spread: &Spread| spread.deviation.powi(2) / spread.count as f64;
        let (ea, eb) = (error(a), error(b));
        let known = a.count > 1 && b.count > 1 && ea + eb > 0.0;
        known.then(|| {
            let part = |error: f64, count: usize| error.powi(2) / (count - 1) as f64;
            let degrees = (ea + eb).powi(2) / (part(ea, a.count) + part(eb, b.count));
            let t = (a.mean - b.mean) / (ea + eb).sqrt();
            Self {
                t,
                p: two_sided(t, degrees),
            }
        })
    }
}

/// What two samples say about their sources.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// Fewer than [`ENOUGH`] of one of them.
    TooFew,
    /// None that these samples show.
    NoDifference(Welch),
    /// One that chance does not explain, and larger than what seeds differ by.
    Difference(Welch),
}

/// A difference is one only where Welch's test finds it *and* the spreads do not overlap:
/// of many seeds the test finds differences too small to mean anything to who trains one.
pub fn compare(a: &Spread, b: &Spread) -> Finding {
    if a.count.min(b.count) < ENOUGH {
        return Finding::TooFew;
    }
    match Welch::of(a, b) {
        None => Finding::TooFew,
        Some(welch) if welch.p < SIGNIFICANT && !a.overlaps(b) => Finding::Difference(welch),
        Some(welch) => Finding::NoDifference(welch),
    }
}

/// P(|T| ≥ |t|) of Student's distribution with ν degrees of freedom. With T = √ν tan θ
/// its density becomes cos^(ν−1) θ, and the integrals have no constants to know.
fn two_sided(t: f64, degrees: f64) -> f64 {
    let density = |angle: f64| angle.cos().max(0.0).powf(degrees - 1.0);
    let inner = integral(density, (t.abs() / degrees.sqrt()).atan());
    (1.0 - inner / integral(density, FRAC_PI_2)).clamp(0.0, 1.0)
}

/// From 0 to `end`, by Simpson's rule.
fn integral(f: impl Fn(f64) -> f64, end: f64) -> f64 {
    let step = end / INTERVALS as f64;
    let inside: f64 = (1..INTERVALS)
        .map(|i| f(i as f64 * step) * if i % 2 == 1 { 4.0 } else { 2.0 })
        .sum();
    (f(0.0) + inside + f(end)) * step / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        Spread::of(values.iter().copied()).unwrap()
    }

    /// Around `mean`, ±1 in turn: a standard deviation of √(8/7).
    fn eight(mean: f64) -> Spread {
        spread(&[1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0].map(|x| mean + x))
    }

    #[test]
    fn a_spread_is_mean_and_standard_deviation() {
        assert_eq!(spread(&[1.0, 2.0, 3.0]).show(2), "2.00 ± 1.00");
        assert_eq!(spread(&[1.5]).show(1), "1.5");
        assert_eq!(Spread::of(std::iter::empty()), None);
    }

    /// `scipy.stats.ttest_ind(a, b, equal_var=False)`.
    #[test]
    fn welch_is_that_of_scipy() {
        let a = spread(&[9.8, 8.6, 11.3, 9.1, 10.4, 9.9, 9.2, 10.1]);
        let b = spread(&[8.2, 9.0, 7.9, 8.8, 8.1, 9.4]);
        let welch = Welch::of(&a, &b).unwrap();
        assert!((welch.t - SCIPY_T).abs() < 1e-9, "{welch:?}");
        assert!((welch.p - SCIPY_P).abs() < 1e-9, "{welch:?}");
    }
    const SCIPY_T: f64 = 3.216_088_804_609_799;
    const SCIPY_P: f64 = 0.007_428_251_511_943_153;

    #[test]
    fn a_chance_is_that_of_tables() {
        for (t, degrees, p) in [
            (12.706, 1.0, 0.05),
            (2.228, 10.0, 0.05),
            (3.169, 10.0, 0.01),
        ] {
            assert!((two_sided(t, degrees) - p).abs() < 1e-4, "{t}, {degrees}");
            assert!((two_sided(-t, degrees) - p).abs() < 1e-4, "{t}, {degrees}");
        }
        assert!((two_sided(0.0, 5.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn three_seeds_say_nothing() {
        let (a, b) = (spread(&[8.60, 8.50, 8.75]), spread(&[9.60, 10.25, 9.59]));
        assert!(!a.overlaps(&b));
        assert_eq!(compare(&a, &b), Finding::TooFew);
    }

    #[test]
    fn spreads_that_overlap_are_no_difference() {
        // Welch's test finds it at p < 0.01 all the same.
        let (a, b) = (eight(10.0), eight(12.0));
        assert!(Welch::of(&a, &b).unwrap().p < SIGNIFICANT);
        assert!(matches!(compare(&a, &b), Finding::NoDifference(_)));
    }

    #[test]
    fn a_difference_is_far_beyond_the_seeds() {
        assert!(matches!(
            compare(&eight(10.0), &eight(13.0)),
            Finding::Difference(_)
        ));
        assert!(matches!(
            compare(&eight(13.0), &eight(10.0)),
            Finding::Difference(_)
        ));
    }
}
