//! The same run on the CPU and on WebGPU.

use std::collections::BTreeMap;

use ganvas_core::Experiment;
use ganvas_web::Session;
use safetensors::SafeTensors;

/// What a report says, relative to itself, or to 1 where it is smaller.
const FIGURES: f64 = 1e-3;
/// Mean gradients: the length of the difference, as a part of the gradient's length, tensor
/// by tensor. A value that rounding pushes over the kink of a ReLU moves a gradient by some
/// hundredths; a wrong one is off by a good part of itself.
const GRADIENTS: f64 = 2e-2;
/// What is zero but for rounding is held against this part of the network's whole gradient.
const ROUNDING: f64 = 1e-3;

/// Numbers of named tensors.
pub type Named = BTreeMap<String, Vec<f32>>;

/// Two sessions, which go through one experiment after the other: a device and its
/// pipelines are made once.
pub struct Pair {
    cpu: Session,
    gpu: Session,
}

impl Pair {
    /// Both sessions, at the start of an experiment.
    pub async fn open(experiment: &Experiment) -> Self {
        Self {
            cpu: open("cpu", experiment).await,
            gpu: open("webgpu", experiment).await,
        }
    }

    /// Goes on to another experiment.
    pub async fn begin(&mut self, experiment: &Experiment) {
        for session in [&mut self.cpu, &mut self.gpu] {
            let changes = parse(&experiment.to_json());
            session.reset(changes).await.unwrap();
        }
    }

    /// Takes some steps, and asserts after each that the backends agree in their figures
    /// and in Adam's mean gradients.
    pub async fn agrees(&mut self, what: &str, steps: u32) {
        for step in 1..=steps {
            let what = format!("{what}, step {step}");
            let (apart, name) = self.step(&what).await;
            assert!(
                apart <= GRADIENTS,
                "{what}: {name} is off by {apart:e} of its length"
            );
        }
    }

    /// Takes a step, asserts that the backends agree in their figures, and returns how far
    /// apart the mean gradients are of the tensor where that is most, as a part of their
    /// length.
    pub async fn step(&mut self, what: &str) -> (f64, String) {
        let (on_cpu, on_gpu) = (figures(&mut self.cpu).await, figures(&mut self.gpu).await);
        assert_figures(what, &on_cpu, &on_gpu);
        let [on_cpu, on_gpu] = [tensors(&mut self.cpu).await, tensors(&mut self.gpu).await];
        apart(what, &on_cpu, &on_gpu)
    }
}

async fn open(backend: &str, experiment: &Experiment) -> Session {
    Session::create(backend.into(), parse(&experiment.to_json()))
        .await
        .unwrap_or_else(|error| panic!("{backend}: {error:?}"))
}

fn parse(json: &str) -> wasm_bindgen::JsValue {
    js_sys::JSON::parse(json).unwrap()
}

/// The figures of one more step, by name.
pub async fn figures(session: &mut Session) -> BTreeMap<String, f64> {
    assert_eq!(session.train(1, 1e9).await.unwrap(), 1);
    let report = session.report().await.unwrap();
    let json = js_sys::JSON::stringify(&report).unwrap();
    serde_json::from_str(&json.as_string().unwrap()).unwrap()
}

/// The floats of a checkpoint.
pub async fn tensors(session: &mut Session) -> Named {
    let bytes = session.save().await.unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    file.iter()
        .filter(|(_, view)| view.dtype() == safetensors::Dtype::F32)
        .map(|(name, view)| {
            let numbers = view.data().as_chunks::<4>().0.iter();
            let numbers = numbers.map(|bytes| f32::from_le_bytes(*bytes));
            (name.to_owned(), numbers.collect())
        })
        .collect()
}

/// Asserts that both say the same of the same things.
pub fn assert_figures(what: &str, on_cpu: &BTreeMap<String, f64>, on_gpu: &BTreeMap<String, f64>) {
    assert!(
        on_cpu.keys().eq(on_gpu.keys()),
        "{what}: {on_cpu:?} on the CPU, {on_gpu:?} on WebGPU"
    );
    for (name, a) in on_cpu {
        let b = on_gpu[name];
        assert!(
            (a - b).abs() <= FIGURES * a.abs().max(1.0),
            "{what}: {name} is {a} on the CPU, {b} on WebGPU"
        );
    }
}

fn apart(what: &str, on_cpu: &Named, on_gpu: &Named) -> (f64, String) {
    assert!(on_cpu.keys().eq(on_gpu.keys()), "{what}");
    let distances = gradients(on_cpu).map(|(name, expected)| {
        let whole = gradients(on_cpu).filter(|(other, _)| player(other) == player(name));
        let whole = length(whole.flat_map(|(_, values)| values.iter().copied()));
        let actual = &on_gpu[name];
        assert_eq!(actual.len(), expected.len(), "{what}: {name}");
        assert!(whole > 0.0, "{what}: {name} has no gradient");
        let missed = length(actual.iter().zip(expected).map(|(a, e)| a - e));
        let size = length(expected.iter().copied()).max(ROUNDING * whole);
        assert!(missed.is_finite(), "{what}: {name} is off by {missed}");
        (missed / size, name.clone())
    });
    distances
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .unwrap_or_else(|| panic!("{what}: no gradients"))
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
