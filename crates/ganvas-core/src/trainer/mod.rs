//! One update of each kind of system. No loop and no I/O: [`crate::Training`]
//! brings data and counts steps.

mod adversarial;
mod cyclegan;
mod player;
mod system;
mod vae;

use burn::tensor::{Device, Tensor, TensorData};

pub use adversarial::{
    Adversarial, DiscriminatorBatch, DiscriminatorOutcome, GeneratorBatch, GeneratorOutcome,
    Objective,
};
pub use cyclegan::{CycleGan, Translations};
pub use player::Player;
pub use system::System;
pub use vae::{Vae, VaeOutcome};

/// Classes that a conditional system knows: the digits.
pub const CLASSES: usize = 10;

/// A named figure of an update, `[1]`, on the device until read.
pub type Term = (&'static str, Tensor<1>);

/// A discriminator's output, `[batch, 1, 1, 1]`, as D(x) before the sigmoid, `[batch, 1]`.
fn logits(output: Tensor<4>) -> Tensor<2> {
    let batch = output.dims()[0];
    output.reshape([batch, 1])
}

/// Labels as one-hot vectors, `[batch, 10, 1, 1]`.
fn one_hot(labels: &[u8], device: &Device) -> Tensor<4> {
    let mut values = vec![0.0f32; labels.len() * CLASSES];
    for (row, &label) in values.chunks_exact_mut(CLASSES).zip(labels) {
        if let Some(value) = row.get_mut(usize::from(label)) {
            *value = 1.0;
        }
    }
    Tensor::from_data(
        TensorData::new(values, [labels.len(), CLASSES, 1, 1]),
        device,
    )
}
