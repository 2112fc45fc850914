//! Whole training steps of every system against the reference: reports, gradients,
//! parameters and buffers. One test for each golden file.

mod support;

use burn::tensor::Tensor;
use ganvas_core::network::{Convolution, Labelled, Network, Plan, Shape, critic};
use ganvas_core::optimizer::Adam;
use ganvas_core::player::Player;
use ganvas_core::regularizer::mmd_bandwidths;
use ganvas_core::system::adversarial::{DiscriminatorBatch, GeneratorBatch};
use ganvas_core::system::{self, Term};
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::{Value, json};
use support::golden::{numbers, read};
use support::named;
use support::runs::device;
use support::steps::{Inputs, Report, System, check_file};

#[test]
fn fully_connected() {
    check("fully_connected_step", 1, json!({ "model": "gan" }));
}

#[test]
fn linear_stem() {
    check("linear_stem_step", 1, json!({ "model": "dcgan_linear" }));
}

#[test]
fn least_squares() {
    check("least_squares_step", 1, json!({}));
}

#[test]
fn hinge() {
    check("hinge_step", 1, json!({}));
}

#[test]
fn wgan_clipping() {
    check("wgan_clipping_step", 2, json!({ "model": "wgan" }));
}

#[test]
fn wgan_gp() {
    check("wgan_gp_step", 2, json!({ "model": "wgan_gp" }));
}

#[test]
fn critic_steps() {
    check("critic_steps_step", 1, json!({ "model": "wgan_gp" }));
}

#[test]
fn spectral_norm() {
    check("spectral_norm_step", 2, json!({}));
}

#[test]
fn feature_matching() {
    check("feature_matching_step", 2, json!({}));
}

#[test]
fn mmd_and_l2() {
    let changes = json!({ "generator_activation": "leaky_relu" });
    check("mmd_l2_step", 1, changes);
}

#[test]
fn unrolled() {
    check("unrolled_step", 2, json!({}));
}

#[test]
fn conditional() {
    check("conditional_step", 2, told_by("concatenation"));
}

#[test]
fn projection() {
    check("projection_step", 1, told_by("projection"));
}

#[test]
fn averaged() {
    check("averaged_step", 1, json!({}));
}

#[test]
fn vae() {
    check("vae_step", 1, json!({ "model": "vae" }));
}

#[test]
fn cyclegan() {
    check("cyclegan_step", 1, json!({ "model": "cyclegan" }));
}

#[test]
fn wide_dcgan() {
    check("dcgan_wide", 2, json!({}));
}

#[test]
fn wide_linear_stem() {
    check("linear_stem_wide", 2, json!({ "model": "dcgan_linear" }));
}

#[test]
fn wide_conditional() {
    check("conditional_wide", 2, told_by("concatenation"));
}

#[test]
fn wide_projection() {
    check("projection_wide", 2, told_by("projection"));
}

#[test]
fn wide_spectral_norm() {
    check("spectral_norm_wide", 2, json!({}));
}

#[test]
fn wide_wgan_gp() {
    check("wgan_gp_wide", 2, json!({ "model": "wgan_gp" }));
}

#[test]
fn wide_vae() {
    check("vae_wide", 2, json!({ "model": "vae" }));
}

#[test]
fn wide_cyclegan() {
    check("cyclegan_wide", 2, json!({ "model": "cyclegan" }));
}

/// How the networks of a conditional model are told the class.
fn told_by(conditioning: &str) -> Value {
    json!({ "model": "conditional", "conditioning": conditioning })
}

/// Checks all cases of a file with the system that [`Training`] builds.
fn check(file: &str, cases: usize, changes: Value) {
    let count = check_file(file, &device(), |case, experiment| {
        build(case, experiment, &changes)
    });
    assert_eq!(count, cases);
}

/// A system under test and how it is stepped.
struct Built {
    system: system::System,
    experiment: Experiment,
}

