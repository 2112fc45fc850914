//! A round, walked through phase by phase on one fixed batch.
//!
//! Looking at a phase changes nothing: what it shows is found on copies. Only the last
//! phase of an update makes it, as [`Training::update`] does. A walk to a round's end
//! therefore leaves the run bit for bit as one step would.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::Serialize;

use super::samples::{distances, is_point, mean, norm, read_first, shown_numbers};
use super::{Samples, Training, read};
use crate::loss::PairLogits;
use crate::network::Labelled;
use crate::player::Player;
use crate::system::adversarial::{DiscriminatorBatch, GeneratorBatch};
use crate::system::{Adversarial, Rehearsal, Term, Update};
use crate::{Error, Result};

/// Pictures of a batch that are shown at most.
const SHOWN: usize = 8;
/// Points that are shown at most: they are small.
const SHOWN_POINTS: usize = 256;

/// What happens in an update, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseName {
    /// z is drawn from the prior and, for D, x from the data.
    Draw,
    /// G makes fakes of z.
    Make,
    /// D judges.
    Judge,
    /// The loss of what it said.
    Loss,
    /// The loss's gradient by the parameters of the network that learns; for G also by the
    /// pixels of its fakes.
    Gradient,
    /// The network has moved; the same batch judged again.
    Update,
}

impl PhaseName {
    const fn next(self) -> Self {
        match self {
            Self::Draw => Self::Make,
            Self::Make => Self::Judge,
            Self::Judge => Self::Loss,
            Self::Loss => Self::Gradient,
            Self::Gradient | Self::Update => Self::Update,
        }
    }
}

/// Which network an update teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayerName {
    /// D.
    Discriminator,
    /// G.
    Generator,
}

/// The gradient of one layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layer {
    /// As PyTorch names it, such as `model.0`.
    pub name: String,
    /// The root of the sum of squares over its parameters.
    pub norm: f64,
}

/// Where the generator's loss pulls the samples that are shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pulls {
    /// −∂ℓ/∂x of each sample's own loss, in the order of its picture's bytes.
    pub values: Vec<f32>,
    /// Its norm over all numbers of a sample, margin included.
    pub norms: Vec<f64>,
}

/// What an update has changed, on its own batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct After {
    /// ‖Δθ‖ of the network that has learnt.
    pub change_norm: f64,
    /// Of D: what it says of each real image now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_scores: Option<Vec<f64>>,
    /// What D says of each fake now.
    pub fake_scores: Vec<f64>,
    /// Mean of `real_scores`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d_real: Option<f64>,
    /// Mean of `fake_scores`.
    pub d_fake: f64,
    /// Of G: what it makes of the same z now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake: Option<Samples>,
    /// Of G: how far each sample of the batch has moved, as root mean square over its pixels,
    /// in ink from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Vec<f64>>,
}

/// A phase of an update, and all that is known by then of its batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phase {
    /// What has just happened.
    pub phase: PhaseName,
    /// Which network this update teaches.
    pub player: PlayerName,
    /// The round, 1 for a run's first.
    pub round: u64,
    /// Which of the round's updates of this network, 1 for the first.
    pub update: usize,
    /// How many there are in a round.
    pub updates: usize,
    /// Samples in the batch.
    pub batch: usize,
    /// Numbers in a z.
    pub latent_dim: usize,
    /// The first z of the batch, row after row.
    pub z: Vec<f32>,
    /// Classes of the samples that are shown, where the networks are told them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<u8>>,
    /// The first real images of D's batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real: Option<Samples>,
    /// What G makes of the z that are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake: Option<Samples>,
    /// What D says of each real image of the batch; see [`crate::Experiment::reading`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_scores: Option<Vec<f64>>,
    /// What D says of each fake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake_scores: Option<Vec<f64>>,
    /// Mean of `real_scores`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d_real: Option<f64>,
    /// Mean of `fake_scores`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d_fake: Option<f64>,
    /// The adversarial loss, named as in a report, and the terms beside it, with their weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<BTreeMap<&'static str, f64>>,
    /// ‖∂L/∂θ‖ of the network that learns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_norm: Option<f64>,
    /// The same for each of its layers, from input to output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<Layer>>,
    /// Of G: where its adversarial loss pulls the fakes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull: Option<Pulls>,
    /// What the update has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
}

