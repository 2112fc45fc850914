//! The variational autoencoder: an encoder and a decoder that train together.

use burn::tensor::Tensor;

use super::Term;
use super::player::Player;
use crate::model::Mode;
use crate::regularizer::{kl_to_standard_normal, squared_error};

/// An encoder x → (μ, log σ²) and a decoder z → x̂.
#[derive(Debug, Clone)]
pub struct Vae {
    /// Images to the two heads `mu` and `logvar`.
    pub encoder: Player,
    /// Latents to images.
    pub decoder: Player,
    /// Weight β of the KL term; 1 is the evidence lower bound.
    pub kl_weight: f64,
}

/// What an update saw.
#[derive(Debug, Clone)]
pub struct VaeOutcome {
    /// Reconstruction error plus weighted KL before the update, `[1]`.
    pub loss: Tensor<1>,
    /// `reconstruction` and `kl`, without weights.
    pub terms: Vec<Term>,
}

impl Vae {
    /// One update of both networks on `images` `[batch, channels, 32, 32]` with
    /// `noise` `[batch, latent_dim, 1, 1]` from N(0, I).
    ///
    /// z = μ + σ · noise, the reparameterisation that lets gradients through the
    /// draw; loss = E‖x − x̂‖² + β · E KL(N(μ, σ²) ‖ N(0, I)), the negative
    /// evidence lower bound up to a constant (article `004` §3.2; Kingma and
    /// Welling, *Auto-Encoding Variational Bayes*, 2014).
    pub fn update(&mut self, images: Tensor<4>, noise: Tensor<4>) -> VaeOutcome {
        let encoder = self.encoder.network.bind_tracked(&self.encoder.parameters);
        let decoder = self.decoder.network.bind_tracked(&self.decoder.parameters);
        let seen = self
            .encoder
            .network
            .forward(&encoder, Mode::Train, images.clone());
        self.encoder.remember(&seen);
        let heads = self.encoder.network.heads(&encoder, &seen.output);
        let (mu, logvar) = (heads[0].clone(), heads[1].clone());

        let shape = noise.dims();
        let deviation = (logvar.clone() * 0.5).exp().reshape(shape);
        let z = mu.clone().reshape(shape) + deviation * noise;
        let made = self.decoder.network.forward(&decoder, Mode::Train, z);
        self.decoder.remember(&made);

        let reconstruction = squared_error(images, made.output);
        let kl = kl_to_standard_normal(mu, logvar);
        let loss = reconstruction.clone() + kl.clone() * self.kl_weight;
        let mut gradients = loss.backward();
        self.encoder.descend(encoder, &mut gradients);
        self.decoder.descend(decoder, &mut gradients);
        VaeOutcome {
            loss: loss.without_autodiff(),
            terms: vec![
                ("reconstruction", reconstruction.without_autodiff()),
                ("kl", kl.without_autodiff()),
            ],
        }
    }

    /// Images from latents `[batch, latent_dim, 1, 1]`, with the running statistics.
    pub fn decode(&self, z: Tensor<4>) -> Tensor<4> {
        let bound = self.decoder.network.bind(&self.decoder.parameters);
        self.decoder
            .network
            .forward(&bound, Mode::Evaluate, z)
            .output
    }

    /// The latents' means of images, `[batch, latent_dim, 1, 1]`.
    pub fn encode(&self, images: Tensor<4>) -> Tensor<4> {
        let bound = self.encoder.network.bind(&self.encoder.parameters);
        let seen = self.encoder.network.forward(&bound, Mode::Evaluate, images);
        let mu = self
            .encoder
            .network
            .heads(&bound, &seen.output)
            .swap_remove(0);
        let [batch, latent_dim] = mu.dims();
        mu.reshape([batch, latent_dim, 1, 1])
    }
}
