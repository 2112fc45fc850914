//! Whole training steps against the reference: reports, gradients, parameters
//! and running statistics. One test for each golden file.

mod support;

use burn::tensor::Tensor;
use ganvas_core::player::Player;
use ganvas_core::system::adversarial::{DiscriminatorBatch, GeneratorBatch};
use ganvas_core::system::{Adversarial, Behaviour};
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::Value;
use support::golden::read;
use support::runs::device;
use support::steps::{Inputs, Report, System, check_file};

#[test]
fn dcgan() {
    assert_eq!(check_file("dcgan_step", &device(), adversarial), 2);
}

/// The system that [`Training`] builds for a case's experiment.
fn adversarial(_case: &str, experiment: &Value) -> Adversarial {
    let mut changes = experiment.clone();
    // How many channels there are follows from the model.
    assert_eq!(
        changes.as_object_mut().unwrap().remove("channels"),
        Some(1.into())
    );
    let experiment = Experiment::from_value(changes).unwrap();
    let digits = Dataset::procedural(experiment.batch_size, 1);
    let training = Training::new(experiment, digits, &device()).unwrap();
    training.system().duel().unwrap().clone()
}

impl System for Adversarial {
    fn players(&self) -> Vec<&Player> {
        Behaviour::players(self)
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        Behaviour::players_mut(self)
    }

    fn step(&mut self, inputs: &Inputs<'_>) -> Report {
        let d = self
            .update_discriminator(DiscriminatorBatch {
                real: inputs.tensor("real_images").into(),
                z: inputs.tensor("d_latent"),
                epsilon: None,
            })
            .unwrap();
        let g = self.update_generator(GeneratorBatch {
            z: inputs.tensor("g_latent"),
            labels: None,
            real: None,
        });
        let (d_loss, g_loss) = (scalar(d.loss.clone()), scalar(g.loss));
        Report::from([
            ("d_loss", d_loss),
            ("d_total", d_loss),
            ("g_loss", g_loss),
            ("g_total", g_loss),
            ("d_real", mean(&d.logits.real(), sigmoid)),
            ("d_fake", mean(&d.logits.fake(), sigmoid)),
            ("real_logit", mean(&d.logits.real(), |logit| logit)),
            ("fake_logit", mean(&d.logits.fake(), |logit| logit)),
        ])
    }
}

fn scalar(tensor: Tensor<1>) -> f64 {
    read(tensor)[0].into()
}

fn mean(logits: &Tensor<2>, function: impl Fn(f64) -> f64) -> f64 {
    let values = read(logits.clone());
    values.iter().map(|v| function((*v).into())).sum::<f64>() / values.len() as f64
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
