//! Every training step on a GPU gives what it gives on the CPU: which steps are compared, by
//! which numbers, and how far apart they may be.
//!
//! `tests/systems` runs it in a browser, `tools/gpu-check` on a machine's own GPU.

#[path = "../../../ganvas-core/tests/support/experiments.rs"]
pub mod experiments;

use std::collections::BTreeMap;

use ganvas_core::Experiment;
use ganvas_core::experiment::Model;
use safetensors::SafeTensors;

use experiments::plainest;

/// What a report says, relative to itself, or to 1 where it is smaller.
const FIGURES: f64 = 1e-3;
/// Mean gradients: the length of the difference, as a part of the gradient's length, tensor
/// by tensor. A value that rounding pushes over the kink of a ReLU moves a gradient by some
/// hundredths; a wrong one is off by a good part of itself.
pub const GRADIENTS: f64 = 2e-2;
/// How far apart they may be where no value is at such a kink.
pub const SMOOTH: f64 = 2e-3;
/// What is zero but for rounding is held against this part of the network's whole gradient.
const ROUNDING: f64 = 1e-3;
/// With many values some may be at a kink. Where they lie is another matter with every seed;
/// a wrong kernel is wrong with each.
const SEEDS: [u64; 4] = [3, 4, 5, 6];
/// Steps of a run whose gradients may pass kinks.
pub const STEPS: usize = 2;

/// Numbers of a report, by name.
pub type Figures = BTreeMap<String, f64>;
/// Numbers of named tensors.
pub type Named = BTreeMap<String, Vec<f32>>;

/// Something that the devices do not agree on.
#[derive(Clone)]
pub struct Apart {
    /// Which number or tensor.
    pub what: String,
    /// By how much; infinite where numbers are missing or NaN.
    pub part: f64,
}

impl Apart {
    fn wholly(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            part: f64::INFINITY,
        }
    }
}

/// The floats of a checkpoint.
///
/// # Panics
///
/// Where the bytes are no checkpoint.
pub fn floats(checkpoint: &[u8]) -> Named {
    let file = SafeTensors::deserialize(checkpoint).unwrap();
    file.iter()
        .filter(|(_, view)| view.dtype() == safetensors::Dtype::F32)
        .map(|(name, view)| {
            let numbers = view.data().as_chunks::<4>().0.iter();
            let numbers = numbers.map(|bytes| f32::from_le_bytes(*bytes));
            (name.to_owned(), numbers.collect())
        })
        .collect()
}

/// The figure that is furthest apart, as a part of what is allowed.
pub fn figures_apart(on_cpu: &Figures, on_gpu: &Figures) -> Apart {
    if on_cpu.is_empty() || !on_cpu.keys().eq(on_gpu.keys()) {
        return Apart::wholly(format!("{on_cpu:?} on the CPU, {on_gpu:?} on the GPU"));
    }
    furthest(on_cpu.iter().map(|(name, a)| {
        let b = on_gpu[name];
        Apart {
            what: format!("{name} is {a} on the CPU, {b} on the GPU"),
            part: (a - b).abs() / (FIGURES * a.abs().max(1.0)),
        }
    }))
}

/// The tensor whose mean gradients, as Adam keeps them, are furthest apart, as a part of
/// their length.
pub fn gradients_apart(on_cpu: &Named, on_gpu: &Named) -> Apart {
    if !on_cpu.keys().eq(on_gpu.keys()) {
        return Apart::wholly("tensors have other names");
    }
    furthest(gradients(on_cpu).map(|(name, expected)| {
        let whole = gradients(on_cpu).filter(|(other, _)| player(other) == player(name));
        let whole = length(whole.flat_map(|(_, values)| values.iter().copied()));
        let actual = &on_gpu[name];
        if whole == 0.0 || actual.len() != expected.len() {
            return Apart::wholly(format!("{name} (no gradient, or of another length)"));
        }
        let missed = length(actual.iter().zip(expected).map(|(a, e)| a - e));
        let size = length(expected.iter().copied()).max(ROUNDING * whole);
        Apart {
            what: name.clone(),
            part: missed / size,
        }
    }))
}

/// Of none, a gap without a name: then nothing was compared.
fn furthest(all: impl Iterator<Item = Apart>) -> Apart {
    all.map(|apart| match apart.part.is_nan() {
        true => Apart::wholly(apart.what),
        false => apart,
    })
    .max_by(|a, b| a.part.total_cmp(&b.part))
    .unwrap_or_else(|| Apart::wholly("nothing to compare"))
}

/// Adam's mean gradients.
fn gradients(tensors: &Named) -> impl Iterator<Item = (&String, &Vec<f32>)> {
    tensors
        .iter()
        .filter(|(name, _)| name.starts_with("optimizer.") && name.ends_with(".exp_avg"))
}

/// The network that a tensor of an optimizer belongs to.
fn player(name: &str) -> Option<&str> {
    name.split('.').nth(1)
}

fn length(values: impl Iterator<Item = f32>) -> f64 {
    values.map(|v| f64::from(v).powi(2)).sum::<f64>().sqrt()
}

/// The plainest experiment of every convolutional model, at a size at which kernels take
/// other paths.
pub fn of_size(width: usize, image_size: usize) -> Vec<Experiment> {
    let convolve = |model: &&Model| **model != Model::Gan && model.has_images();
    (Model::ALL.iter().filter(convolve))
        .map(|model| plainest(model.as_str(), width, image_size))
        .collect()
}

/// How far apart the gradients are of an experiment with the first seed that keeps clear of
/// kinks: at most [`SMOOTH`], unless a kernel is wrong.
pub async fn with_any_seed(
    experiment: &Experiment,
    mut first_step: impl AsyncFnMut(Experiment) -> Apart,
) -> Apart {
    let mut least = Apart::wholly("no seed was tried");
    for seed in SEEDS {
        let apart = first_step(Experiment {
            seed,
            ..experiment.clone()
        })
        .await;
        if apart.part < least.part || least.part.is_infinite() {
            least = apart;
        }
        if least.part <= SMOOTH {
            break;
        }
    }
    least
}
