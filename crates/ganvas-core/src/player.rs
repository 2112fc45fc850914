//! A network that takes part in a training: it makes, judges, and learns.

use burn::tensor::{Device, Gradients, Tensor};
use ganvas_kernels::ops::Descent;
use rand_chacha::ChaCha8Rng;

use crate::Result;
use crate::loss::PairLogits;
use crate::network::{Bound, Labelled, Mode, Network, Parameters};
use crate::optimizer::{Adam, AdamConfig};
use crate::random::{Stream, random};

/// One network being trained.
#[derive(Debug, Clone)]
pub struct Player {
    /// The first part of its parameters' names, such as `generator`.
    pub name: &'static str,
    /// Its structure.
    pub network: Network,
    /// Its numbers.
    pub parameters: Parameters,
    /// Its optimizer's state.
    pub adam: Adam,
    /// Its optimizer's settings.
    pub config: AdamConfig,
    /// Training passes that BatchNorm has seen, `num_batches_tracked` in PyTorch.
    pub passes: u64,
    /// ∇_θ of the loss of its latest update, on the device: what [`minimise`] was given,
    /// before L2 and Adam. Nothing is computed for it.
    pub gradient: Option<Tensor<1>>,
}

/// A player that has no numbers yet.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The first part of its parameters' names.
    pub name: &'static str,
    /// Its structure.
    pub network: Network,
    /// Its optimizer's settings.
    pub config: AdamConfig,
    /// Where its initial parameters are drawn from.
    pub(crate) stream: Stream,
}

impl Seat {
    /// The player with freshly drawn parameters.
    pub(crate) fn player(self, seed: u64, device: &Device) -> Player {
        let rng = random(seed, self.stream, 0);
        Player::new(self.name, self.network, self.config, rng, device)
    }
}

impl Player {
    /// A network with freshly drawn parameters.
    pub fn new(
        name: &'static str,
        network: Network,
        config: AdamConfig,
        rng: ChaCha8Rng,
        device: &Device,
    ) -> Self {
        let parameters = network.initialise(rng, device);
        let adam = Adam::of(&config, &parameters.flat);
        Self {
            name,
            network,
            parameters,
            adam,
            config,
            passes: 0,
            gradient: None,
        }
    }

    /// A turn in which its parameters θ are constants.
    pub fn plays(&mut self) -> Turn<'_> {
        let bound = self.parameters.bind();
        Turn {
            player: self,
            bound,
        }
    }

    /// A turn in which losses are differentiated by its parameters θ, to be ended by
    /// [`minimise`].
    pub fn learns(&mut self) -> Turn<'_> {
        let bound = self.parameters.bind_tracked();
        Turn {
            player: self,
            bound,
        }
    }

    /// A network of its structure for showing, with its parameters as they are or, where
    /// one is kept and wanted, their average. The average gets running statistics of its
    /// own: those of one pass over `batch`.
    pub fn shown(&self, weights: Weights, batch: impl FnOnce() -> Labelled) -> Shown<'_> {
        let mut bound = self.parameters.bind();
        if let (Weights::Averaged, Some(average)) = (weights, &self.adam.average) {
            bound = bound.with_parameters(average.clone());
            if !self.network.statistics().is_empty() {
                bound.statistics = self.network.measure(&bound, &batch());
            }
        }
        Shown {
            network: &self.network,
            bound,
        }
    }

    /// Takes the average of its parameters for the parameters, with running statistics of
    /// its own, as [`shown`](Self::shown) has them. Without an average nothing changes.
    pub fn adopt_average(&mut self, batch: impl FnOnce() -> Labelled) {
        if let Some(average) = &self.adam.average {
            let statistics = self.shown(Weights::Averaged, batch).bound.statistics;
            self.parameters.statistics = statistics;
            self.parameters.flat.clone_from(average);
        }
    }

    /// λ‖θ‖² of its optimizer's settings, `[1]`, if there is such a term.
    pub fn weight_penalty(&self) -> Option<Tensor<1>> {
        (self.config.l2 > 0.0).then(|| self.parameters.flat.clone().square().sum() * self.config.l2)
    }

    fn descend(&mut self, gradient: Tensor<1>) {
        self.gradient = Some(gradient.clone());
        let flat = &mut self.parameters.flat;
        self.adam.update(&self.config, flat, gradient);
    }
}