/// The batch of the update that is walked through.
#[derive(Debug, Clone)]
enum Batch {
    Discriminator(Box<DiscriminatorBatch>),
    Generator(Box<GeneratorBatch>),
}

/// One update of a round, being walked through.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The system as it is before the update.
    before: Adversarial,
    batch: Batch,
    /// The fakes of the batch, once they are made.
    fake: Option<Labelled>,
    /// What the update computes, once that has been found.
    gradient: Option<Tensor<1>>,
    /// The latest phase; before the first one, nothing.
    seen: Option<Phase>,
    update: usize,
}

impl Walk {
    /// Begins with the update that comes after `begun` discriminator updates of a round.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a system that is no generator against one discriminator.
    pub fn begin(training: &mut Training, begun: usize) -> Result<Self> {
        let Some(system) = training.system.duel() else {
            return Err(Error::experiment(
                "model",
                "only a generator against one discriminator has a round to walk through",
            ));
        };
        let feed = &mut training.feed;
        let of_discriminator = begun < system.discriminator_steps;
        let batch = match of_discriminator {
            true => Batch::Discriminator(Box::new(system.discriminator_batch(feed))),
            false => Batch::Generator(Box::new(system.generator_batch(feed))),
        };
        Ok(Self {
            before: system.clone(),
            batch,
            fake: None,
            gradient: None,
            seen: None,
            update: if of_discriminator { begun + 1 } else { 1 },
        })
    }

    /// The phase that comes next.
    pub fn comes(&self) -> PhaseName {
        self.seen
            .as_ref()
            .map_or(PhaseName::Draw, |phase| phase.phase.next())
    }

    /// Which network learns.
    pub fn player(&self) -> PlayerName {
        match self.batch {
            Batch::Discriminator(_) => PlayerName::Discriminator,
            Batch::Generator(_) => PlayerName::Generator,
        }
    }

