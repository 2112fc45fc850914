//! CycleGAN: unpaired translation between two domains a and b.

use burn::tensor::{Gradients, Tensor};

use super::adversarial::{DiscriminatorOutcome, GeneratorOutcome};
use super::player::Player;
use super::{Term, logits};
use crate::loss::Loss;
use crate::model::{BoundParameters, Mode};
use crate::regularizer::mean_absolute_error;

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
}

/// Images of both domains translated into the other.
#[derive(Debug, Clone)]
pub struct Translations {
    /// G_ab(a).
    pub fake_b: Tensor<4>,
    /// G_ba(b).
    pub fake_a: Tensor<4>,
}

impl CycleGan {
    /// One update of both discriminators on images of both domains, each
    /// `[batch, channels, 32, 32]`. The translators stay as they are.
    ///
    /// The loss of the discriminator, with least squares ½E\[(r − 1)²\] + ½E\[f²\], summed
    /// over the domains. Zhu et al., *Unpaired Image-to-Image Translation using
    /// Cycle-Consistent Adversarial Networks*, 2017; the pool of earlier fakes is left out.
    pub fn update_discriminators(&mut self, a: Tensor<4>, b: Tensor<4>) -> DiscriminatorOutcome {
        let Translations { fake_b, fake_a } = self.translate(a.clone(), b.clone());
        let judged_a = judge_both(&mut self.discriminator_a, self.loss, a, fake_a);
        let judged_b = judge_both(&mut self.discriminator_b, self.loss, b, fake_b);
        let loss = judged_a.loss + judged_b.loss;
        let mut gradients = loss.backward();
        self.discriminator_a.descend(judged_a.bound, &mut gradients);
        self.discriminator_b.descend(judged_b.bound, &mut gradients);
        let logits = Tensor::cat(
            vec![judged_a.real, judged_b.real, judged_a.fake, judged_b.fake],
            0,
        );
        DiscriminatorOutcome {
            loss: loss.without_autodiff(),
            logits: logits.without_autodiff(),
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
        let ab = bind_tracked(&self.generator_ab);
        let ba = bind_tracked(&self.generator_ba);
        let to_b = |x: Tensor<4>| {
            self.generator_ab
                .network
                .forward(&ab, Mode::Train, x)
                .output
        };
        let to_a = |x: Tensor<4>| {
            self.generator_ba
                .network
                .forward(&ba, Mode::Train, x)
                .output
        };
        let (fake_b, fake_a) = (to_b(a.clone()), to_a(b.clone()));
        let cycle = mean_absolute_error(to_a(fake_b.clone()), a.clone())
            + mean_absolute_error(to_b(fake_a.clone()), b.clone());
        let identity =
            mean_absolute_error(to_a(a.clone()), a) + mean_absolute_error(to_b(b.clone()), b);
        let loss = fool(&mut self.discriminator_a, self.loss, fake_a)
            + fool(&mut self.discriminator_b, self.loss, fake_b);
        let total = loss.clone()
            + cycle.clone() * self.cycle_weight
            + identity.clone() * self.identity_weight;
        let mut gradients: Gradients = total.backward();
        self.generator_ab.descend(ab, &mut gradients);
        self.generator_ba.descend(ba, &mut gradients);
        let terms: Vec<Term> = vec![
            ("cycle", cycle.without_autodiff()),
            ("identity", identity.without_autodiff()),
        ];
        GeneratorOutcome {
            loss: loss.without_autodiff(),
            terms,
        }
    }

    /// Both translations, without gradients.
    pub fn translate(&self, a: Tensor<4>, b: Tensor<4>) -> Translations {
        let run = |player: &Player, x| {
            let bound = player.network.bind(&player.parameters);
            player.network.forward(&bound, Mode::Evaluate, x).output
        };
        Translations {
            fake_b: run(&self.generator_ab, a),
            fake_a: run(&self.generator_ba, b),
        }
    }
}

fn bind_tracked(player: &Player) -> BoundParameters {
    player.network.bind_tracked(&player.parameters)
}

struct Judged {
    bound: BoundParameters,
    loss: Tensor<1>,
    real: Tensor<2>,
    fake: Tensor<2>,
}

fn judge_both(player: &mut Player, loss: Loss, real: Tensor<4>, fake: Tensor<4>) -> Judged {
    let bound = bind_tracked(player);
    let pass = player
        .network
        .forward_grouped(&bound, Mode::Train, vec![real, fake]);
    player.remember_passes(&pass, 2);
    let both = logits(pass.output);
    let batch = both.dims()[0] / 2;
    Judged {
        bound,
        loss: loss.discriminator_of_both(both.clone()),
        real: both.clone().narrow(0, 0, batch),
        fake: both.narrow(0, batch, batch),
    }
}

fn fool(player: &mut Player, loss: Loss, fake: Tensor<4>) -> Tensor<1> {
    let bound = player.network.bind(&player.parameters);
    let pass = player.network.forward(&bound, Mode::Train, fake);
    player.remember(&pass);
    loss.generator_of(logits(pass.output))
}
