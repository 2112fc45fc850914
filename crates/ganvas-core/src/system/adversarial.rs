//! Two networks that train against each other.

use burn::tensor::Tensor;
use ganvas_kernels::plan::dcgan::SLOPE;

use super::figures::{D_GRADIENT, G_GRADIENT, Sum};
use super::request::{Pictures, Request, from_latents};
use super::{Behaviour, DiscriminatorOutcome, Figures, GeneratorOutcome, Losses, Update, Values};
use crate::experiment::{self, Conditioning, Model, Reading};
use crate::feed::Feed;
use crate::loss::Loss;
use crate::network::{
    Activation, CLASSES, Labelled, Network, Shape, Unsupported, conditional_generator, critic,
    dcgan_discriminator, dcgan_generator, fully_connected_discriminator, fully_connected_generator,
    linear_stem_generator, plane_discriminator, plane_generator, projection_discriminator,
};
use crate::player::{Player, Seat, Weights, minimise};
use crate::random::Stream;
use crate::regularizer::{
    feature_matching, gradient_penalty, interpolate, mmd_bandwidths, mmd_squared,
};
use crate::{Experiment, Result};

/// What both networks minimise: a loss and what is added to it. Weights of 0
/// switch a term off, at no cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// The adversarial loss.
    pub loss: Loss,
    /// Weight λ of the critic's gradient penalty.
    pub gradient_penalty: f64,
    /// Weight of feature matching in the generator's loss.
    pub feature_matching: f64,
    /// Feature matching takes the place of the adversarial loss instead of standing beside it.
    pub feature_matching_only: bool,
    /// Weight λ of λ·MMD² in the generator's loss.
    pub mmd: f64,
    /// Look-ahead discriminator updates before the generator's.
    pub unrolled_steps: usize,
}

impl Objective {
    /// That of an experiment.
    fn of(experiment: &Experiment) -> Self {
        Self {
            loss: experiment.objective_loss(),
            gradient_penalty: experiment.gradient_penalty,
            feature_matching: experiment.feature_matching,
            feature_matching_only: experiment.feature_matching_only,
            mmd: experiment.mmd,
            unrolled_steps: experiment.unrolled_steps,
        }
    }

    /// Whether a generator update looks at real images.
    pub fn needs_real_images(&self) -> bool {
        self.feature_matching > 0.0 || self.mmd > 0.0 || self.unrolled_steps > 0
    }
}

/// A generator and a discriminator.
#[derive(Debug, Clone)]
pub struct Adversarial {
    /// G: latents to images.
    pub generator: Player,
    /// D: images to logits.
    pub discriminator: Player,
    /// The objective.
    pub objective: Objective,
    /// Discriminator updates in a whole step.
    pub discriminator_steps: usize,
    reading: Reading,
    judged: Option<DiscriminatorOutcome>,
    made: Option<GeneratorOutcome>,
}

/// What a discriminator update is made of.
#[derive(Debug, Clone)]
pub struct DiscriminatorBatch {
    /// x, and the classes that the fakes are to have too.
    pub real: Labelled,
    /// `[batch, latent_dim, 1, 1]`.
    pub z: Tensor<4>,
    /// ε of the gradient penalty's interpolates, `[batch]`, if there is a penalty.
    pub epsilon: Option<Tensor<1>>,
}

/// What a generator update is made of.
#[derive(Debug, Clone)]
pub struct GeneratorBatch {
    /// `[batch, latent_dim, 1, 1]`.
    pub z: Tensor<4>,
    /// The classes that the fakes are to have.
    pub labels: Option<Vec<u8>>,
    /// The step's real images, where the objective
    /// [looks at them](Objective::needs_real_images).
    pub real: Option<Labelled>,
}

