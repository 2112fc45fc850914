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
        if !self.network.statistics().is_empty() {
            self.passes += 1;
        }
        let statistics = self.parameters.statistics.clone();
        self.parameters.statistics = self.network.updated_statistics(statistics, pass);
        self.parameters.directions.clone_from(&pass.directions);
    }

    /// One optimizer step with the gradients of `bound`.
    pub fn descend(&mut self, bound: &BoundParameters, gradients: &mut Gradients) {
        self.descend_with_decay(bound, gradients, 0.0);
    }

    /// As [`Player::descend`], for a loss to which λ‖θ‖² is added with λ = `l2`:
    /// its gradient 2λθ goes through Adam's moments (L2, not decoupled decay).
    pub fn descend_with_decay(
        &mut self,
        bound: &BoundParameters,
        gradients: &mut Gradients,
        l2: f64,
    ) {
        let mut gradient = self.network.gradient(bound, gradients);
        if l2 > 0.0 {
            gradient = gradient + self.parameters.flat.clone() * (2.0 * l2);
        }
        let (adam, flat) =
            self.adam
                .clone()
                .update(&self.config, self.parameters.flat.clone(), gradient);
        self.adam = adam;
        self.parameters.flat = flat;
    }
}
