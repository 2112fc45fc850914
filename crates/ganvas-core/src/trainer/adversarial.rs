//! Two networks that train against each other.

use burn::tensor::Tensor;

use super::player::Player;
use super::{CLASSES, Term, logits, one_hot};
use crate::loss::Loss;
use crate::model::Mode;
use crate::regularizer::{
    MMD_BANDWIDTHS, feature_matching, gradient_penalty, interpolate, mmd_squared,
};

/// What both networks minimise: a loss and what is added to it. Weights of 0
/// switch a term off, at no cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// The adversarial loss.
    pub loss: Loss,
    /// Weight λ of the critic's gradient penalty.
    pub gradient_penalty: f64,
    /// The critic's parameters are kept in \[−clip, clip\] after every update.
    pub clip: f64,
    /// Weight λ of λ‖θ_D‖² in the discriminator's loss.
    pub d_l2: f64,
    /// Weight of feature matching in the generator's loss.
    pub feature_matching: f64,
    /// Feature matching takes the place of the adversarial loss instead of standing beside it.
    pub feature_matching_only: bool,
    /// Weight λ of λ·MMD² in the generator's loss.
    pub mmd: f64,
    /// Look-ahead discriminator updates before the generator's.
    pub unrolled_steps: usize,
}

impl From<Loss> for Objective {
    fn from(loss: Loss) -> Self {
        Self {
            loss,
            gradient_penalty: 0.0,
            clip: 0.0,
            d_l2: 0.0,
            feature_matching: 0.0,
            feature_matching_only: false,
            mmd: 0.0,
            unrolled_steps: 0,
        }
    }
}

impl Objective {
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
}

/// What a discriminator update is made of.
#[derive(Debug, Clone)]
pub struct DiscriminatorBatch {
    /// `[batch, channels, 32, 32]`.
    pub real_images: Tensor<4>,
    /// `[batch, latent_dim, 1, 1]`.
    pub z: Tensor<4>,
    /// The classes of the real images, which the fakes are to have too.
    pub labels: Option<Vec<u8>>,
    /// ε of the gradient penalty's interpolates, `[batch]`; used if there is a penalty.
    pub interpolation: Option<Tensor<1>>,
}

/// What a generator update is made of.
#[derive(Debug, Clone)]
pub struct GeneratorBatch {
    /// `[batch, latent_dim, 1, 1]`.
    pub z: Tensor<4>,
    /// The classes that the fakes are to have.
    pub labels: Option<Vec<u8>>,
    /// The step's real images and their classes, where the objective
    /// [looks at them](Objective::needs_real_images).
    pub real: Option<(Tensor<4>, Option<Vec<u8>>)>,
}

/// What a discriminator update saw; values stay on the device until read.
#[derive(Debug, Clone)]
pub struct DiscriminatorOutcome {
    /// The discriminator's adversarial loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// D(x) before the sigmoid, then as many D(G(z)), `[2 · batch, 1]`.
    pub logits: Tensor<2>,
    /// Further terms of the loss, with their weights.
    pub terms: Vec<Term>,
}

impl DiscriminatorOutcome {
    /// D(x) before the sigmoid, `[batch, 1]`.
    pub fn real_logits(&self) -> Tensor<2> {
        let batch = self.logits.dims()[0] / 2;
        self.logits.clone().narrow(0, 0, batch)
    }

    /// D(G(z)) before the sigmoid, `[batch, 1]`.
    pub fn fake_logits(&self) -> Tensor<2> {
        let batch = self.logits.dims()[0] / 2;
        self.logits.clone().narrow(0, batch, batch)
    }
}

/// What a generator update saw.
#[derive(Debug, Clone)]
pub struct GeneratorOutcome {
    /// The generator's adversarial loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// Further terms of the loss, with their weights.
    pub terms: Vec<Term>,
}