impl Adversarial {
    /// Its players.
    pub(super) fn seats(experiment: &Experiment) -> Result<[Seat; 2], Unsupported> {
        let (generator, discriminator) = networks(experiment)?;
        Ok([
            Seat {
                name: "generator",
                network: generator,
                config: experiment.generator_adam(),
                stream: Stream::GeneratorWeights,
            },
            Seat {
                name: "discriminator",
                network: discriminator,
                config: experiment.discriminator_adam(),
                stream: Stream::DiscriminatorWeights,
            },
        ])
    }

    /// The system of an experiment.
    pub(super) fn new(experiment: &Experiment, [generator, discriminator]: [Player; 2]) -> Self {
        Self {
            generator,
            discriminator,
            objective: Objective::of(experiment),
            discriminator_steps: experiment.discriminator_steps,
            reading: experiment.reading(),
            judged: None,
            made: None,
        }
    }

    /// The batch of the feed's next discriminator update.
    pub fn discriminator_batch(&self, feed: &mut Feed) -> DiscriminatorBatch {
        let index = feed.progress.discriminator_updates;
        let penalised = self.objective.gradient_penalty > 0.0;
        DiscriminatorBatch {
            real: feed.real(index),
            z: feed.discriminator_latents(index),
            epsilon: penalised.then(|| feed.epsilon(index)),
        }
    }

    /// The batch of the feed's next generator update.
    pub fn generator_batch(&self, feed: &mut Feed) -> GeneratorBatch {
        let index = feed.progress.generator_updates;
        let latest = feed.latest_batch();
        let needs_real = self.objective.needs_real_images();
        GeneratorBatch {
            z: feed.generator_latents(index),
            labels: feed.fake_labels(index),
            real: needs_real.then(|| feed.real(latest)),
        }
    }

    /// One discriminator (or critic) update: G's parameters stay as they are.
    ///
    /// With x real, x̃ = G(z) and, under a gradient penalty, x̂ = εx + (1 − ε)x̃, it
    /// minimises L_D(D(x), D(x̃)) + λ E\[(‖∇D(x̂)‖ − 1)²\] by θ_D: the inner loop of
    /// algorithm 1 in Goodfellow et al., 2014, and in Gulrajani et al., 2017. Clipping
    /// (Arjovsky et al., 2017) and L2 are the optimizer's settings.
    ///
    /// # Errors
    ///
    /// `internal` for a penalty on a network that has no [inner
    /// gradient](Network::input_gradient).
    pub fn update_discriminator(
        &mut self,
        batch: DiscriminatorBatch,
    ) -> Result<DiscriminatorOutcome> {
        let DiscriminatorBatch {
            real: x,
            z,
            epsilon,
        } = batch;
        let x_fake = self.generator.plays().makes(z, x.labels.as_deref());
        let x_fake = x.like(x_fake);

        let weight_penalty = self.discriminator.weight_penalty();
        let mut discriminator = self.discriminator.learns();
        let logits = discriminator.judges_pair(&x, &x_fake);
        let loss = self.objective.loss.discriminator(&logits);
        let mut sum = Sum::of(&loss);
        let lambda = self.objective.gradient_penalty;
        if let Some(epsilon) = epsilon.filter(|_| lambda > 0.0) {
            let x_between = interpolate(x.images, x_fake.images, epsilon);
            let slopes = discriminator.slope_at(x_between)?;
            sum = sum.and("gradient_penalty", gradient_penalty(slopes) * lambda);
        }
        minimise(&sum.total, [discriminator]);
        sum.terms.extend(weight_penalty.map(|term| ("d_l2", term)));
        Ok(DiscriminatorOutcome {
            loss: loss.value,
            logits: logits.without_gradients(),
            terms: sum.terms,
        })
    }