    /// Goes on by one phase of the run that it began with. The last one is the update itself.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn next(&mut self, training: &mut Training) -> Result<Phase> {
        let name = self.comes();
        let mut phase = match self.seen.take() {
            Some(phase) => phase,
            None => self.drawn(training).await?,
        };
        phase.phase = name;
        match name {
            PhaseName::Draw => {}
            PhaseName::Make => {
                let shown = shown_of(phase.batch, training);
                let fake = self.make();
                phase.fake = Some(training.show(&fake.images, shown).await?);
            }
            PhaseName::Judge => self.judge(training, &mut phase).await?,
            PhaseName::Loss => self.weigh(&mut phase).await?,
            PhaseName::Gradient => self.differentiate(training, &mut phase).await?,
            PhaseName::Update => {
                training.update(match self.player() {
                    PlayerName::Discriminator => Update::Discriminator,
                    PlayerName::Generator => Update::Generator,
                })?;
                phase.after = Some(self.compare(training).await?);
            }
        }
        self.seen = Some(phase.clone());
        Ok(phase)
    }

    /// z, and the labels that the fakes are to have.
    fn latents(&self) -> (&Tensor<4>, Option<&Vec<u8>>) {
        match &self.batch {
            Batch::Discriminator(batch) => (&batch.z, batch.real.labels.as_ref()),
            Batch::Generator(batch) => (&batch.z, batch.labels.as_ref()),
        }
    }

    async fn drawn(&self, training: &Training) -> Result<Phase> {
        let (z, labels) = self.latents();
        let [batch, latent_dim, _, _] = z.dims();
        let shown = shown_of(batch, training);
        let real = match &self.batch {
            Batch::Discriminator(batch) => Some(training.show(&batch.real.images, shown).await?),
            Batch::Generator(_) => None,
        };
        Ok(Phase {
            phase: PhaseName::Draw,
            player: self.player(),
            round: training.feed.progress.generator_updates + 1,
            update: self.update,
            updates: match self.player() {
                PlayerName::Discriminator => self.before.discriminator_steps,
                PlayerName::Generator => 1,
            },
            batch,
            latent_dim,
            z: read_first(z, shown).await?,
            labels: labels.map(|labels| labels[..shown].to_vec()),
            real,
            fake: None,
            real_scores: None,
            fake_scores: None,
            d_real: None,
            d_fake: None,
            terms: None,
            gradient_norm: None,
            layers: None,
            pull: None,
            after: None,
        })
    }

    /// The fakes of the batch by the generator of before, made once.
    fn make(&mut self) -> Labelled {
        if let Some(fake) = &self.fake {
            return fake.clone();
        }
        let (z, labels) = self.latents();
        let fake = self.before.makes_as_in_training(z.clone(), labels.cloned());
        self.fake = Some(fake.clone());
        fake
    }

    async fn judge(&mut self, training: &Training, phase: &mut Phase) -> Result<()> {
        let fake = self.make();
        match &self.batch {
            Batch::Discriminator(batch) => {
                let logits = self.before.judges_as_in_training(&batch.real, &fake);
                let (real, fakes) = scores_of(training, logits).await?;
                phase.d_real = Some(mean(&real));
                phase.d_fake = Some(mean(&fakes));
                phase.real_scores = Some(real);
                phase.fake_scores = Some(fakes);
            }
            Batch::Generator(batch) => {
                let judge = self.before.with_judge(batch.real.as_ref(), &fake);
                let outputs = read(judge.pull_on(&fake).outputs.flatten(0, 1)).await?;
                let scores = training.scores(&outputs);
                phase.d_fake = Some(mean(&scores));
                phase.fake_scores = Some(scores);
            }
        }
        Ok(())
    }

    /// The loss with its terms; the gradient is found with it.
    async fn weigh(&mut self, phase: &mut Phase) -> Result<()> {
        let (mut terms, gradient): (Vec<Term>, _) = match &self.batch {
            Batch::Discriminator(batch) => {
                let Rehearsal { outcome, gradient } = self
                    .before
                    .rehearse_discriminator(DiscriminatorBatch::clone(batch))?;
                let mut terms = vec![("d_loss", outcome.loss)];
                terms.extend(outcome.terms);
                (terms, gradient)
            }
            Batch::Generator(batch) => {
                let Rehearsal { outcome, gradient } =
                    self.before.rehearse_generator(GeneratorBatch::clone(batch));
                let mut terms = vec![("g_loss", outcome.loss)];
                terms.extend(outcome.terms);
                (terms, gradient)
            }
        };
        let names: Vec<_> = terms.iter().map(|(name, _)| *name).collect();
        let values = terms.drain(..).map(|(_, value)| value).collect();
        let values = read(Tensor::cat(values, 0)).await?;
        let values = values.into_iter().map(f64::from);
        phase.terms = Some(names.into_iter().zip(values).collect());
        self.gradient = Some(gradient);
        Ok(())
    }

    /// The network that learns, as it is before the update.
    fn learner(&self) -> &Player {
        match self.player() {
            PlayerName::Discriminator => &self.before.discriminator,
            PlayerName::Generator => &self.before.generator,
        }
    }

    async fn differentiate(&mut self, training: &Training, phase: &mut Phase) -> Result<()> {
        let Some(gradient) = self.gradient.take() else {
            return Err(Error::internal("a loss comes before its gradient"));
        };
        let gradient = read(gradient).await?;
        phase.gradient_norm = Some(norm(&gradient));
        phase.layers = Some(layers_of(self.learner(), &gradient));
        if let Batch::Generator(batch) = &self.batch {
            let real = batch.real.clone();
            let fake = self.make();
            let pull = self.before.with_judge(real.as_ref(), &fake).pull_on(&fake);
            let shown = shown_of(phase.batch, training);
            let values = read_first(&pull.pull, shown).await?;
            let sample = training.feed.sample();
            phase.pull = Some(Pulls {
                norms: values.chunks_exact(sample.len()).map(norm).collect(),
                values: shown_numbers(&values, shown, sample),
            });
        }
        Ok(())
    }

    /// The same batch after the update.
    async fn compare(&mut self, training: &Training) -> Result<After> {
        let Some(now) = training.system.duel() else {
            return Err(Error::internal("the run has become another one"));
        };
        let learnt = match self.player() {
            PlayerName::Discriminator => &now.discriminator,
            PlayerName::Generator => &now.generator,
        };
        let change_norm = change_of(self.learner(), learnt).await?;
        let fake = self.make();
        match &self.batch {
            Batch::Discriminator(batch) => {
                let logits = now.judges_as_in_training(&batch.real, &fake);
                let (real_scores, fake_scores) = scores_of(training, logits).await?;
                Ok(After {
                    change_norm,
                    d_real: Some(mean(&real_scores)),
                    d_fake: mean(&fake_scores),
                    real_scores: Some(real_scores),
                    fake_scores,
                    ..After::default()
                })
            }
            Batch::Generator(batch) => {
                let new = now.makes_as_in_training(batch.z.clone(), batch.labels.clone());
                // The judge of before, so that only G has moved.
                let judge = self.before.with_judge(batch.real.as_ref(), &fake);
                let outputs = read(judge.pull_on(&new).outputs.flatten(0, 1)).await?;
                let fake_scores = training.scores(&outputs);
                let sample = training.feed.sample();
                let count = batch.z.dims()[0];
                let from = read_first(&fake.images, count).await?;
                let to = read_first(&new.images, count).await?;
                Ok(After {
                    change_norm,
                    d_fake: mean(&fake_scores),
                    fake_scores,
                    fake: Some(Samples::of(&to, shown_of(count, training), sample)),
                    moved: Some(distances(&from, &to, count, sample)),
                    ..After::default()
                })
            }
        }
    }
}

