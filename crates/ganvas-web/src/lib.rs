//! # ganvas-web
//!
//! Ganvas in a browser: a thin `wasm-bindgen` layer that hands
//! [`ganvas_core`] a burn device (the CPU, or WebGPU through a `wgpu` device of
//! its own) and turns its values into JavaScript's. No mathematics here.
//!
//! It is made for a dedicated worker, `www/src/worker/`. The
//! types of what crosses the boundary are in `typescript.rs`, and from there in
//! `www/src/generated/ganvas_web.d.ts`.

#![cfg(target_family = "wasm")]

#[cfg(feature = "webgpu")]
mod adapter;
mod allocator;
#[cfg(feature = "webgpu")]
mod constructors;
mod device;
mod error;
mod panic;
mod plane;
mod session;
#[cfg(target_feature = "atomics")]
mod threads;
mod typescript;

use ganvas_core::Experiment;
use wasm_bindgen::prelude::*;

pub use session::{Data, Session};

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    panic::remember();
}

/// What this module was built for: `cpu`, `webgpu`, or `both` (in tests).
#[wasm_bindgen]
pub fn backend_name() -> String {
    let name = if cfg!(all(feature = "cpu", feature = "webgpu")) {
        "both"
    } else if cfg!(feature = "webgpu") {
        "webgpu"
    } else {
        "cpu"
    };
    name.to_owned()
}

/// The full experiment that a partial one stands for.
///
/// # Errors
///
/// `bad_experiment`, with the field's name in `field`.
#[wasm_bindgen(unchecked_return_type = "Experiment")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "Experiment")] experiment: JsValue,
) -> Result<JsValue, JsValue> {
    let value = error::from_js(experiment)?;
    let experiment = Experiment::from_value(value).map_err(error::throw)?;
    error::to_js(&experiment.to_value())
}

/// The text of the latest panic. After a panic the module must not be used again.
#[wasm_bindgen]
pub fn last_panic() -> Option<String> {
    panic::last()
}
