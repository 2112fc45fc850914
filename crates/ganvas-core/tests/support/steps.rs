//! Runs a `*_step.json` file through a trainer.
//!
//! A new kind of system needs two things: [`System`] for its type, and a test
//! that calls [`check_file`] with a function that builds it from a case's
//! `experiment`. Everything else goes by PyTorch's names.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use ganvas_core::player::Player;
use serde_json::Value;

use super::golden::{self, RELATIVE, assert_number, assert_tensor_within, entries, get};
use super::named;

/// How far a parameter may end from where it should, in learning rates. The largest
/// difference is 1e-5 beyond the parameter's own rounding, after three steps.
const MISSED: f64 = 1e-3;
/// An entry whose golden gradient is smaller than this part of the largest in its tensor,
/// though not 0, is let off: Adam divides a gradient by its own size, so that where it may
/// have either sign (see [`Case::check_gradients`]) the parameter may move either way.
/// Where it is 0 (behind a closed ReLU, say) nothing may move.
const ILL_CONDITIONED: f64 = RELATIVE;
/// Added to the tolerance of a report's numbers: some are means of logits around 1 that
/// cancel. In `unrolled`, 0.0024306 comes out 4.0e-7 less; nothing else needs it.
const CANCELLED: f64 = 1e-6;
/// At most this share of a case's parameters may be let off. Most cases have a tenth of
/// that; only the linear stem, whose BatchNorm sees three numbers a channel, has more.
const LET_OFF: f64 = 0.02;

/// A system of networks under test.
pub trait System {
    /// Every network, named as in the golden file.
    fn players(&self) -> Vec<&Player>;
    /// The same, to be given parameters.
    fn players_mut(&mut self) -> Vec<&mut Player>;
    /// One whole step; returns at least the report's terms.
    fn step(&mut self, inputs: &Inputs<'_>) -> Report;
    /// Whether a network takes just one optimizer step in a whole step, so that
    /// Adam's state shows the first gradient.
    fn updates_once(&self, _player: &str) -> bool {
        true
    }
}

/// The scalars of a step, by name.
pub type Report = BTreeMap<&'static str, f64>;

/// The batch of one step.
pub struct Inputs<'a> {
    inputs: &'a Value,
    device: &'a Device,
}

impl Inputs<'_> {
    /// An input as `[batch, channels, height, width]`; vectors are 1×1 images.
    pub fn tensor(&self, name: &str) -> Tensor<4> {
        golden::tensor(get(self.inputs, name), self.device)
    }

    /// An input that not every case has, as it is in the file.
    pub fn optional(&self, name: &str) -> Option<&Value> {
        self.inputs.get(name)
    }

    /// An input as it is in the file, such as labels.
    pub fn raw(&self, name: &str) -> &Value {
        get(self.inputs, name)
    }
}

/// Checks every case of a file, three steps each; returns how many there were.
pub fn check_file<S: System>(
    name: &str,
    device: &Device,
    mut build: impl FnMut(&str, &Value) -> S,
) -> usize {
    let file = golden::file(name);
    let mut count = 0;
    for (case, golden) in entries(get(&file, "cases")) {
        let system = build(case, get(golden, "experiment"));
        Case {
            name: format!("{name}, case {case}"),
            golden,
            device,
        }
        .check(system);
        count += 1;
    }
    golden::print_worst(name);
    count
}

struct Case<'a> {
    name: String,
    golden: &'a Value,
    device: &'a Device,
}

