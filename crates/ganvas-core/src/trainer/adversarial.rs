//! Two networks that train against each other.

use burn::tensor::Tensor;

use super::player::Player;
use crate::loss::Loss;
use crate::model::Mode;

/// A generator and a discriminator.
#[derive(Debug, Clone)]
pub struct Adversarial {
    /// G: latents to images.
    pub generator: Player,
    /// D: images to logits.
    pub discriminator: Player,
    /// The objective.
    pub loss: Loss,
}

/// What a discriminator update saw; values stay on the device until read.
#[derive(Debug, Clone)]
pub struct DiscriminatorOutcome {
    /// The discriminator's loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// D(x) before the sigmoid, `[batch, 1]`.
    pub real_logits: Tensor<2>,
    /// D(G(z)) before the sigmoid, `[batch, 1]`.
    pub fake_logits: Tensor<2>,
}

/// What a generator update saw.
#[derive(Debug, Clone)]
pub struct GeneratorOutcome {
    /// The generator's loss before the update, `[1]`.
    pub loss: Tensor<1>,
}

impl Adversarial {
    /// One discriminator update on `real_images` `[batch, channels, 32, 32]` and
    /// on fakes made from `z` `[batch, latent_dim, 1, 1]`. The generator's
    /// parameters stay as they are.
    pub fn update_discriminator(
        &mut self,
        real_images: Tensor<4>,
        z: Tensor<4>,
    ) -> DiscriminatorOutcome {
        let generator = self.generator.network.bind(&self.generator.parameters);
        let made = self.generator.network.forward(&generator, Mode::Train, z);
        self.generator.remember(&made);

        let network = &self.discriminator.network;
        let bound = network.bind_tracked(&self.discriminator.parameters);
        // Two passes, not one over both halves: BatchNorm must not mix real and fake.
        let real = network.forward(&bound, Mode::Train, real_images);
        let fake = network.forward(&bound, Mode::Train, made.output);
        self.discriminator.remember(&real);
        self.discriminator.remember(&fake);

        let real_logits = logits(real.output);
        let fake_logits = logits(fake.output);
        let loss = self
            .loss
            .discriminator(real_logits.clone(), fake_logits.clone());
        let mut gradients = loss.backward();
        self.discriminator.descend(&bound, &mut gradients);
        DiscriminatorOutcome {
            loss: loss.without_autodiff(),
            real_logits: real_logits.without_autodiff(),
            fake_logits: fake_logits.without_autodiff(),
        }
    }

    /// One generator update from `z` `[batch, latent_dim, 1, 1]`. The
    /// discriminator's parameters stay as they are, and no gradient is computed
    /// for them.
    pub fn update_generator(&mut self, z: Tensor<4>) -> GeneratorOutcome {
        let bound = self
            .generator
            .network
            .bind_tracked(&self.generator.parameters);
        let made = self.generator.network.forward(&bound, Mode::Train, z);
        self.generator.remember(&made);

        let network = &self.discriminator.network;
        let judge = network.bind(&self.discriminator.parameters);
        let fake = network.forward(&judge, Mode::Train, made.output);
        self.discriminator.remember(&fake);

        let loss = self.loss.generator(logits(fake.output));
        let mut gradients = loss.backward();
        self.generator.descend(&bound, &mut gradients);
        GeneratorOutcome {
            loss: loss.without_autodiff(),
        }
    }

    /// Images from latents, with the running statistics, so that an image does
    /// not depend on the others that are drawn with it.
    pub fn generate(&self, z: Tensor<4>) -> Tensor<4> {
        let bound = self.generator.network.bind(&self.generator.parameters);
        self.generator
            .network
            .forward(&bound, Mode::Evaluate, z)
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

fn logits(output: Tensor<4>) -> Tensor<2> {
    let batch = output.dims()[0];
    output.reshape([batch, 1])
}