impl Adversarial {
    /// One discriminator update on `real_images` `[batch, channels, 32, 32]` and
    /// on fakes made from `z` `[batch, latent_dim, 1, 1]`, without labels. The
    /// generator's parameters stay as they are.
    pub fn update_discriminator(
        &mut self,
        real_images: Tensor<4>,
        z: Tensor<4>,
    ) -> DiscriminatorOutcome {
        self.update_discriminator_on(DiscriminatorBatch {
            real_images,
            z,
            labels: None,
            interpolation: None,
        })
    }

    /// One generator update from `z` `[batch, latent_dim, 1, 1]`, without labels
    /// or real images. The discriminator's parameters stay as they are, and no
    /// gradient is computed for them.
    pub fn update_generator(&mut self, z: Tensor<4>) -> GeneratorOutcome {
        self.update_generator_on(GeneratorBatch {
            z,
            labels: None,
            real: None,
        })
    }

    /// One discriminator update. The generator's parameters stay as they are.
    pub fn update_discriminator_on(&mut self, batch: DiscriminatorBatch) -> DiscriminatorOutcome {
        let z = with_classes(batch.z, batch.labels.as_deref());
        let generator = self.generator.network.bind(&self.generator.parameters);
        let made = self.generator.network.forward(&generator, Mode::Train, z);
        self.generator.remember(&made);
        let labels = batch.labels.as_deref();
        descend_discriminator(
            &self.objective,
            &mut self.discriminator,
            (batch.real_images, labels),
            (made.output, labels),
            batch.interpolation,
        )
    }

    /// One generator update. The discriminator's parameters stay as they are, and
    /// no gradient is computed for them.
    pub fn update_generator_on(&mut self, batch: GeneratorBatch) -> GeneratorOutcome {
        let objective = &self.objective;
        let labels = batch.labels.as_deref();
        let z = with_classes(batch.z, labels);
        let bound = self
            .generator
            .network
            .bind_tracked(&self.generator.parameters);
        let made = self.generator.network.forward(&bound, Mode::Train, z);
        self.generator.remember(&made);

        // The judge is the discriminator, or a copy of it that has looked ahead.
        let real = batch.real.as_ref();
        let mut ahead = None;
        if let Some((real_images, real_labels)) = real
            && objective.unrolled_steps > 0
        {
            let mut copy = self.discriminator.clone();
            let fixed = made.output.clone().without_autodiff();
            for _ in 0..objective.unrolled_steps {
                descend_discriminator(
                    objective,
                    &mut copy,
                    (real_images.clone(), real_labels.as_deref()),
                    (fixed.clone(), labels),
                    None,
                );
            }
            ahead = Some(copy);
        }
        let judge = ahead.as_mut().unwrap_or(&mut self.discriminator);

        let mut parameters = judge.network.bind(&judge.parameters);
        let mut real_features = None;
        if let Some((real_images, real_labels)) = real
            && objective.feature_matching > 0.0
        {
            let images = with_planes(real_images.clone(), real_labels.as_deref());
            let pass = judge
                .network
                .forward_with_features(&parameters, Mode::Train, images);
            judge.remember(&pass);
            parameters.follow(&pass);
            real_features = pass.features;
        }
        let images = with_planes(made.output.clone(), labels);
        let fake = if real_features.is_some() {
            judge
                .network
                .forward_with_features(&parameters, Mode::Train, images)
        } else {
            judge.network.forward(&parameters, Mode::Train, images)
        };
        judge.remember(&fake);

        let adversarial = objective.loss.generator_of(logits(fake.output));
        let mut terms = Vec::new();
        let mut total = Some(adversarial.clone());
        if let (Some(real), Some(fake)) = (real_features, fake.features) {
            let term = feature_matching(real.flatten(1, 3), fake.flatten(1, 3))
                * objective.feature_matching;
            if objective.feature_matching_only {
                total = None;
            }
            add(&mut total, &mut terms, "feature_matching", term);
        }
        if let Some((real_images, _)) = real
            && objective.mmd > 0.0
        {
            let term = mmd_squared(
                real_images.clone().flatten(1, 3),
                made.output.flatten(1, 3),
                &MMD_BANDWIDTHS,
            ) * objective.mmd;
            add(&mut total, &mut terms, "mmd", term);
        }
        let mut gradients = total.unwrap_or_else(|| adversarial.clone()).backward();
        self.generator.descend(bound, &mut gradients);
        GeneratorOutcome {
            loss: adversarial.without_autodiff(),
            terms,
        }
    }

