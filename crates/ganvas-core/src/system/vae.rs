//! The variational autoencoder: an encoder and a decoder that train together.

use burn::tensor::Tensor;
use ganvas_kernels::ops::Descent;

use super::figures::G_GRADIENT;
use super::request::{Pictures, Request, chunks, from_latents, interleaved};
use super::{Behaviour, Figures, GeneratorOutcome, Losses, Update, Values};
use crate::experiment::Reading;
use crate::feed::Feed;
use crate::network::{Activation, Unsupported, dcgan_generator, vae_encoder};
use crate::player::{Player, Seat, Weights, minimise};
use crate::random::Stream;
use crate::regularizer::{kl_to_standard_normal, squared_error};
use crate::{Error, Experiment, Result};

/// An encoder x → (μ, log σ²) and a decoder z → x̂.
#[derive(Debug, Clone)]
pub struct Vae {
    /// Images to the two heads `mu` and `logvar`.
    pub encoder: Player,
    /// Latents to images.
    pub decoder: Player,
    /// Weight β of the KL term; 1 is the evidence lower bound.
    pub kl_weight: f64,
    made: Option<GeneratorOutcome>,
}

impl Vae {
    /// Its players.
    pub(super) fn seats(experiment: &Experiment) -> Result<[Seat; 2], Unsupported> {
        let Experiment {
            width, latent_dim, ..
        } = *experiment;
        let sample = experiment.sample_shape();
        let config = experiment.generator_adam();
        Ok([
            Seat {
                name: "encoder",
                network: vae_encoder(width, latent_dim, sample)?,
                config,
                stream: Stream::GeneratorWeights,
            },
            Seat {
                name: "decoder",
                network: dcgan_generator(width, latent_dim, sample, Activation::Relu)?,
                config,
                stream: Stream::DiscriminatorWeights,
            },
        ])
    }

    /// The system of an experiment.
    pub(super) fn new(experiment: &Experiment, [encoder, decoder]: [Player; 2]) -> Self {
        Self {
            encoder,
            decoder,
            kl_weight: experiment.kl_weight,
            made: None,
        }
    }

    /// One update of both networks on `images` `[batch, channels, height, width]` with
    /// `noise` `[batch, latent_dim, 1, 1]` from N(0, I).
    ///
    /// z = μ + σ · noise, the reparameterisation that lets gradients through the
    /// draw; loss = E‖x − x̂‖² + β · E KL(N(μ, σ²) ‖ N(0, I)), the negative
    /// evidence lower bound up to a constant (article `004` §3.2; Kingma and
    /// Welling, *Auto-Encoding Variational Bayes*, 2014).
    pub fn update_both(&mut self, images: Tensor<4>, noise: Tensor<4>) -> GeneratorOutcome {
        let (mut encoder, mut decoder) = (self.encoder.learns(), self.decoder.learns());
        let features = encoder.makes(images.clone(), None);
        let heads = encoder.heads(&features);
        let (mu, logvar) = (heads[0].clone(), heads[1].clone());

        let shape = noise.dims();
        let sigma = (logvar.clone() * 0.5).exp().reshape(shape);
        let z = mu.clone().reshape(shape) + sigma * noise;
        let x_made = decoder.makes(z, None);

        let reconstruction = squared_error(images, x_made);
        let kl = kl_to_standard_normal(mu, logvar);
        let loss = reconstruction.clone() + kl.clone() * self.kl_weight;
        minimise(&Descent::of(loss.clone()), [encoder, decoder]);
        let loss = loss.without_autodiff();
        GeneratorOutcome {
            terms: vec![
                ("loss", loss.clone()),
                ("reconstruction", reconstruction.without_autodiff()),
                ("kl", kl.without_autodiff()),
            ],
            loss,
        }
    }
}

impl Behaviour for Vae {
    fn players(&self) -> Vec<&Player> {
        vec![&self.encoder, &self.decoder]
    }

    fn players_mut(&mut self) -> Vec<&mut Player> {
        vec![&mut self.encoder, &mut self.decoder]
    }

    fn update(&mut self, feed: &mut Feed, update: Update) -> Result<()> {
        if update != Update::Both {
            return Err(Error::experiment(
                "step",
                "a VAE's networks train together: step both",
            ));
        }
        let index = feed.progress.generator_updates;
        let images = feed.real(index).images;
        let noise = feed.generator_latents(index);
        self.made = Some(self.update_both(images, noise));
        feed.progress.generator_updates += 1;
        feed.progress.discriminator_updates += 1;
        Ok(())
    }

    fn figures(&self) -> Figures {
        Figures::of(None, self.made.as_ref()).with_gradient(G_GRADIENT, &self.players())
    }

    fn losses(&self, values: &Values) -> Losses {
        values.losses(Reading::Higher)
    }

    fn draw<'a>(
        &'a self,
        feed: &'a Feed,
        request: Request,
        weights: Weights,
    ) -> Result<Pictures<'a>> {
        let decoder = self.decoder.shown(weights, || feed.measuring_latents());
        let Request::Reconstructions { count } = request else {
            return from_latents(feed, request, move |z, _| decoder.makes(z, None));
        };
        let encoder = self.encoder.shown(weights, || feed.measuring_images());
        let pictures = chunks(count).map(move |chunk| {
            let indices: Vec<usize> = chunk.collect();
            let images = feed.images_of(feed.dataset(), &indices);
            // Decoded from the mean of its latent.
            let features = encoder.makes(images.clone(), None);
            let mu = encoder.heads(&features).swap_remove(0);
            let [batch, latent_dim] = mu.dims();
            let made = decoder.makes(mu.reshape([batch, latent_dim, 1, 1]), None);
            interleaved(&[images, made])
        });
        Ok(Box::new(pictures))
    }

    fn shows(&self) -> Vec<Request> {
        vec![Request::Reconstructions { count: 1 }, Request::Grid]
    }

    fn maker_mut(&mut self) -> &mut Player {
        &mut self.decoder
    }

    fn tune(&mut self, experiment: &Experiment) {
        let config = experiment.generator_adam();
        for player in self.players_mut() {
            player.config = config;
        }
        self.kl_weight = experiment.kl_weight;
    }

    fn adopt_averages(&mut self, feed: &Feed) {
        self.decoder.adopt_average(|| feed.measuring_latents());
        self.encoder.adopt_average(|| feed.measuring_images());
    }
}
