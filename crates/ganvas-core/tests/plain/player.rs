//! A network with its numbers and a plain Adam.

use burn::tensor::{Gradients, Tensor};
use ganvas_core::network::Network;
use ganvas_core::optimizer::AdamConfig;
use ganvas_core::player::Player as Tested;
use ganvas_core::system::System;

use super::network::{self, Pass};

/// One network.
#[derive(Clone)]
pub struct Player {
    pub name: &'static str,
    pub network: Network,
    pub flat: Tensor<1>,
    pub statistics: Tensor<1>,
    pub directions: Vec<Tensor<1>>,
    pub mean: Tensor<1>,
    pub square: Tensor<1>,
    pub average: Option<Tensor<1>>,
    pub config: AdamConfig,
    updates: i32,
}

/// The networks of a system, in its order.
pub type Players = Vec<Player>;

/// Players that begin as those of `system` do.
pub fn players_of(system: &System) -> Players {
    let of = |player: &Tested| Player {
        name: player.name,
        network: player.network.clone(),
        flat: player.parameters.flat.clone(),
        statistics: player.parameters.statistics.clone(),
        directions: player.parameters.directions.clone(),
        mean: player.adam.mean.clone(),
        square: player.adam.square.clone(),
        average: player.adam.average.clone(),
        config: player.config,
        updates: 0,
    };
    system.players().into_iter().map(of).collect()
}

impl Player {
    /// The parameters, as a leaf whose gradient is wanted.
    pub fn leaf(&self) -> Tensor<1> {
        self.flat.clone().autodiff().require_grad()
    }

    /// One training pass that statistics and power iterations follow.
    pub fn pass(&mut self, flat: &Tensor<1>, x: Tensor<4>, labels: Option<&[u8]>) -> Pass {
        let flat = self.divided(flat);
        let pass = network::forward(&self.network, &flat, &self.statistics, x, labels);
        self.statistics = pass.statistics.clone();
        pass
    }

    /// The parameters with each weight under spectral normalisation divided by its norm,
    /// after one more power iteration.
    fn divided(&mut self, flat: &Tensor<1>) -> Tensor<1> {
        let mut result = flat.clone();
        let specs: Vec<_> = self.network.spectral_weights().cloned().collect();
        for (spec, u) in specs.iter().zip(&mut self.directions) {
            let (out, len) = (spec.shape[0], spec.len());
            let weight: Tensor<2> = flat
                .clone()
                .narrow(0, spec.offset, len)
                .reshape([out, len / out]);
            let fixed = weight.clone().without_autodiff();
            let unit = |v: Tensor<2>| v.clone() / (v.clone() * v).sum().sqrt().reshape([1, 1]);
            let column: Tensor<2> = u.clone().reshape([out, 1]);
            let v = unit(fixed.clone().transpose().matmul(column));
            let column = unit(fixed.matmul(v.clone()));
            let sigma = (weight.clone().matmul(v) * column.clone()).sum();
            *u = column.reshape([out]);
            let divided = (weight / sigma.reshape([1, 1])).reshape([len]);
            result = result.slice_assign([spec.range()], divided);
        }
        result
    }

    /// ∇ₓ Σ D(x), from the slopes of a pass without gradients.
    pub fn slope_at(&self, flat: &Tensor<1>, x: Tensor<4>) -> Tensor<4> {
        let fixed = flat.clone().without_autodiff();
        let values = network::forward(&self.network, &fixed, &self.statistics, x, None).values;
        let stages = &self.network.stack().stages;
        let last = values.last().unwrap();
        let mut gradient = last.ones_like();
        for (stage, value) in stages.iter().zip(&values).rev() {
            let gated = gradient.reshape(value.dims()) * network::slopes(stage.activation, value);
            gradient = network::map_back(stage, flat, gated);
        }
        gradient
    }

    /// One step of Adam, formula by formula.
    pub fn descend(&mut self, leaf: &Tensor<1>, gradients: &mut Gradients) {
        let AdamConfig {
            learning_rate,
            beta1,
            beta2,
            epsilon,
            l2,
            clip,
            average_decay,
        } = self.config;
        let gradient = leaf
            .grad_remove(gradients)
            .unwrap_or_else(|| self.flat.zeros_like());
        let g = gradient + self.flat.clone() * (2.0 * l2);
        let t = f64::from(self.updates);
        self.updates += 1;
        self.mean = self.mean.clone() * beta1 + g.clone() * (1.0 - beta1);
        self.square = self.square.clone() * beta2 + g.clone() * g * (1.0 - beta2);
        let mean = self.mean.clone() / (1.0 - beta1.powi(self.updates));
        let square = self.square.clone() / (1.0 - beta2.powi(self.updates));
        let moved = self.flat.clone() - mean / (square.sqrt() + epsilon) * learning_rate;
        self.flat = if clip.is_finite() {
            moved.clamp(-clip, clip)
        } else {
            moved
        };
        let decay = average_decay.min((1.0 + t) / (10.0 + t));
        self.average = self
            .average
            .take()
            .map(|average| average * decay + self.flat.clone() * (1.0 - decay));
    }
}