/// How many samples of a batch are shown.
fn shown_of(batch: usize, training: &Training) -> usize {
    batch.min(match is_point(training.feed.sample()) {
        true => SHOWN_POINTS,
        false => SHOWN,
    })
}

impl Training {
    /// What D says, from its outputs before the sigmoid.
    pub(super) fn scores(&self, outputs: &[f32]) -> Vec<f64> {
        let reading = self.experiment.reading();
        let read = |&output: &f32| reading.score(f64::from(output));
        outputs.iter().map(read).collect()
    }
}

/// What D says of each real image and of each fake.
pub(super) async fn scores_of(
    training: &Training,
    logits: PairLogits,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let outputs = read(logits.without_gradients().both.flatten(0, 1)).await?;
    let (real, fake) = outputs.split_at(outputs.len() / 2);
    Ok((training.scores(real), training.scores(fake)))
}

/// ‖Δθ‖ between two states of one network.
pub(super) async fn change_of(before: &Player, after: &Player) -> Result<f64> {
    let change = after.parameters.flat.clone() - before.parameters.flat.clone();
    let squares = read(change.square().sum()).await?;
    Ok(f64::from(squares.first().copied().unwrap_or(0.0)).sqrt())
}

/// The norm of a gradient in each layer: of tensors whose names differ in their last part
/// alone.
fn layers_of(player: &Player, gradient: &[f32]) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for spec in player.network.parameters() {
        let name = spec.name.rsplit_once('.').map_or("", |(layer, _)| layer);
        let part = norm(&gradient[spec.range()]);
        match layers.last_mut().filter(|layer| layer.name == name) {
            Some(layer) => layer.norm = layer.norm.hypot(part),
            None => layers.push(Layer {
                name: name.to_owned(),
                norm: part,
            }),
        }
    }
    layers
}
