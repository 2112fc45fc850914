//! What the examples share.

pub mod plain;
pub mod step;
pub mod tiles;
