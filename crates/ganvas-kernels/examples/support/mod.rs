//! What the examples share with `xtask` and `tools/gpu-check`. Each uses a part of it.

#![allow(dead_code)]

pub mod json;
pub mod plain;
pub mod step;
pub mod tiles;