    /// One generator update: D's parameters stay as they are, and no gradient is computed
    /// for them.
    ///
    /// It minimises L_G(D(G(z))), and the terms that the objective adds, by θ_G.
    pub fn update_generator(&mut self, batch: GeneratorBatch) -> GeneratorOutcome {
        let GeneratorBatch { z, labels, real } = batch;
        let objective = &self.objective;
        let mut generator = self.generator.learns();
        let x_fake = Labelled {
            images: generator.makes(z, labels.as_deref()),
            labels,
        };

        // The judge is the discriminator, or a copy of it that has looked ahead.
        let mut ahead = real
            .as_ref()
            .filter(|_| objective.unrolled_steps > 0)
            .map(|real| look_ahead(&self.discriminator, objective, real, &x_fake));
        let mut judge = ahead.as_mut().unwrap_or(&mut self.discriminator).plays();

        let (adversarial, mut sum);
        match real.as_ref().filter(|_| objective.feature_matching > 0.0) {
            None => {
                adversarial = objective.loss.generator(judge.judges(&x_fake));
                sum = Sum::of(&adversarial);
            }
            Some(real) => {
                let (_, real_features) = judge.judges_with_features(real);
                let (logits, features) = judge.judges_with_features(&x_fake);
                adversarial = objective.loss.generator(logits);
                let term = feature_matching(real_features, features) * objective.feature_matching;
                sum = match objective.feature_matching_only {
                    true => Sum::of_term("feature_matching", term),
                    false => Sum::of(&adversarial).and("feature_matching", term),
                };
            }
        }
        if let Some(real) = real.filter(|_| objective.mmd > 0.0) {
            let [_, _, height, width] = real.images.dims();
            let distance = mmd_squared(
                real.images.flatten(1, 3),
                x_fake.images.flatten(1, 3),
                &mmd_bandwidths(height * width),
            );
            sum = sum.and("mmd", distance * objective.mmd);
        }
        minimise(&sum.total, [generator]);
        GeneratorOutcome {
            loss: adversarial.value,
            terms: sum.terms,
        }
    }
}

impl Adversarial {
    /// Mean ‖∇ₓD(x̂)‖ at x̂ = εx + (1 − ε)G(z), `[1]`, always of the same x, z and ε: what the
    /// gradient penalty holds at 1.
    fn slope_of_critic(&self, feed: &Feed) -> Result<Tensor<1>> {
        let (real, z, epsilon) = feed.interpolation();
        let generator = self
            .generator
            .shown(Weights::Raw, || feed.measuring_latents());
        let x_fake = generator.makes(z, None);
        let critic = &self.discriminator;
        let bound = critic.parameters.bind();
        let slopes = critic
            .network
            .input_gradient(&bound, interpolate(real, x_fake, epsilon))?;
        let slopes: Tensor<2> = slopes.flatten(1, 3);
        Ok(slopes.square().sum_dim(1).sqrt().mean())
    }
}

/// The discriminator some updates ahead, each on the same images: Metz et al., *Unrolled
/// Generative Adversarial Networks*, 2017. The generator's gradient is taken there, and
/// not through the updates.
pub(super) fn look_ahead(
    discriminator: &Player,
    objective: &Objective,
    real: &Labelled,
    x_fake: &Labelled,
) -> Player {
    let mut ahead = discriminator.clone();
    let x_fake = x_fake.like(x_fake.images.clone().without_autodiff());
    for _ in 0..objective.unrolled_steps {
        let mut turn = ahead.learns();
        let logits = turn.judges_pair(real, &x_fake);
        minimise(&objective.loss.discriminator(&logits).descent, [turn]);
    }
    ahead
}

