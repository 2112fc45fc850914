//! A network with its numbers and its optimizer.

use burn::tensor::{Device, Gradients};
use rand_chacha::ChaCha8Rng;

use crate::model::{BoundParameters, Network, Parameters, Pass};
use crate::optimizer::{Adam, AdamConfig};

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
        let adam = Adam::new(network.flat_len(), device);
        Self {
            name,
            network,
            parameters,
            adam,
            config,
            passes: 0,
        }
    }

    /// Lets BatchNorm's running statistics follow a training pass.
    pub fn remember(&mut self, pass: &Pass) {
        self.remember_passes(pass, 1);
    }

    /// The same for a pass through several batches.
    pub fn remember_passes(&mut self, pass: &Pass, passes: u64) {
        if !self.network.statistics().is_empty() {
            self.passes += passes;
        }
        let statistics = self.parameters.statistics.clone();
        self.parameters.statistics = self.network.updated_statistics(statistics, pass);
        self.parameters.directions.clone_from(&pass.directions);
    }

    /// One optimizer step with the gradients of `bound`.
    pub fn descend(&mut self, bound: BoundParameters, gradients: &mut Gradients) {
        self.descend_within(bound, gradients, 0.0, None);
    }

    /// As [`Player::descend`], for a loss with the term λ‖θ‖², λ = `l2`, and with
    /// parameters kept within ± `clip`; see [`Adam::update`].
    pub fn descend_within(
        &mut self,
        bound: BoundParameters,
        gradients: &mut Gradients,
        l2: f64,
        clip: Option<f64>,
    ) {
        let gradient = self.network.gradient(&bound, gradients);
        // The bound parameters are the old ones; without them Adam may write in place.
        drop(bound);
        let flat = &mut self.parameters.flat;
        self.adam.update(&self.config, flat, gradient, l2, clip);
    }
}
