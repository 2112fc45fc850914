//! One of the systems that can be trained.

use super::adversarial::Adversarial;
use super::cyclegan::CycleGan;
use super::player::Player;
use super::vae::Vae;

/// A system of networks and its trainer.
#[derive(Debug, Clone)]
pub enum System {
    /// A generator against a discriminator.
    Adversarial(Box<Adversarial>),
    /// An encoder with a decoder.
    Vae(Box<Vae>),
    /// Two translators against two discriminators.
    CycleGan(Box<CycleGan>),
}

impl System {
    /// Its networks, in the order of a checkpoint.
    pub fn players(&self) -> Vec<&Player> {
        match self {
            System::Adversarial(s) => vec![&s.generator, &s.discriminator],
            System::Vae(s) => vec![&s.encoder, &s.decoder],
            System::CycleGan(s) => vec![
                &s.generator_ab,
                &s.generator_ba,
                &s.discriminator_a,
                &s.discriminator_b,
            ],
        }
    }

    /// Its networks, to be changed.
    pub fn players_mut(&mut self) -> Vec<&mut Player> {
        match self {
            System::Adversarial(s) => vec![&mut s.generator, &mut s.discriminator],
            System::Vae(s) => vec![&mut s.encoder, &mut s.decoder],
            System::CycleGan(s) => vec![
                &mut s.generator_ab,
                &mut s.generator_ba,
                &mut s.discriminator_a,
                &mut s.discriminator_b,
            ],
        }
    }

    /// The two networks of an adversarial system.
    pub fn adversarial(&self) -> Option<&Adversarial> {
        match self {
            System::Adversarial(system) => Some(system),
            _ => None,
        }
    }
}
