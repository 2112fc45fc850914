//! CycleGAN: two translators and two discriminators, from images that are not paired.

use burn::tensor::Tensor;
use ganvas_kernels::ops::Descent;
use rand::Rng;

use super::figures::{D_GRADIENT, G_GRADIENT};
use super::request::{GRID_COUNT, Pictures, Request, chunks, interleaved};
use super::{Behaviour, DiscriminatorOutcome, Figures, GeneratorOutcome, Losses, Update, Values};
use crate::experiment::Reading;
use crate::feed::Feed;
use crate::loss::{Loss, PairLogits};
use crate::network::{Unsupported, dcgan_discriminator, translator};
use crate::player::{Player, Seat, Turn, Weights, minimise};
use crate::random::{Stream, random};
use crate::regularizer::mean_absolute_error;
use crate::{Dataset, Error, Experiment, Result};

/// Two translators and a discriminator for each domain.
#[derive(Debug, Clone)]
pub struct CycleGan {
    /// G_ab: images of a to images of b.
    pub generator_ab: Player,
    /// G_ba: images of b to images of a.
    pub generator_ba: Player,
    /// D_a: images to logits, real ones from a.
    pub discriminator_a: Player,
    /// D_b: images to logits, real ones from b.
    pub discriminator_b: Player,
    /// The adversarial loss; least squares in the paper.
    pub loss: Loss,
    /// Weight λ of the cycle losses.
    pub cycle_weight: f64,
    /// Weight of the identity losses, ½λ in the paper.
    pub identity_weight: f64,
    /// Discriminator updates in a whole step.
    pub discriminator_steps: usize,
    reading: Reading,
    judged: Option<DiscriminatorOutcome>,
    made: Option<GeneratorOutcome>,
}

impl CycleGan {
    /// Its players.
    pub(super) fn seats(experiment: &Experiment) -> Result<[Seat; 4], Unsupported> {
        let sample = experiment.sample_shape();
        let generator = |name, stream| -> Result<Seat, Unsupported> {
            Ok(Seat {
                name,
                network: translator(experiment.width, sample)?,
                config: experiment.generator_adam(),
                stream,
            })
        };
        let discriminator = |name, stream| -> Result<Seat, Unsupported> {
            let plain = dcgan_discriminator(experiment.width, sample)?;
            Ok(Seat {
                name,
                network: match experiment.spectral_norm {
                    true => plain.with_spectral_norm()?,
                    false => plain,
                },
                config: experiment.discriminator_adam(),
                stream,
            })
        };
        Ok([
            generator("generator_ab", Stream::GeneratorWeights)?,
            generator("generator_ba", Stream::SecondGeneratorWeights)?,
            discriminator("discriminator_a", Stream::DiscriminatorWeights)?,
            discriminator("discriminator_b", Stream::SecondDiscriminatorWeights)?,
        ])
    }

    /// The system of an experiment.
    pub(super) fn new(experiment: &Experiment, players: [Player; 4]) -> Self {
        let [generator_ab, generator_ba, discriminator_a, discriminator_b] = players;
        Self {
            generator_ab,
            generator_ba,
            discriminator_a,
            discriminator_b,
            loss: experiment.objective_loss(),
            cycle_weight: experiment.cycle_weight,
            identity_weight: experiment.identity_weight,
            discriminator_steps: experiment.discriminator_steps,
            reading: experiment.reading(),
            judged: None,
            made: None,
        }
    }