    /// Images from latents (and classes, where the system has them), with the
    /// running statistics, so that an image does not depend on the others that
    /// are drawn with it.
    pub fn generate(&self, z: Tensor<4>, labels: Option<&[u8]>) -> Tensor<4> {
        let bound = self.generator.network.bind(&self.generator.parameters);
        self.generator
            .network
            .forward(&bound, Mode::Evaluate, with_classes(z, labels))
            .output
    }

    /// Both networks, in the order of their names in a checkpoint.
    pub fn players(&self) -> [&Player; 2] {
        [&self.generator, &self.discriminator]
    }

    /// Both networks, to be changed.
    pub fn players_mut(&mut self) -> [&mut Player; 2] {
        [&mut self.generator, &mut self.discriminator]
    }
}

/// Images and their classes.
type Labelled<'a> = (Tensor<4>, Option<&'a [u8]>);

/// One update of a discriminator on real and fake images.
fn descend_discriminator(
    objective: &Objective,
    player: &mut Player,
    real: Labelled<'_>,
    fake: Labelled<'_>,
    interpolation: Option<Tensor<1>>,
) -> DiscriminatorOutcome {
    let penalised = interpolation
        .filter(|_| objective.gradient_penalty > 0.0)
        .map(|epsilon| {
            let points = interpolate(real.0.clone(), fake.0.clone(), epsilon);
            with_planes(points, real.1)
        });
    let bound = player.network.bind_tracked(&player.parameters);
    let batches = vec![with_planes(real.0, real.1), with_planes(fake.0, fake.1)];
    let pass = player.network.forward_grouped(&bound, Mode::Train, batches);
    player.remember_passes(&pass, 2);

    let logits = logits(pass.output);
    let loss = objective.loss.discriminator_of_both(logits.clone());
    let mut terms = Vec::new();
    let mut total = Some(loss.clone());
    if let Some(points) = penalised {
        let plain = player.network.bind(&player.parameters);
        if let Some(gradient) = player.network.input_gradient(&bound, &plain, points) {
            let term = gradient_penalty(gradient) * objective.gradient_penalty;
            add(&mut total, &mut terms, "gradient_penalty", term);
        }
    }
    let mut gradients = total.unwrap_or_else(|| loss.clone()).backward();
    if objective.d_l2 > 0.0 {
        let squares = player.parameters.flat.clone().square().sum() * objective.d_l2;
        terms.push(("d_l2", squares));
    }
    let clip = (objective.clip > 0.0).then_some(objective.clip);
    player.descend_within(bound, &mut gradients, objective.d_l2, clip);
    DiscriminatorOutcome {
        loss: loss.without_autodiff(),
        logits: logits.without_autodiff(),
        terms,
    }
}

fn add(total: &mut Option<Tensor<1>>, terms: &mut Vec<Term>, name: &'static str, term: Tensor<1>) {
    terms.push((name, term.clone().without_autodiff()));
    *total = Some(match total.take() {
        Some(sum) => sum + term,
        None => term,
    });
}

/// z with the classes' one-hot vectors after it.
fn with_classes(z: Tensor<4>, labels: Option<&[u8]>) -> Tensor<4> {
    match labels {
        None => z,
        Some(labels) => {
            let classes = one_hot(labels, &z.device());
            Tensor::cat(vec![z, classes], 1)
        }
    }
}

/// Images with a constant plane for each class after their channels: 1 for the class, 0 for the others.
fn with_planes(images: Tensor<4>, labels: Option<&[u8]>) -> Tensor<4> {
    match labels {
        None => images,
        Some(labels) => {
            let [batch, _, height, width] = images.dims();
            let classes = one_hot(labels, &images.device().without_autodiff());
            let planes = classes.expand([batch, CLASSES, height, width]);
            Tensor::cat(vec![images, planes], 1)
        }
    }
}
