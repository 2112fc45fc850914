//! From an experiment to its networks, with fresh parameters.

use burn::tensor::Device;

use crate::Experiment;
use crate::experiment::{Activation, Model};
use crate::model::{
    Layer, Network, critic, dcgan_discriminator, dcgan_generator, dcgan_generator_with,
    fully_connected_discriminator, fully_connected_generator, linear_stem_generator, translator,
    vae_encoder,
};
use crate::optimizer::AdamConfig;
use crate::random::{Stream, random};
use crate::trainer::{Adversarial, CLASSES, CycleGan, Objective, Player, System, Vae};

/// The system of an experiment.
pub(crate) fn assemble(experiment: &Experiment, device: &Device) -> System {
    let Experiment {
        width,
        latent_dim,
        seed,
        ..
    } = *experiment;
    let player = |name, network, config: AdamConfig, stream| {
        Player::new(name, network, config, random(seed, stream, 0), device)
    };
    let (generator_adam, discriminator_adam) =
        (experiment.generator_adam(), experiment.discriminator_adam());
    match experiment.model {
        Model::Vae => System::Vae(Box::new(Vae {
            encoder: player(
                "encoder",
                vae_encoder(width, latent_dim, 1),
                generator_adam,
                Stream::GeneratorWeights,
            ),
            decoder: player(
                "decoder",
                dcgan_generator(width, latent_dim, 1),
                generator_adam,
                Stream::DiscriminatorWeights,
            ),
            kl_weight: experiment.kl_weight,
        })),
        Model::Cyclegan => System::CycleGan(Box::new(CycleGan {
            generator_ab: player(
                "generator_ab",
                translator(width, 1),
                generator_adam,
                Stream::GeneratorWeights,
            ),
            generator_ba: player(
                "generator_ba",
                translator(width, 1),
                generator_adam,
                Stream::SecondGeneratorWeights,
            ),
            discriminator_a: player(
                "discriminator_a",
                normalised(experiment, dcgan_discriminator(width, 1)),
                discriminator_adam,
                Stream::DiscriminatorWeights,
            ),
            discriminator_b: player(
                "discriminator_b",
                normalised(experiment, dcgan_discriminator(width, 1)),
                discriminator_adam,
                Stream::SecondDiscriminatorWeights,
            ),
            loss: experiment.objective_loss(),
            cycle_weight: experiment.cycle_weight,
            identity_weight: experiment.identity_weight,
        })),
        _ => {
            let (generator, discriminator) = opponents(experiment);
            System::Adversarial(Box::new(Adversarial {
                generator: player(
                    "generator",
                    generator,
                    generator_adam,
                    Stream::GeneratorWeights,
                ),
                discriminator: player(
                    "discriminator",
                    discriminator,
                    discriminator_adam,
                    Stream::DiscriminatorWeights,
                ),
                objective: objective(experiment),
            }))
        }
    }
}

/// The generator and the discriminator of an adversarial model.
fn opponents(experiment: &Experiment) -> (Network, Network) {
    let Experiment {
        width, latent_dim, ..
    } = *experiment;
    let activation = match experiment.generator_activation {
        Activation::Relu => Layer::Relu,
        Activation::LeakyRelu => Layer::LeakyRelu(0.2),
    };
    let channels = experiment.model.channels();
    let dcgan = |inputs| dcgan_generator_with(width, inputs, channels, activation.clone());
    let (generator, discriminator) = match experiment.model {
        Model::Gan => (
            fully_connected_generator(width, latent_dim),
            fully_connected_discriminator(width),
        ),
        Model::DcganLinear => (
            linear_stem_generator(width, latent_dim, channels, activation),
            dcgan_discriminator(width, channels),
        ),
        Model::Conditional => (
            dcgan(latent_dim + CLASSES),
            dcgan_discriminator(width, channels + CLASSES),
        ),
        Model::Wgan | Model::WganGp => (dcgan(latent_dim), critic(width, channels)),
        Model::Dcgan | Model::Vae | Model::Cyclegan => {
            (dcgan(latent_dim), dcgan_discriminator(width, channels))
        }
    };
    (generator, normalised(experiment, discriminator))
}

/// The discriminator, with its weights divided by their spectral norm where that is asked for.
fn normalised(experiment: &Experiment, discriminator: Network) -> Network {
    if experiment.spectral_norm {
        discriminator.with_spectral_norm()
    } else {
        discriminator
    }
}

fn objective(experiment: &Experiment) -> Objective {
    let is_clipped = experiment.model == Model::Wgan;
    Objective {
        loss: experiment.objective_loss(),
        gradient_penalty: experiment.gradient_penalty,
        clip: if is_clipped { experiment.clip } else { 0.0 },
        d_l2: experiment.d_l2,
        feature_matching: experiment.feature_matching,
        feature_matching_only: experiment.feature_matching_only,
        mmd: experiment.mmd,
        unrolled_steps: experiment.unrolled_steps,
    }
}