fn build(case: &str, golden: &Value, changes: &Value) -> Built {
    let mut settings = json!({ "discriminator_steps": 1 });
    let fields = settings.as_object_mut().unwrap();
    for (name, value) in golden.as_object().unwrap() {
        match name.as_str() {
            // How many channels there are follows from the model.
            "channels" => {}
            "mmd_bandwidths" => assert_eq!(numbers(value), mmd_bandwidths(32 * 32)),
            "unroll" => {
                fields.insert("unrolled_steps".into(), value.clone());
            }
            "lr" => {
                fields.insert("generator_lr".into(), value.clone());
            }
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    for (name, value) in changes.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    let experiment = Experiment::from_value(settings).unwrap();
    let digits = Dataset::procedural(experiment.batch_size, 1);
    let training = Training::new(experiment.clone(), digits, &device()).unwrap();
    let mut system = training.system().clone();
    if let system::System::Adversarial(system) = &mut system {
        let width = experiment.width;
        match case {
            "no_bias" => exchange(&mut system.discriminator, bare_critic(width)),
            "no_batch_norm" => {
                exchange(
                    &mut system.discriminator,
                    critic(width, SAMPLE).unwrap().with_spectral_norm().unwrap(),
                );
            }
            _ => {}
        }
    }
    Built { system, experiment }
}

/// Gives a player another network, whose parameters are still to be set.
fn exchange(player: &mut Player, network: Network) {
    let device = device();
    player.parameters = named::fill(&network, &device, |spec| vec![0.0; spec.len()]);
    player.adam = Adam::new(network.flat_len(), &device);
    player.network = network;
}

/// What a case's samples are.
const SAMPLE: Shape = Shape::square(1, 32);

/// The critic without its biases.
fn bare_critic(width: usize) -> Network {
    let convolution = |output, stride, padding| Convolution {
        output,
        kernel: 4,
        stride,
        padding,
    };
    let plan = [1, 2, 4]
        .into_iter()
        .fold(Plan::of(SAMPLE), |builder, factor| {
            builder
                .conv2d(convolution(factor * width, 2, 1))
                .leaky_relu(0.2)
        })
        .conv2d(convolution(1, 1, 0));
    Network::new(plan.build().unwrap())
}

impl System for Built {
    fn players(&self) -> Vec<&Player> {
        self.system.players()
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        self.system.players_mut()
    }

    fn updates_once(&self, player: &str) -> bool {
        self.experiment.discriminator_steps == 1 || !player.starts_with("discriminator")
    }

    fn step(&mut self, inputs: &Inputs<'_>) -> Report {
        let steps = self.experiment.discriminator_steps;
        match &mut self.system {
            system::System::Adversarial(system) => adversarial(system, steps, inputs),
            system::System::Vae(system) => {
                let outcome =
                    system.update_both(inputs.tensor("real_images"), inputs.tensor("noise"));
                let mut report = Report::from([("loss", scalar(outcome.loss))]);
                put(&mut report, outcome.terms);
                report
            }
            system::System::CycleGan(system) => {
                let (a, b) = (inputs.tensor("images_a"), inputs.tensor("images_b"));
                let d = system.update_discriminators(a.clone(), b.clone());
                let g = system.update_generators(a, b);
                let halves = |logits| {
                    let logits = read(logits);
                    let (a, b) = logits.split_at(logits.len() / 2);
                    [mean(a, sigmoid), mean(b, sigmoid)]
                };
                let ([real_a, real_b], [fake_a, fake_b]) =
                    (halves(d.logits.real()), halves(d.logits.fake()));
                let mut report = Report::from([
                    ("d_loss", scalar(d.loss)),
                    ("d_real_a", real_a),
                    ("d_real_b", real_b),
                    ("d_fake_a", fake_a),
                    ("d_fake_b", fake_b),
                    ("g_loss", scalar(g.loss)),
                ]);
                put(&mut report, g.terms);
                let total = report["g_loss"]
                    + system.cycle_weight * report["cycle"]
                    + system.identity_weight * report["identity"];
                report.insert("g_total", total);
                report
            }
        }
    }
}

fn adversarial(
    system: &mut system::Adversarial,
    discriminator_steps: usize,
    inputs: &Inputs<'_>,
) -> Report {
    let classes = |name: &str| {
        let labels = inputs.optional(name)?;
        Some(
            numbers(labels)
                .into_iter()
                .map(|label| label as u8)
                .collect(),
        )
    };
    let mut outcome = None;
    let mut real = None;
    for update in 1..=discriminator_steps {
        let name = |input: &str| match update {
            1 => input.to_owned(),
            _ => format!("{input}_{update}"),
        };
        let interpolation = inputs.optional(&name("interpolation")).map(|_| {
            let epsilon = inputs.tensor(&name("interpolation"));
            let batch = epsilon.dims()[0];
            epsilon.reshape([batch])
        });
        let x = Labelled {
            images: inputs.tensor(&name("real_images")),
            labels: classes("real_labels"),
        };
        real = Some(x.clone());
        let batch = DiscriminatorBatch {
            real: x,
            z: inputs.tensor(&name("d_latent")),
            epsilon: interpolation,
        };
        outcome = Some(system.update_discriminator(batch).unwrap());
    }
    let d = outcome.unwrap();
    let average = system.generator.adam.average.clone();
    let g = system.update_generator(GeneratorBatch {
        z: inputs.tensor("g_latent"),
        labels: classes("g_labels"),
        real: real.filter(|_| system.objective.needs_real_images()),
    });
    let (real, fake) = (read(d.logits.real()), read(d.logits.fake()));
    let (d_loss, g_loss) = (scalar(d.loss), scalar(g.loss));
    let mut report = Report::from([
        ("d_real", mean(&real, sigmoid)),
        ("d_fake", mean(&fake, sigmoid)),
        ("real_logit", mean(&real, |logit| logit)),
        ("fake_logit", mean(&fake, |logit| logit)),
        ("d_loss", d_loss),
        ("g_loss", g_loss),
    ]);
    let d_terms = put(&mut report, d.terms);
    let g_terms = put(&mut report, g.terms);
    report.insert("d_total", d_loss + d_terms);
    let own = if system.objective.feature_matching_only {
        0.0
    } else {
        g_loss
    };
    report.insert("g_total", own + g_terms);
    if let Some(before) = average {
        report.insert("decay", decay(&system.generator, &before));
    }
    report
}

/// d of average ← d·average + (1 − d)·θ, from the numbers: the best fit over all of them.
fn decay(player: &Player, before: &Tensor<1>) -> f64 {
    let after = player.adam.average.as_ref().unwrap();
    let [after, before, theta] =
        [after, before, &player.parameters.flat].map(|flat| read(flat.clone()));
    let apart = |average: Vec<f32>| -> Vec<f64> {
        let pairs = average.iter().zip(&theta);
        pairs.map(|(a, t)| f64::from(*a) - f64::from(*t)).collect()
    };
    let (after, before) = (apart(after), apart(before));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(&after, &before) / product(&before, &before)
}

/// Adds terms to a report and returns their sum.
fn put(report: &mut Report, terms: Vec<Term>) -> f64 {
    let mut sum = 0.0;
    for (name, value) in terms {
        let value = scalar(value);
        report.insert(name, value);
        sum += value;
    }
    sum
}

fn scalar(tensor: Tensor<1>) -> f64 {
    read(tensor)[0].into()
}

fn mean(values: &[f32], function: impl Fn(f64) -> f64) -> f64 {
    values.iter().map(|v| function((*v).into())).sum::<f64>() / values.len() as f64
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
