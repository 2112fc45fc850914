//! The same run on the CPU and on WebGPU.

use ganvas_core::Experiment;
use ganvas_web::Session;

use crate::steps::{Apart, Figures, GRADIENTS, Named, figures_apart, floats, gradients_apart};

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
    pub async fn agrees(&mut self, what: &str, steps: usize) {
        for step in 1..=steps {
            let what = format!("{what}, step {step}");
            let Apart { what: name, part } = self.step(&what).await;
            assert!(
                part <= GRADIENTS,
                "{what}: {name} is off by {part:e} of its length"
            );
        }
    }

    /// Takes a step, asserts that the backends agree in their figures, and returns how far
    /// apart the mean gradients are of the tensor where that is most, as a part of their
    /// length.
    pub async fn step(&mut self, what: &str) -> Apart {
        let (on_cpu, on_gpu) = (figures(&mut self.cpu).await, figures(&mut self.gpu).await);
        assert_figures(what, &on_cpu, &on_gpu);
        let [on_cpu, on_gpu] = [tensors(&mut self.cpu).await, tensors(&mut self.gpu).await];
        gradients_apart(&on_cpu, &on_gpu)
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
pub async fn figures(session: &mut Session) -> Figures {
    assert_eq!(session.train(1, 1e9).await.unwrap(), 1);
    let report = session.report().await.unwrap();
    let json = js_sys::JSON::stringify(&report).unwrap();
    serde_json::from_str(&json.as_string().unwrap()).unwrap()
}

/// The floats of a checkpoint.
pub async fn tensors(session: &mut Session) -> Named {
    floats(&session.save().await.unwrap())
}

/// Asserts that both say the same of the same things.
pub fn assert_figures(what: &str, on_cpu: &Figures, on_gpu: &Figures) {
    let apart = figures_apart(on_cpu, on_gpu);
    assert!(apart.part <= 1.0, "{what}: {}", apart.what);
}
