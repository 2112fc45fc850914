//! What a step changed in a tensor, beside what it should have changed.

use std::collections::BTreeMap;

use super::golden::RELATIVE;

/// How far a parameter may end from where it should, in learning rates. The largest
/// difference is 1e-5 beyond the parameter's own rounding, after three steps.
const MISSED: f64 = 1e-3;
/// An entry whose golden gradient is smaller than this part of the largest in its tensor,
/// though not 0, is let off: Adam divides a gradient by its own size, so that where it may
/// have either sign (its gradient is checked all the same) the parameter may move either way.
/// Where it is 0 (behind a closed ReLU, say) nothing may move.
const ILL_CONDITIONED: f64 = RELATIVE;
/// At most this share of a case's parameters may be let off. Most cases have a tenth of
/// that; only the linear stem, whose BatchNorm sees three numbers a channel, has more.
const LET_OFF: f64 = 0.02;

/// How many parameters were compared, and with what result.
#[derive(Default)]
pub struct Compared {
    all: u32,
    let_off: u32,
    /// The largest difference, in learning rates.
    worst: f64,
}

impl Compared {
    /// Asserts that some were, and that few were let off.
    pub fn check(&self, what: &str) {
        let Self {
            all,
            let_off,
            worst,
        } = *self;
        println!(
            "{what}: {let_off} of {all} parameters let off, the others within {worst:.1e} \
             learning rates"
        );
        assert!(
            all > 0 && f64::from(let_off) <= LET_OFF * f64::from(all),
            "{what}: {let_off} of {all} parameters let off"
        );
    }
}

/// One tensor before and after, and some places with what should be there.
pub struct Change<'a> {
    /// Before.
    pub before: &'a [f32],
    /// After.
    pub after: &'a [f32],
    /// What should be there after, with its flat index.
    pub golden: Vec<(usize, f64)>,
}

impl Change<'_> {
    /// A parameter's change is compared in learning rates, unless its gradient is too small.
    pub fn check_steps(
        &self,
        what: &str,
        gradients: &BTreeMap<usize, f64>,
        learning_rate: f64,
        compared: &mut Compared,
    ) {
        let largest = gradients.values().fold(0.0f64, |most, g| most.max(g.abs()));
        for &(place, after) in &self.golden {
            compared.all += 1;
            let gradient = gradients[&place].abs();
            if gradient > 0.0 && gradient < ILL_CONDITIONED * largest {
                compared.let_off += 1;
                continue;
            }
            let missed = self.check(what, place, after, MISSED * learning_rate);
            compared.worst = compared.worst.max(missed / learning_rate);
        }
    }

    /// A buffer's change is compared with the largest in it.
    pub fn check_all(&self, what: &str) {
        let changes = self.golden.iter();
        let changes = changes.map(|&(place, after)| after - f64::from(self.before[place]));
        let largest = changes.fold(0.0f64, |most, change| most.max(change.abs()));
        for &(place, after) in &self.golden {
            self.check(what, place, after, RELATIVE * largest);
        }
    }

    /// Returns the difference beyond what rounding explains.
    fn check(&self, what: &str, place: usize, golden: f64, tolerance: f64) -> f64 {
        let (from, to) = (self.before[place], self.after[place]);
        // Float32 has no number in between.
        let size = from.abs().max(to.abs());
        let rounding = 2.0 * f64::from(size.next_up() - size);
        let expected = golden - f64::from(from);
        let actual = f64::from(to) - f64::from(from);
        let missed = (actual - expected).abs() - rounding;
        assert!(
            missed <= tolerance,
            "{what}, number {place}: {actual:e}, not {expected:e} ± {tolerance:e}, from {from}"
        );
        missed.max(0.0)
    }
}
