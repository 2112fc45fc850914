//! Runs a `*_step.json` file through a trainer.
//!
//! A new kind of system needs two things: [`System`] for its type, and a test
//! that calls [`check_file`] with a function that builds it from a case's
//! `experiment`. Everything else goes by PyTorch's names.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use ganvas_core::trainer::Player;
use serde_json::Value;

use super::golden::{self, RELATIVE, assert_number, assert_tensor_within, entries, get};
use super::named;

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
            }
        }
        self.check_state(&system, "after_last_step");
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
            assert_number(&what, actual, expected.as_f64().unwrap(), RELATIVE);
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

    fn list(&self, name: &str) -> &[Value] {
        get(self.golden, name).as_array().unwrap()
    }
}