/// The generator and the discriminator of an experiment.
fn networks(experiment: &Experiment) -> Result<(Network, Network), Unsupported> {
    let Experiment {
        width, latent_dim, ..
    } = *experiment;
    let sample = experiment.sample_shape();
    let activation = match experiment.generator_activation {
        experiment::Activation::Relu => Activation::Relu,
        experiment::Activation::LeakyRelu => Activation::LeakyRelu(SLOPE),
    };
    let dcgan = |latent_dim| dcgan_generator(width, latent_dim, sample, activation);
    let (generator, discriminator) = match experiment.model {
        Model::Gan => (
            fully_connected_generator(width, latent_dim, sample)?,
            fully_connected_discriminator(width, sample)?,
        ),
        Model::Plane => (
            plane_generator(width, latent_dim, activation)?,
            plane_discriminator(width)?,
        ),
        Model::DcganLinear => (
            linear_stem_generator(width, latent_dim, sample, activation)?,
            dcgan_discriminator(width, sample)?,
        ),
        Model::Conditional if experiment.conditioning == Conditioning::Projection => (
            conditional_generator(width, latent_dim, sample, activation)?,
            projection_discriminator(width, sample)?,
        ),
        Model::Conditional => {
            let with_planes = Shape {
                channels: sample.channels + CLASSES,
                ..sample
            };
            (
                dcgan(latent_dim + CLASSES)?.with_planes(),
                dcgan_discriminator(width, with_planes)?.with_planes(),
            )
        }
        Model::Wgan | Model::WganGp => (dcgan(latent_dim)?, critic(width, sample)?),
        Model::Dcgan => (dcgan(latent_dim)?, dcgan_discriminator(width, sample)?),
        Model::Vae | Model::Cyclegan => {
            return Err(Unsupported {
                layer: experiment.model.as_str().to_owned(),
                reason: "this model is no generator against a discriminator",
            });
        }
    };
    let discriminator = match experiment.spectral_norm {
        true => discriminator.with_spectral_norm()?,
        false => discriminator,
    };
    Ok((generator, discriminator))
}

impl Behaviour for Adversarial {
    fn players(&self) -> Vec<&Player> {
        vec![&self.generator, &self.discriminator]
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        vec![&mut self.generator, &mut self.discriminator]
    }

    fn update(&mut self, feed: &mut Feed, update: Update) -> Result<()> {
        for _ in 0..update.of_discriminator(self.discriminator_steps) {
            let batch = self.discriminator_batch(feed);
            self.judged = Some(self.update_discriminator(batch)?);
            feed.progress.discriminator_updates += 1;
        }
        if update != Update::Discriminator {
            let batch = self.generator_batch(feed);
            self.made = Some(self.update_generator(batch));
            feed.progress.generator_updates += 1;
        }
        Ok(())
    }

    fn figures(&self) -> Figures {
        Figures::of(self.judged.as_ref(), self.made.as_ref())
            .with_gradient(D_GRADIENT, &[&self.discriminator])
            .with_gradient(G_GRADIENT, &[&self.generator])
    }

    fn losses(&self, values: &Values) -> Losses {
        let mut losses = values.losses(self.reading);
        if self.objective.loss == Loss::Wasserstein && !values.real_logits.is_empty() {
            losses.terms.insert("wasserstein", values.difference());
        }
        losses
    }

    fn draw<'a>(
        &'a self,
        feed: &'a Feed,
        request: Request,
        weights: Weights,
    ) -> Result<Pictures<'a>> {
        let generator = self.generator.shown(weights, || feed.measuring_latents());
        from_latents(feed, request, move |z, labels| generator.makes(z, labels))
    }

    fn shows(&self) -> Vec<Request> {
        // What has one pixel is a point of the plane.
        match self.generator.network.stack().output.pixels() {
            1 => Vec::new(),
            _ => vec![Request::Grid],
        }
    }

    fn maker_mut(&mut self) -> &mut Player {
        &mut self.generator
    }

    fn tune(&mut self, experiment: &Experiment) {
        self.generator.config = experiment.generator_adam();
        self.discriminator.config = experiment.discriminator_adam();
        self.objective = Objective::of(experiment);
        self.discriminator_steps = experiment.discriminator_steps;
        self.reading = experiment.reading();
    }

    fn slope(&self, feed: &Feed) -> Option<Result<Tensor<1>>> {
        let critic = &self.discriminator.network;
        (self.objective.loss == Loss::Wasserstein && critic.has_input_gradient())
            .then(|| self.slope_of_critic(feed))
    }

    fn duel(&self) -> Option<&Adversarial> {
        Some(self)
    }

    fn adopt_averages(&mut self, feed: &Feed) {
        self.generator.adopt_average(|| feed.measuring_latents());
    }
}
