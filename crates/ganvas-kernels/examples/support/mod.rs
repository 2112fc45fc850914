//! What the examples share.

pub mod networks;
pub mod plain;
pub mod step;
pub mod tiles;
