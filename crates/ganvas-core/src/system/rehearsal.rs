//! Updates that are only rehearsed: what they would see and compute, found on copies.

use burn::tensor::Tensor;

use super::adversarial::{DiscriminatorBatch, GeneratorBatch, look_ahead};
use super::{Adversarial, DiscriminatorOutcome, GeneratorOutcome};
use crate::Result;
use crate::loss::PairLogits;
use crate::network::Labelled;
use crate::player::Player;

/// An update that was not made: what it saw, and the gradient that it would follow.
#[derive(Debug, Clone)]
pub struct Rehearsal<Outcome> {
    /// The loss and its terms.
    pub outcome: Outcome,
    /// ∂L/∂θ of the network that would learn, L2 term included, as one flat tensor.
    pub gradient: Tensor<1>,
}

impl Adversarial {
    /// What [`update_discriminator`](Self::update_discriminator) would see and follow. Nothing
    /// of this system changes.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn rehearse_discriminator(
        &self,
        batch: DiscriminatorBatch,
    ) -> Result<Rehearsal<DiscriminatorOutcome>> {
        let mut copy = self.clone();
        forget(&mut copy.discriminator);
        let outcome = copy.update_discriminator(batch)?;
        Ok(Rehearsal {
            outcome,
            gradient: copy.discriminator.adam.mean,
        })
    }

    /// What [`update_generator`](Self::update_generator) would see and follow. Nothing of this
    /// system changes.
    pub fn rehearse_generator(&self, batch: GeneratorBatch) -> Rehearsal<GeneratorOutcome> {
        let mut copy = self.clone();
        forget(&mut copy.generator);
        let outcome = copy.update_generator(batch);
        Rehearsal {
            outcome,
            gradient: copy.generator.adam.mean,
        }
    }

    /// G(z) as an update makes it: BatchNorm takes this batch's statistics. Nothing changes.
    pub fn makes_as_in_training(&self, z: Tensor<4>, labels: Option<Vec<u8>>) -> Labelled {
        let images = self.generator.clone().plays().makes(z, labels.as_deref());
        Labelled { images, labels }
    }

    /// D(x) and D(G(z)) before the sigmoid, as an update of D judges them. Nothing changes.
    pub fn judges_as_in_training(&self, real: &Labelled, fake: &Labelled) -> PairLogits {
        self.discriminator.clone().plays().judges_pair(real, fake)
    }

    /// This system with the judge that a generator update asks: D, or D some updates ahead.
    #[must_use]
    pub fn with_judge(&self, real: Option<&Labelled>, x_fake: &Labelled) -> Self {
        let mut system = self.clone();
        if let Some(real) = real.filter(|_| self.objective.unrolled_steps > 0) {
            system.discriminator = look_ahead(&self.discriminator, &self.objective, real, x_fake);
        }
        system
    }
}

/// With β₁ = 0 the mean gradient that Adam keeps is the gradient of its latest update.
fn forget(player: &mut Player) {
    player.config.beta1 = 0.0;
}