/// Which of a player's parameters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// The exponential moving average, where one is kept.
    #[default]
    Averaged,
    /// As they are trained.
    Raw,
}

/// A network for showing: running statistics, no gradients, nothing remembered.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    network: &'a Network,
    bound: Bound,
}

impl Shown<'_> {
    /// What it makes of `x`. With the running statistics an image does not depend on the
    /// others that are made with it.
    pub fn makes(&self, x: Tensor<4>, labels: Option<&[u8]>) -> Tensor<4> {
        let mut bound = self.bound.clone();
        self.network.forward(&mut bound, Mode::Evaluate, x, labels)
    }

    /// Each head of the network on what it made, `[batch, outputs]`.
    pub fn heads(&self, output: &Tensor<4>) -> Vec<Tensor<2>> {
        self.network.heads(&self.bound, output)
    }
}

/// A player's passes in training. BatchNorm's running statistics and the directions of
/// spectral norms follow each of them.
#[derive(Debug)]
pub struct Turn<'a> {
    player: &'a mut Player,
    bound: Bound,
}

impl Turn<'_> {
    /// The output for x, such as images G(z): x is `[batch, channels, height, width]`,
    /// with the classes that the output shall have where the network is told them.
    pub fn makes(&mut self, x: Tensor<4>, labels: Option<&[u8]>) -> Tensor<4> {
        let output = self
            .player
            .network
            .forward(&mut self.bound, Mode::Train, x, labels);
        self.remember(1);
        output
    }

    /// D(x) before the sigmoid, `[batch, 1]`.
    pub fn judges(&mut self, images: &Labelled) -> Tensor<2> {
        self.makes(images.images.clone(), images.labels.as_deref())
            .flatten(1, 3)
    }

    /// D(x) and D(G(z)) before the sigmoid: two passes, of whose images BatchNorm mixes
    /// none, and which are constants.
    pub fn judges_pair(&mut self, real: &Labelled, fake: &Labelled) -> PairLogits {
        let output =
            self.player
                .network
                .forward_grouped(&mut self.bound, Mode::Train, &[real, fake]);
        self.remember(2);
        PairLogits {
            both: output.flatten(1, 3),
        }
    }

    /// D(x) before the sigmoid, `[batch, 1]`, and the features f(x) that it is made
    /// from, `[batch, features]`.
    pub fn judges_with_features(&mut self, images: &Labelled) -> (Tensor<2>, Tensor<2>) {
        let (output, features) = self.player.network.forward_with_features(
            &mut self.bound,
            Mode::Train,
            images.images.clone(),
            images.labels.as_deref(),
        );
        self.remember(1);
        (output.flatten(1, 3), features.flatten(1, 3))
    }

    /// Each head of the network on the output of a pass, `[batch, outputs]`.
    pub fn heads(&self, output: &Tensor<4>) -> Vec<Tensor<2>> {
        self.player.network.heads(&self.bound, output)
    }

    /// ∇ₓD at `images`, in their shape; see [`Network::input_gradient`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn slope_at(&self, images: Tensor<4>) -> Result<Tensor<4>> {
        self.player.network.input_gradient(&self.bound, images)
    }

    fn remember(&mut self, passes: u64) {
        let player = &mut *self.player;
        if !player.network.statistics().is_empty() {
            player.passes += passes;
        }
        player
            .parameters
            .statistics
            .clone_from(&self.bound.statistics);
        player
            .parameters
            .directions
            .clone_from(&self.bound.directions);
    }

    fn ends(self, gradients: &mut Gradients) {
        let Some(gradient) = self.bound.gradient(gradients) else {
            panic!("the loss does not reach the {}", self.player.name);
        };
        // The bound parameters are the old ones; without them Adam may write in place.
        drop(self.bound);
        self.player.descend(gradient);
    }
}

/// One optimizer step of each player down the gradient of a loss.
///
/// # Panics
///
/// Where the loss depends on none of a player's parameters, or the player
/// [plays](Player::plays) and does not learn.
pub fn minimise<const N: usize>(descent: &Descent, players: [Turn<'_>; N]) {
    let mut gradients = descent.backward();
    for player in players {
        player.ends(&mut gradients);
    }
}
