//! Small runs to test with.

use burn::tensor::Device;
use ganvas_core::{Dataset, Experiment, Training, own_data};

/// The CPU, in Rust alone: the same numbers on every machine of a kind.
pub fn device() -> Device {
    Device::flex()
}

/// An experiment that takes milliseconds.
pub fn tiny() -> Experiment {
    Experiment {
        width: 2,
        latent_dim: 5,
        batch_size: 4,
        seed: 11,
        ..Experiment::default()
    }
}

/// Thirty drawn digits: not a multiple of the batch.
pub fn digits() -> Dataset {
    Dataset::procedural(30, 5)
}

/// What an experiment learns: its own points, or drawn digits.
pub fn data(experiment: &Experiment) -> Dataset {
    own_data(experiment).unwrap().unwrap_or_else(digits)
}

/// A fresh run.
pub fn run(experiment: Experiment) -> Training {
    let data = data(&experiment);
    Training::new(experiment, data, &device()).unwrap()
}

/// A run after some steps.
pub fn trained(experiment: Experiment, steps: usize) -> Training {
    let mut training = run(experiment);
    for _ in 0..steps {
        training.step().unwrap();
    }
    training
}

/// Waits for a future.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

/// Everything that a run remembers, as exact bits: parameters, running
/// statistics, optimizer state and counters.
pub fn fingerprint(training: &Training) -> Vec<u32> {
    let mut bits = Vec::new();
    for player in training.system().players() {
        for tensor in [
            &player.parameters.flat,
            &player.parameters.statistics,
            &player.adam.mean,
            &player.adam.square,
        ] {
            let values = super::golden::read(tensor.clone());
            bits.extend(values.into_iter().map(f32::to_bits));
        }
        for direction in &player.parameters.directions {
            let values = super::golden::read(direction.clone());
            bits.extend(values.into_iter().map(f32::to_bits));
        }
        bits.extend([player.adam.updates as u32, player.passes as u32]);
    }
    let progress = training.progress();
    bits.push(progress.discriminator_updates as u32);
    bits.push(progress.generator_updates as u32);
    bits
}
