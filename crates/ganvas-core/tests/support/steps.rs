//! Runs a `*_step.json` or `*_wide.json` file through a trainer.
//!
//! A new kind of system needs two things: [`System`] for its type, and a test
//! that calls [`check_file`] with a function that builds it from a case's
//! `experiment`. Everything else goes by PyTorch's names.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use ganvas_core::optimizer::Adam;
use ganvas_core::player::Player;
use serde_json::Value;

use super::change::{Change, Compared};
use super::golden::{self, RELATIVE, assert_number, assert_tensor_within, entries, get};
use super::named::{self, Named};
use super::probe::{assert_probe, assert_result};

/// Added to the tolerance of a report's numbers: some are means of logits around 1 that
/// cancel. In `unrolled`, 0.0024306 comes out 4.0e-7 less; nothing else needs it.
const CANCELLED: f64 = 1e-6;
/// How far a parameter whose gradient is zero but for rounding may move under the large ε
/// of the `*_wide` files: a thousandth of the learning rate.
const INSENSITIVE: f64 = 5e-6;

/// What a step changed in the `*_wide` files, relative to the largest change in a tensor.
/// The gradient counts relative to ε there, which is far below the largest gradients: an
/// error that is a millionth of those is 1e-4 of a change.
const CHANGE: f64 = 1e-3;
/// The same after all steps: nothing keeps those after the first clear of the kinks of ReLUs,
/// one of which moves a gradient by a hundredth.
const CHANGE_OF_ALL: f64 = 1e-2;
/// Added to the tolerance of a report there after the first step, for the same reason: means
/// of logits around 1 cancel.
const LATER: f64 = 1e-4;

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

/// Checks every case of a file, each step of it; returns how many there were.
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
        let before = states(&system);
        let reports = self.list("reports");
        for (index, (inputs, expected)) in self.list("inputs").iter().zip(reports).enumerate() {
            let device = self.device;
            let report = system.step(&Inputs { inputs, device });
            self.check_report(index, &report, expected);
            if index == 0 {
                self.check_gradients(&system);
                self.check_moment(&system, "after_first_step");
                self.check_difference(&system, &before, "change_of_first_step", CHANGE);
            }
        }
        self.check_moment(&system, "after_last_step");
        self.check_difference(&system, &before, "change_of_all_steps", CHANGE_OF_ALL);
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
            player.adam = Adam::of(&player.config, &player.parameters.flat);
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
            let wide = self.golden.get("change_of_all_steps").is_some();
            let absolute = match wide && index > 0 {
                true => LATER,
                false => CANCELLED,
            };
            assert_number(&what, actual, expected, RELATIVE, absolute);
        }
    }

    /// After one update m = (1 − β₁) g and v = (1 − β₂) g².
    fn check_gradients(&self, system: &impl System) {
        let golden = get(self.golden, "first_gradients");
        for player in system.players() {
            let prefix = named::prefix(player);
            // A file may leave out a network whose numbers stand in another file.
            if !system.updates_once(player.name)
                || entries(golden).all(|(name, _)| !name.starts_with(&prefix))
            {
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
                let absolute = match self.is_insensitive(&name) {
                    true => 1e-4,
                    false => 0.0,
                };
                assert_result(&what, &gradient, expected, RELATIVE, absolute);
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

    /// The state at a moment, where the file has it.
    fn check_moment(&self, system: &impl System, moment: &str) {
        if self.golden.get(moment).is_some() {
            self.check_state(system, moment);
            self.check_changes(system, moment);
        }
    }

    /// What has changed since `before`, where the file has that.
    fn check_difference(&self, system: &impl System, before: &Named, moment: &str, relative: f64) {
        let Some(golden) = self.golden.get(moment) else {
            return;
        };
        let after = states(system);
        let learnt = get(self.golden, "parameters");
        assert_eq!(entries(golden).count(), entries(learnt).count(), "{moment}");
        for (name, expected) in entries(golden) {
            let pairs = after[name].iter().zip(&before[name]);
            let change: Vec<f32> = pairs.map(|(after, before)| after - before).collect();
            let absolute = match self.is_insensitive(name) {
                true => INSENSITIVE,
                false => 0.0,
            };
            let what = format!("{}, {moment}, {name}", self.name);
            assert_probe(&what, &change, expected, relative, absolute);
        }
    }

    fn check_state(&self, system: &impl System, moment: &str) {
        for player in system.players() {
            let state = named::state(player);
            // Rounding decides the direction in which Adam moves these.
            let rate = 2.0 * player.config.learning_rate;
            for (name, expected) in self.of_player(player, moment) {
                let absolute = match self.is_insensitive(name) {
                    true => rate,
                    false => 0.0,
                };
                let what = format!("{}, {moment}, {name}", self.name);
                assert_tensor_within(&what, &state[name], expected, RELATIVE, absolute);
            }
        }
    }

    /// What training changed, beside what it should have changed: comparing the numbers
    /// themselves cannot see one update of a parameter that is thousands of them large.
    fn check_changes(&self, system: &impl System, moment: &str) {
        let mut compared = Compared::default();
        for player in system.players() {
            let state = named::state(player);
            for (name, golden) in self.of_player(player, moment) {
                // What rounding alone moves may go anywhere.
                if self.is_insensitive(name) {
                    continue;
                }
                let what = format!("{}, {moment}, change of {name}", self.name);
                // An average begins with the parameters.
                let begun = name.strip_prefix("average.").unwrap_or(name);
                let before = golden::values(get(get(self.golden, "parameters"), begun));
                let change = Change {
                    before: &before,
                    after: &state[name],
                    golden: golden::places(golden),
                };
                match get(self.golden, "first_gradients").get(name) {
                    Some(gradients) => {
                        let gradients = golden::places(gradients).into_iter().collect();
                        let rate = player.config.learning_rate;
                        change.check_steps(&what, &gradients, rate, &mut compared);
                    }
                    // Averages, running statistics and directions.
                    None => change.check_all(&what),
                }
            }
        }
        compared.check(&format!("{}, {moment}", self.name));
    }

    /// A player's tensors among those of a moment, each of which is some player's.
    fn of_player(&self, player: &Player, moment: &str) -> Vec<(&str, &Value)> {
        let own = [named::prefix(player), named::average_prefix(player)];
        entries(get(self.golden, moment))
            .filter(|(name, _)| own.iter().any(|prefix| name.starts_with(prefix)))
            .collect()
    }

    fn list(&self, name: &str) -> &[Value] {
        get(self.golden, name).as_array().unwrap()
    }
}

/// Every number of every network, by name.
fn states(system: &impl System) -> Named {
    system
        .players()
        .into_iter()
        .flat_map(named::state)
        .collect()
}
