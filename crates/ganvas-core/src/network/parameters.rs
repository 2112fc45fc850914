//! The numbers of a network.

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::plan::{Initialisation, TensorSpec};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::Network;

/// The numbers of a network, without gradients.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// All parameters, one after the other, with gaps (zeros) for alignment.
    pub flat: Tensor<1>,
    /// All running means and variances of BatchNorm; empty networks hold one unused number.
    pub statistics: Tensor<1>,
    /// For each weight under spectral normalisation, the left singular vector `[out]`
    /// that the power iteration has found so far; `weight_u` in PyTorch.
    pub directions: Vec<Tensor<1>>,
}

impl Parameters {
    /// From flat numbers in host memory.
    pub fn from_vecs(flat: Vec<f32>, statistics: Vec<f32>, device: &Device) -> Self {
        Self {
            flat: vector(flat, device),
            statistics: vector(statistics, device),
            directions: Vec::new(),
        }
    }

    /// These numbers with the vectors u of the spectral norms.
    #[must_use]
    pub fn with_directions(self, directions: Vec<Vec<f32>>, device: &Device) -> Self {
        Self {
            directions: directions
                .into_iter()
                .map(|values| vector(values, device))
                .collect(),
            ..self
        }
    }
}

impl Network {
    /// Draws initial parameters.
    pub fn initialise(&self, mut rng: ChaCha8Rng, device: &Device) -> Parameters {
        let mut flat = vec![0.0; self.flat_len()];
        for spec in &self.parameters {
            fill(&mut flat[spec.range()], spec, &mut rng);
        }
        let mut statistics = vec![0.0; self.statistics_len()];
        for spec in &self.statistics {
            fill(&mut statistics[spec.range()], spec, &mut rng);
        }
        let directions = self
            .spectral_weights()
            .map(|spec| direction(spec.shape[0], &mut rng))
            .collect();
        Parameters::from_vecs(flat, statistics, device).with_directions(directions, device)
    }
}

fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}

fn fill(values: &mut [f32], spec: &TensorSpec, rng: &mut ChaCha8Rng) {
    match spec.initialisation {
        Initialisation::Constant(value) => values.fill(value),
        Initialisation::Uniform { limit } => {
            for value in values {
                *value = rng.random_range(-limit..=limit);
            }
        }
        Initialisation::Normal { mean, deviation } => {
            for value in values {
                let draw: f32 = StandardNormal.sample(rng);
                *value = mean + deviation * draw;
            }
        }
    }
}

/// A vector of length 1 in a random direction.
fn direction(len: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let values: Vec<f32> = (0..len).map(|_| StandardNormal.sample(rng)).collect();
    let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
    values.iter().map(|v| v / norm).collect()
}
