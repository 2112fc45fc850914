//! The systems that can be trained: which networks there are, what an update does, what a
//! report says and what is drawn. Each owns all of that, in a file of its own.

pub mod adversarial;
mod classes;
pub mod cyclegan;
mod figures;
#[cfg(test)]
mod limits;
mod pull;
mod rehearsal;
mod request;
pub mod vae;

use std::fmt::Debug;

use burn::tensor::{Device, Tensor};

pub use adversarial::{Adversarial, Objective};
pub use classes::Classes;
pub use cyclegan::CycleGan;
pub use figures::{DiscriminatorOutcome, Figures, GeneratorOutcome, Losses, Term, Values};
pub use pull::Pull;
pub use rehearsal::Rehearsal;
pub use request::{GRID_COUNT, Pictures, Request};
pub(crate) use request::{class_in_turn, grid_latents};
pub use vae::Vae;

use crate::experiment::Family;
use crate::feed::Feed;
use crate::network::Unsupported;
use crate::player::{Player, Seat, Weights};
use crate::{Error, Experiment, Result};

/// Which network an update changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// One discriminator update.
    Discriminator,
    /// One generator update.
    Generator,
    /// One whole step: `discriminator_steps` of the first, then one of the second.
    Both,
}

impl Update {
    /// How many discriminator updates it has, where a whole step has `discriminator_steps`.
    const fn of_discriminator(self, discriminator_steps: usize) -> usize {
        match self {
            Self::Discriminator => 1,
            Self::Generator => 0,
            Self::Both => discriminator_steps,
        }
    }
}

/// What every system does.
pub trait Behaviour: Debug {
    /// Its networks, in the order of a checkpoint.
    fn players(&self) -> Vec<&Player>;

    /// Its networks, to be changed.
    fn players_mut(&mut self) -> Vec<&mut Player>;

    /// Updates on the feed's next batches; the feed's progress moves on. Nothing is read
    /// from the device.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for an update that the system does not have.
    fn update(&mut self, feed: &mut Feed, update: Update) -> Result<()>;

    /// What the latest updates saw, still on the device.
    fn figures(&self) -> Figures;

    /// What those figures mean, once they have been read.
    fn losses(&self, values: &Values) -> Losses;

    /// Samples on the device, by averaged weights or raw ones, in batches that are made
    /// one after the other.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a request that the system cannot answer.
    fn draw<'a>(
        &'a self,
        feed: &'a Feed,
        request: Request,
        weights: Weights,
    ) -> Result<Pictures<'a>>;

    /// The requests that its pictures are made of: between them they launch all that pictures
    /// do. None where it makes no pictures.
    fn shows(&self) -> Vec<Request>;

    /// The network that a plain `state_dict` is taken for: what makes its pictures.
    fn maker_mut(&mut self) -> &mut Player;

    /// Goes on with other settings of the same networks: everything that an experiment says
    /// of losses and optimizers is taken anew.
    fn tune(&mut self, experiment: &Experiment);

    /// The mean slope of a critic between real and generated images, `[1]`, where there is a
    /// critic that has one. It does not change the run.
    fn slope(&self, _feed: &Feed) -> Option<Result<Tensor<1>>> {
        None
    }

    /// The generator and the discriminator of a system that has one of each: what can be
    /// walked through phase by phase, compared before and after an update, and asked what D
    /// sees. Others refuse those by name.
    fn duel(&self) -> Option<&Adversarial> {
        None
    }

    /// Makes the averages of weights, where they are kept, the weights.
    fn adopt_averages(&mut self, feed: &Feed);
}

/// One line for each system: the enum, the family of models that it is made for, and the way
/// to its behaviour. Beside [`Behaviour`] a system has `seats`, its players before they have
/// numbers, and `new`, which takes them.
macro_rules! systems {
    ($($(#[$doc:meta])* $name:ident($system:ty) for $family:ident,)*) => {
        /// One of the systems that can be trained.
        #[derive(Debug, Clone)]
        pub enum System {
            $($(#[$doc])* $name(Box<$system>),)*
        }

        impl System {
            /// The system of an experiment, with fresh parameters.
            ///
            /// # Errors
            ///
            /// `internal`, naming the layer, for a network that no stack of kernels can run.
            pub(crate) fn new(experiment: &Experiment, device: &Device) -> Result<Self> {
                let sit = |seat: Seat| seat.player(experiment.seed, device);
                match experiment.model.family() {
                    $(Family::$family => {
                        let seats = <$system>::seats(experiment).map_err(impossible)?;
                        Ok(<$system>::new(experiment, seats.map(sit)).into())
                    })*
                }
            }

            /// The players of an experiment's system, before they have numbers.
            ///
            /// # Errors
            ///
            /// As [`System::new`].
            pub(crate) fn seats(experiment: &Experiment) -> Result<Vec<Seat>> {
                match experiment.model.family() {
                    $(Family::$family => {
                        <$system>::seats(experiment).map(Vec::from).map_err(impossible)
                    })*
                }
            }

            /// What it does.
            pub fn behaviour(&self) -> &dyn Behaviour {
                match self {
                    $(System::$name(system) => &**system,)*
                }
            }

            /// What it does, to be changed by it.
            pub fn behaviour_mut(&mut self) -> &mut dyn Behaviour {
                match self {
                    $(System::$name(system) => &mut **system,)*
                }
            }
        }

        $(impl From<$system> for System {
            fn from(system: $system) -> Self {
                System::$name(Box::new(system))
            }
        })*
    };
}

systems! {
    /// A generator against a discriminator.
    Adversarial(Adversarial) for Adversarial,
    /// An encoder with a decoder.
    Vae(Vae) for Autoencoder,
    /// Two translators against two discriminators.
    CycleGan(CycleGan) for Translation,
}

impl System {
    /// Its networks, in the order of a checkpoint.
    pub fn players(&self) -> Vec<&Player> {
        self.behaviour().players()
    }

    /// Its networks, to be changed.
    pub fn players_mut(&mut self) -> Vec<&mut Player> {
        self.behaviour_mut().players_mut()
    }

    /// Its generator against its discriminator, where it has one of each.
    pub fn duel(&self) -> Option<&Adversarial> {
        self.behaviour().duel()
    }
}

/// Experiments are checked before their networks are made: this is a defect.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn impossible(problem: Unsupported) -> Error {
    Error::internal(problem.to_string())
}
