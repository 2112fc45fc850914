//! What has to run before `main` in a program, in a module that has no `main`.
//!
//! CubeCL registers its operations in constructors, as C++ programs initialise their
//! globals. The linker takes a module that never calls them for a command that lives for
//! one call, and wraps *every* export so that all of them run each time: also the ones
//! by which wasm-bindgen takes hold of a JavaScript object, dozens of times a dispatch.
//! A module that calls them itself is left alone; `cargo xtask build` makes sure of it.

use std::sync::Once;

// What the linker makes of all constructors; it has no other name.
#[allow(unsafe_code)]
mod linked {
    unsafe extern "C" {
        pub(super) safe fn __wasm_call_ctors();
    }
}

/// Runs them, the first time.
pub(crate) fn run() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| linked::__wasm_call_ctors());
}
