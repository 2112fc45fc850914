//! One update of each kind of system. No loop and no I/O: [`crate::Training`]
//! brings data and counts steps.

mod adversarial;
mod player;

pub use adversarial::{Adversarial, DiscriminatorOutcome, GeneratorOutcome};
pub use player::Player;
