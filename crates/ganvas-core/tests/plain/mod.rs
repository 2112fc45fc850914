//! Every system once more, from burn's own operations: a network is interpreted stage by
//! stage, each as a few tensor operations, and differentiated by burn. Slow and plain, so
//! that it can be trusted.

mod network;
mod objective;
mod player;
mod systems;

pub use player::players_of;
pub use systems::step;
