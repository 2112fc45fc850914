//! What only the CPU module with threads exports. The front end describes it itself
//! (`www/src/worker/threads.js`): the declarations are those of what all modules have.

use ganvas_kernels::threads;
use wasm_bindgen::prelude::*;

/// Helps whoever trains with the same memory, and never returns: for a worker of its own.
#[wasm_bindgen(skip_typescript)]
pub fn help() {
    threads::help()
}

/// Has so many threads share the work, the training one among them. As many less one help.
#[wasm_bindgen(skip_typescript)]
pub fn use_threads(count: u32) {
    threads::use_threads(count);
}

/// Leaves the work to the training thread, or has the others help again.
#[wasm_bindgen(skip_typescript)]
pub fn rest(resting: bool) {
    threads::rest(resting);
}

/// Tells who trains that a helper has died, whose part of the work will never be done.
#[wasm_bindgen(skip_typescript)]
pub fn fail() {
    threads::fail();
}
