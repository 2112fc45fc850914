//! Digits from a trained DCGAN generator, and nothing else.
//!
//! The page draws them before anything heavy is loaded, so this module has no tensor
//! library, no bindings and no parser: the numbers of a checkpoint come in as halves,
//! in the order of [`Generator::new`], and bytes come out.
//!
//! In WebAssembly it exports four functions and its memory; a length of 0 is a refusal:
//!
//! | function | |
//! |---|---|
//! | `prepare(width, latent_dim, count)` | makes room for a generator and `count` latents: the length in bytes |
//! | `inbox()` | where they are to be written |
//! | `draw()` | draws the digits: the length in bytes, `count` × 28 × 28 |
//! | `pixels()` | where they are |

#[cfg(target_arch = "wasm32")]
mod exports;
mod generator;

pub use generator::{Generator, PADDED_SIDE, SIDE, Shape};