impl Case<'_> {
    fn check(&self, mut system: impl System) {
        self.give_parameters(&mut system);
        let reports = self.list("reports");
        for (index, (inputs, expected)) in self.list("inputs").iter().zip(reports).enumerate() {
            let device = self.device;
            let report = system.step(&Inputs { inputs, device });
            self.check_report(index, &report, expected);
            if index == 0 {
                self.check_gradients(&system);
                self.check_state(&system, "after_first_step");
                self.check_changes(&system, "after_first_step");
            }
        }
        self.check_state(&system, "after_last_step");
        self.check_changes(&system, "after_last_step");
    }

    fn give_parameters(&self, system: &mut impl System) {
        let golden = get(self.golden, "parameters");
        let mut given = 0;
        for player in system.players_mut() {
            let prefix = named::prefix(player);
            player.parameters = named::fill(&player.network, self.device, |spec| {
                let value = get(golden, &format!("{prefix}{}", spec.name));
                assert_eq!(
                    spec.shape,
                    golden::shape(value),
                    "{}: {}",
                    self.name,
                    spec.name
                );
                given += 1;
                golden::values(value)
            });
        }
        let all = entries(golden).count();
        assert_eq!(given, all, "{}: the networks lack some tensors", self.name);
    }

    fn check_report(&self, index: usize, report: &Report, expected: &Value) {
        for (term, expected) in entries(expected) {
            let what = format!("{}, report {index}, {term}", self.name);
            let actual = *report
                .get(term)
                .unwrap_or_else(|| panic!("{what}: not reported"));
            let expected = expected.as_f64().unwrap();
            assert_number(&what, actual, expected, RELATIVE, CANCELLED);
        }
    }

    /// After one update m = (1 − β₁) g and v = (1 − β₂) g².
    fn check_gradients(&self, system: &impl System) {
        let golden = get(self.golden, "first_gradients");
        for player in system.players() {
            if !system.updates_once(player.name) {
                continue;
            }
            let [mean, square] = named::moments(player);
            for (name, mean) in mean {
                let expected = get(golden, &name);
                let (beta1, beta2) = (player.config.beta1, player.config.beta2);
                let what = format!("{}, gradient of {name}", self.name);
                let gradient: Vec<f32> = mean
                    .iter()
                    .map(|m| (f64::from(*m) / (1.0 - beta1)) as f32)
                    .collect();
                // What is zero but for rounding has the size of that rounding.
                let absolute = if self.is_insensitive(&name) {
                    1e-4
                } else {
                    0.0
                };
                assert_tensor_within(&what, &gradient, expected, RELATIVE, absolute);
                // v against g² of the gradient that was just checked.
                let second: Vec<f64> = gradient
                    .iter()
                    .map(|g| (1.0 - beta2) * f64::from(*g).powi(2))
                    .collect();
                let what = format!("{}, squared gradient of {name}", self.name);
                golden::assert_slice(&what, &square[&name], &second, 2.0 * RELATIVE, 0.0);
            }
        }
    }

    fn is_insensitive(&self, name: &str) -> bool {
        self.list("insensitive").iter().any(|other| other == name)
    }

    fn check_state(&self, system: &impl System, moment: &str) {
        let golden = get(self.golden, moment);
        let players = system.players();
        for (name, expected) in entries(golden) {
            let player = players
                .iter()
                .find(|player| name.starts_with(&named::prefix(player)))
                .unwrap_or_else(|| panic!("{}: no network holds {name}", self.name));
            let actual = &named::state(player)[name];
            // Rounding decides the direction in which Adam moves these.
            let absolute = if self.is_insensitive(name) {
                2.0 * player.config.learning_rate
            } else {
                0.0
            };
            let what = format!("{}, {moment}, {name}", self.name);
            assert_tensor_within(&what, actual, expected, RELATIVE, absolute);
        }
    }

    /// What training changed, beside what it should have changed: comparing the numbers
    /// themselves cannot see one update of a parameter that is thousands of them large.
    fn check_changes(&self, system: &impl System, moment: &str) {
        let mut compared = Compared::default();
        for player in system.players() {
            let state = named::state(player);
            for (name, golden) in entries(get(self.golden, moment)) {
                // What rounding alone moves may go anywhere.
                if let Some(actual) = state.get(name)
                    && !self.is_insensitive(name)
                {
                    let what = format!("{}, {moment}, change of {name}", self.name);
                    let before = golden::values(get(get(self.golden, "parameters"), name));
                    let change = Change {
                        before: &before,
                        after: actual,
                        golden: golden::places(golden),
                    };
                    match get(self.golden, "first_gradients").get(name) {
                        Some(gradients) => {
                            let gradients = golden::places(gradients).into_iter().collect();
                            change.check_steps(
                                &what,
                                &gradients,
                                player.config.learning_rate,
                                &mut compared,
                            );
                        }
                        // Running statistics and directions.
                        None => change.check_all(&what),
                    }
                }
            }
        }
        let Compared {
            all,
            let_off,
            worst,
        } = compared;
        println!(
            "{}, {moment}: {let_off} of {all} parameters let off, the others within \
             {worst:.1e} learning rates",
            self.name
        );
        assert!(
            all > 0 && f64::from(let_off) <= LET_OFF * f64::from(all),
            "{}, {moment}: {let_off} of {all} parameters let off",
            self.name
        );
    }

    fn list(&self, name: &str) -> &[Value] {
        get(self.golden, name).as_array().unwrap()
    }
}

/// How many parameters were compared, and with what result.
#[derive(Default)]
struct Compared {
    all: u32,
    let_off: u32,
    /// The largest difference, in learning rates.
    worst: f64,
}

/// One tensor before and after, and some places with what should be there.
struct Change<'a> {
    before: &'a [f32],
    after: &'a [f32],
    golden: Vec<(usize, f64)>,
}

impl Change<'_> {
    /// A parameter's change is compared in learning rates, unless its gradient is too small.
    fn check_steps(
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
    fn check_all(&self, what: &str) {
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