    /// One update of both discriminators on images of both domains, each
    /// `[batch, channels, height, width]`. The translators stay as they are.
    ///
    /// The loss of the discriminator, with least squares ½E\[(r − 1)²\] + ½E\[f²\], summed
    /// over the domains. Zhu et al., *Unpaired Image-to-Image Translation using
    /// Cycle-Consistent Adversarial Networks*, 2017; the pool of earlier fakes is left out.
    pub fn update_discriminators(&mut self, a: Tensor<4>, b: Tensor<4>) -> DiscriminatorOutcome {
        let fake_b = self.generator_ab.plays().makes(a.clone(), None);
        let fake_a = self.generator_ba.plays().makes(b.clone(), None);
        let (mut d_a, mut d_b) = (self.discriminator_a.learns(), self.discriminator_b.learns());
        let logits_a = d_a.judges_pair(&a.into(), &fake_a.into());
        let logits_b = d_b.judges_pair(&b.into(), &fake_b.into());
        let [loss_a, loss_b] = [&logits_a, &logits_b].map(|both| self.loss.discriminator(both));
        minimise(&loss_a.descent.and(loss_b.descent), [d_a, d_b]);
        let both = Tensor::cat(
            vec![
                logits_a.real(),
                logits_b.real(),
                logits_a.fake(),
                logits_b.fake(),
            ],
            0,
        );
        DiscriminatorOutcome {
            loss: loss_a.value + loss_b.value,
            logits: PairLogits { both }.without_gradients(),
            terms: Vec::new(),
        }
    }

    /// One update of both translators. The discriminators' parameters stay.
    ///
    /// Adversarial: the loss of the generator for both translators, with least squares
    /// ½E\[(D_a(G_ba(b)) − 1)²\] + ½E\[(D_b(G_ab(a)) − 1)²\]. Cycle:
    /// E|G_ba(G_ab(a)) − a| + E|G_ab(G_ba(b)) − b|. Identity:
    /// E|G_ba(a) − a| + E|G_ab(b) − b|. The terms are reported without their weights.
    pub fn update_generators(&mut self, a: Tensor<4>, b: Tensor<4>) -> GeneratorOutcome {
        let (mut ab, mut ba) = (self.generator_ab.learns(), self.generator_ba.learns());
        let makes = |turn: &mut Turn<'_>, x: &Tensor<4>| turn.makes(x.clone(), None);
        let (fake_b, fake_a) = (makes(&mut ab, &a), makes(&mut ba, &b));
        let cycle = mean_absolute_error(makes(&mut ba, &fake_b), a.clone())
            + mean_absolute_error(makes(&mut ab, &fake_a), b.clone());
        let identity =
            mean_absolute_error(makes(&mut ba, &a), a) + mean_absolute_error(makes(&mut ab, &b), b);
        let (mut d_a, mut d_b) = (self.discriminator_a.plays(), self.discriminator_b.plays());
        let in_a = self.loss.generator(d_a.judges(&fake_a.into()));
        let in_b = self.loss.generator(d_b.judges(&fake_b.into()));
        let terms = cycle.clone() * self.cycle_weight + identity.clone() * self.identity_weight;
        let total = in_a.descent.and(in_b.descent).and(Descent::of(terms));
        minimise(&total, [ab, ba]);
        GeneratorOutcome {
            loss: in_a.value + in_b.value,
            terms: vec![
                ("cycle", cycle.without_autodiff()),
                ("identity", identity.without_autodiff()),
            ],
        }
    }

    /// `count` drawn digits from number `first` on, their translations, as many real
    /// digits and theirs, in turn.
    fn pairs<'a>(
        &'a self,
        feed: &'a Feed,
        weights: Weights,
        count: usize,
        first: u64,
    ) -> Pictures<'a> {
        let ab = self.generator_ab.shown(weights, || feed.measuring_images());
        let ba = self.generator_ba.shown(weights, || feed.measuring_images());
        Box::new(chunks(count).map(move |chunk| {
            let images = |dataset: &Dataset| {
                let first = (first % dataset.count() as u64) as usize;
                let indices: Vec<usize> = chunk
                    .clone()
                    .map(|index| (first + index) % dataset.count())
                    .collect();
                feed.images_of(dataset, &indices)
            };
            let (a, b) = (images(feed.drawn()), images(feed.dataset()));
            let fake_b = ab.makes(a.clone(), None);
            let fake_a = ba.makes(b.clone(), None);
            interleaved(&[a, fake_b, b, fake_a])
        }))
    }
}

