//! # ganvas-core
//!
//! Generative adversarial networks in Rust, on [burn](https://burn.dev): models,
//! losses, trainers, data and checkpoints. It runs on whatever burn device it is
//! handed (a CPU, a GPU, WebGPU in a browser) and does no file or network I/O. The
//! features `flex` and `wgpu` bring the kernels for burn's backends of these names; on
//! a device of another backend, or without its feature, training panics.
//!
//! ```
//! use ganvas_core::{Dataset, Experiment, Training};
//!
//! # fn main() -> ganvas_core::Result<()> {
//! let experiment = Experiment { width: 2, latent_dim: 8, batch_size: 4, ..Experiment::default() };
//! let digits = Dataset::procedural(32, 7);
//! let mut training = Training::new(experiment, digits, &burn::tensor::Device::flex())?;
//! training.step()?;
//! let report = pollster::block_on(training.report())?;
//! assert_eq!(report.step, 1);
//! assert!(report.d_loss.is_finite());
//! # Ok(())
//! # }
//! ```
//!
//! ## Conventions
//!
//! A point of the plane is `[batch, 2, 1, 1]`. Images are `[batch, channels, side, side]` in \[-1, 1\] (NCHW), side 32 or 64; 28×28
//! digits are enlarged where that fits, and padded with background. Discriminators return logits `[batch, 1]`, never
//! probabilities. Arguments go real first, then fake.

pub mod checkpoint;
pub mod data;
mod error;
pub mod experiment;
mod explore;
pub mod feed;
pub mod image;
pub mod latent;
pub mod loss;
pub mod metric;
pub mod network;
pub mod optimizer;
mod plane;
pub mod player;
mod random;
pub mod regularizer;
pub mod schema;
pub mod system;
mod tensor_file;
pub mod training;

pub use data::dataset::Dataset;
pub use error::{Error, ErrorCode, Result};
pub use experiment::Experiment;
pub use feed::{Progress, own_data};
pub use plane::{PlaneFrame, PlaneRequest};
pub use system::{GRID_COUNT, Update};
pub use training::{Report, Training};

/// The examples of the README, compiled as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
