//! Whole training steps against the reference: reports, gradients, parameters
//! and running statistics. One test for each golden file.

mod support;

use burn::tensor::Tensor;
use ganvas_core::trainer::{Adversarial, Player};
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
    training.system().adversarial().unwrap().clone()
}

impl System for Adversarial {
    fn players(&self) -> Vec<&Player> {
        Adversarial::players(self).to_vec()
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        Adversarial::players_mut(self).into_iter().collect()
    }

    fn step(&mut self, inputs: &Inputs<'_>) -> Report {
        let d = self.update_discriminator(inputs.tensor("real_images"), inputs.tensor("d_latent"));
        let g = self.update_generator(inputs.tensor("g_latent"));
        let (d_loss, g_loss) = (scalar(d.loss.clone()), scalar(g.loss));
        Report::from([
            ("d_loss", d_loss),
            ("d_total", d_loss),
            ("g_loss", g_loss),
            ("g_total", g_loss),
            ("d_real", mean(&d.real_logits(), sigmoid)),
            ("d_fake", mean(&d.fake_logits(), sigmoid)),
            ("real_logit", mean(&d.real_logits(), |logit| logit)),
            ("fake_logit", mean(&d.fake_logits(), |logit| logit)),
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
