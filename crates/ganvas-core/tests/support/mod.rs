//! What the integration tests share: reading golden files, comparing with them,
//! and networks as lists of named tensors.
//!
//! `tools/ganvas_reference/README.md` describes the files.

// Every test file compiles this module for itself and uses a part of it.
#![allow(dead_code)]

pub mod change;
pub mod experiments;
pub mod files;
pub mod golden;
pub mod mnist;
pub mod named;
pub mod probe;
pub mod runs;
pub mod steps;
