//! A DCGAN's training step as one would first write it with burn: its layers, its
//! automatic differentiation, its Adam, nothing of Ganvas'. The benchmark holds
//! Ganvas' CPU step against it, in the same browser and with the same weights.

mod network;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::log_sigmoid;
use burn::tensor::{Device, Tensor, TensorData};
use network::{Discriminator, Generator};
use wasm_bindgen::prelude::wasm_bindgen;

/// Pixels of a side: 28, and two of padding all around.
const SIDE: usize = 32;

/// Both networks and their optimizers.
#[wasm_bindgen]
pub struct Trainer {
    device: Device,
    generator: Generator,
    discriminator: Discriminator,
    generator_adam: ModuleOptimizer,
    discriminator_adam: ModuleOptimizer,
    generator_lr: f64,
    discriminator_lr: f64,
    latent_dim: usize,
}

#[wasm_bindgen]
impl Trainer {
    /// Networks whose weights are to be set, and fresh optimizers.
    #[wasm_bindgen(constructor)]
    pub fn new(
        width: usize,
        latent_dim: usize,
        generator_lr: f64,
        discriminator_lr: f64,
        beta1: f32,
        beta2: f32,
        epsilon: f32,
    ) -> Self {
        let device = Device::flex().autodiff();
        let adam = || {
            AdamConfig::new()
                .with_beta_1(beta1)
                .with_beta_2(beta2)
                .with_epsilon(epsilon)
                .init()
        };
        Self {
            generator: Generator::new(width, latent_dim, &device),
            discriminator: Discriminator::new(width, &device),
            generator_adam: adam(),
            discriminator_adam: adam(),
            generator_lr,
            discriminator_lr,
            latent_dim,
            device,
        }
    }

    /// Sets a tensor by its name in a checkpoint; false if there is none of that name and size.
    pub fn set(&mut self, name: &str, values: Vec<f32>) -> bool {
        match name.split_once('.') {
            Some(("generator", rest)) => self.generator.set(rest, values),
            Some(("discriminator", rest)) => self.discriminator.set(rest, values),
            _ => false,
        }
    }

    /// D's update, then G's with the fresh D; their losses.
    pub async fn step(
        &mut self,
        real: Vec<f32>,
        discriminator_latent: Vec<f32>,
        generator_latent: Vec<f32>,
    ) -> Vec<f32> {
        let batch = real.len() / (SIDE * SIDE);
        let upload = |values, shape: [usize; 4]| {
            Tensor::<4>::from_data(TensorData::new(values, shape), &self.device)
        };
        let latent = [batch, self.latent_dim, 1, 1];
        let real = upload(real, [batch, 1, SIDE, SIDE]);
        let for_discriminator = upload(discriminator_latent, latent);
        let for_generator = upload(generator_latent, latent);

        let fake = self.generator.forward(for_discriminator).detach();
        let d_loss = -log_sigmoid(self.discriminator.forward(real)).mean()
            - log_sigmoid(-self.discriminator.forward(fake)).mean();
        let gradients = GradientsParams::from_grads(d_loss.backward(), &self.discriminator);
        self.discriminator = self.discriminator_adam.step(
            self.discriminator_lr,
            self.discriminator.clone(),
            gradients,
        );

        let fake = self.generator.forward(for_generator);
        let g_loss = -log_sigmoid(self.discriminator.forward(fake)).mean();
        let gradients = GradientsParams::from_grads(g_loss.backward(), &self.generator);
        self.generator =
            self.generator_adam
                .step(self.generator_lr, self.generator.clone(), gradients);

        let mut losses = Vec::with_capacity(2);
        for loss in [d_loss, g_loss] {
            let data = loss.inner().into_data_async().await;
            losses.extend(
                data.ok()
                    .and_then(|data| data.try_to_vec::<f32>().ok())
                    .into_iter()
                    .flatten(),
            );
        }
        losses
    }
}