impl Behaviour for CycleGan {
    fn players(&self) -> Vec<&Player> {
        vec![
            &self.generator_ab,
            &self.generator_ba,
            &self.discriminator_a,
            &self.discriminator_b,
        ]
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        vec![
            &mut self.generator_ab,
            &mut self.generator_ba,
            &mut self.discriminator_a,
            &mut self.discriminator_b,
        ]
    }

    fn update(&mut self, feed: &mut Feed, update: Update) -> Result<()> {
        for _ in 0..update.of_discriminator(self.discriminator_steps) {
            let index = feed.progress.discriminator_updates;
            let (a, b) = (feed.second(index), feed.real(index).images);
            self.judged = Some(self.update_discriminators(a, b));
            feed.progress.discriminator_updates += 1;
        }
        if update != Update::Discriminator {
            let index = feed.latest_batch();
            let (a, b) = (feed.second(index), feed.real(index).images);
            self.made = Some(self.update_generators(a, b));
            feed.progress.generator_updates += 1;
        }
        Ok(())
    }

    fn figures(&self) -> Figures {
        let [ab, ba] = [&self.generator_ab, &self.generator_ba];
        Figures::of(self.judged.as_ref(), self.made.as_ref())
            .with_gradient(D_GRADIENT, &[&self.discriminator_a, &self.discriminator_b])
            .with_gradient(G_GRADIENT, &[ab, ba])
    }

    fn losses(&self, values: &Values) -> Losses {
        values.losses(self.reading)
    }

    fn draw<'a>(
        &'a self,
        feed: &'a Feed,
        request: Request,
        weights: Weights,
    ) -> Result<Pictures<'a>> {
        match request {
            Request::Grid => Ok(self.pairs(feed, weights, GRID_COUNT / 4, 0)),
            Request::Sample { label: Some(_), .. } => {
                Err(Error::experiment("label", "this model knows no labels"))
            }
            Request::Sample { count, seed, .. } => {
                Ok(self.pairs(feed, weights, count.div_ceil(4), seed))
            }
            // Drawn digits turned into handwritten ones.
            Request::Judged { rows, seed } => {
                let mut rng = random(seed, Stream::Sample, 0);
                let drawn = feed.drawn();
                let mut chosen: Vec<usize> = (0..rows.end)
                    .map(|_| rng.random_range(0..drawn.count()))
                    .collect();
                let chosen = chosen.split_off(rows.start);
                let ab = self.generator_ab.shown(weights, || feed.measuring_images());
                Ok(Box::new(chunks(chosen.len()).map(move |chunk| {
                    ab.makes(feed.images_of(drawn, &chosen[chunk]), None)
                })))
            }
            Request::Chosen {
                classes: Some(_), ..
            } => Err(Error::experiment("labels", "this model knows no labels")),
            Request::Latents { .. } | Request::Chosen { .. } => Err(Error::experiment(
                "z",
                "this model draws from images, not from latents",
            )),
            Request::Reconstructions { .. } => Err(Error::experiment(
                "model",
                "only an autoencoder reconstructs images",
            )),
        }
    }

    fn shows(&self) -> Vec<Request> {
        vec![Request::Grid]
    }

    fn maker_mut(&mut self) -> &mut Player {
        &mut self.generator_ab
    }

    fn tune(&mut self, experiment: &Experiment) {
        for generator in [&mut self.generator_ab, &mut self.generator_ba] {
            generator.config = experiment.generator_adam();
        }
        for discriminator in [&mut self.discriminator_a, &mut self.discriminator_b] {
            discriminator.config = experiment.discriminator_adam();
        }
        self.loss = experiment.objective_loss();
        self.cycle_weight = experiment.cycle_weight;
        self.identity_weight = experiment.identity_weight;
        self.discriminator_steps = experiment.discriminator_steps;
        self.reading = experiment.reading();
    }

    fn adopt_averages(&mut self, feed: &Feed) {
        for generator in [&mut self.generator_ab, &mut self.generator_ba] {
            generator.adopt_average(|| feed.measuring_images());
        }
    }
}
