//! Article 004's networks from burn's layers, under the names of Ganvas' checkpoints.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::{Device, Tensor, TensorData};

/// Latents to images.
#[derive(Module, Debug)]
pub struct Generator {
    maps: Vec<ConvTranspose2d>,
    norms: Vec<BatchNorm>,
}

impl Generator {
    /// Four transposed convolutions; all but the last are normalised.
    pub fn new(width: usize, latent_dim: usize, device: &Device) -> Self {
        let map = |channels: [usize; 2], stride: usize| {
            ConvTranspose2dConfig::new(channels, [4, 4])
                .with_stride([stride; 2])
                .with_padding([stride - 1; 2])
                .with_bias(false)
                .init(device)
        };
        Self {
            maps: vec![
                map([latent_dim, 4 * width], 1),
                map([4 * width, 2 * width], 2),
                map([2 * width, width], 2),
                map([width, 1], 2),
            ],
            norms: [4 * width, 2 * width, width]
                .map(|channels| BatchNormConfig::new(channels).init(device))
                .into(),
        }
    }

    /// `[batch, latent_dim, 1, 1]` to `[batch, 1, 32, 32]`.
    pub fn forward(&self, z: Tensor<4>) -> Tensor<4> {
        let mut x = z;
        for (map, norm) in self.maps.iter().zip(&self.norms) {
            x = relu(norm.forward(map.forward(x)));
        }
        tanh(self.maps[3].forward(x))
    }

    /// See [`super::Trainer::set`].
    pub fn set(&mut self, name: &str, values: Vec<f32>) -> bool {
        let Some((layer, what)) = place(name) else {
            return false;
        };
        match (layer % 3, layer / 3) {
            (0, index) if index < self.maps.len() && what == "weight" => {
                assign(&mut self.maps[index].weight, values)
            }
            (1, index) if index < self.norms.len() => {
                assign_norm(&mut self.norms[index], what, values)
            }
            _ => false,
        }
    }
}

/// Images to logits.
#[derive(Module, Debug)]
pub struct Discriminator {
    maps: Vec<Conv2d>,
    norms: Vec<BatchNorm>,
}

impl Discriminator {
    /// Four convolutions; the second and the third are normalised.
    pub fn new(width: usize, device: &Device) -> Self {
        let map = |channels: [usize; 2], stride: usize| {
            let padding = stride - 1;
            Conv2dConfig::new(channels, [4, 4])
                .with_stride([stride; 2])
                .with_padding(PaddingConfig2d::Explicit(
                    padding, padding, padding, padding,
                ))
                .with_bias(false)
                .init(device)
        };
        Self {
            maps: vec![
                map([1, width], 2),
                map([width, 2 * width], 2),
                map([2 * width, 4 * width], 2),
                map([4 * width, 1], 1),
            ],
            norms: [2 * width, 4 * width]
                .map(|channels| BatchNormConfig::new(channels).init(device))
                .into(),
        }
    }

    /// `[batch, 1, 32, 32]` to `[batch, 1, 1, 1]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut x = leaky_relu(self.maps[0].forward(images), 0.2);
        for (map, norm) in self.maps[1..].iter().zip(&self.norms) {
            x = leaky_relu(norm.forward(map.forward(x)), 0.2);
        }
        self.maps[3].forward(x)
    }

    /// See [`super::Trainer::set`].
    pub fn set(&mut self, name: &str, values: Vec<f32>) -> bool {
        match place(name) {
            Some((0, "weight")) => assign(&mut self.maps[0].weight, values),
            Some((layer @ (2 | 5 | 8), "weight")) => {
                assign(&mut self.maps[(layer + 1) / 3].weight, values)
            }
            Some((layer @ (3 | 6), what)) => {
                assign_norm(&mut self.norms[layer / 3 - 1], what, values)
            }
            _ => false,
        }
    }
}

/// `model.3.weight`: layer 3, its weight.
fn place(name: &str) -> Option<(usize, &str)> {
    let (layer, what) = name.strip_prefix("model.")?.split_once('.')?;
    Some((layer.parse().ok()?, what))
}

fn assign_norm(norm: &mut BatchNorm, what: &str, values: Vec<f32>) -> bool {
    match what {
        "weight" => assign(&mut norm.gamma, values),
        "bias" => assign(&mut norm.beta, values),
        // They start as burn's do: 0 and 1.
        "running_mean" | "running_var" => true,
        _ => false,
    }
}

fn assign<const D: usize>(parameter: &mut Param<Tensor<D>>, values: Vec<f32>) -> bool {
    let old = parameter.val();
    let shape = old.dims();
    if values.len() != shape.iter().product::<usize>() {
        return false;
    }
    let value = Tensor::from_data(TensorData::new(values, shape), &old.device());
    *parameter = Param::from_tensor(value);
    true
}
