//! Which tiles the GPU kernels of this process use.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::gpu::Tiles;

static SOFTWARE: AtomicBool = AtomicBool::new(false);

/// Says whether the adapter is a processor in disguise. A program has one adapter,
/// and knows what it is when it opens it; burn's tensors do not carry that.
pub fn set_tiles(software: bool) {
    SOFTWARE.store(software, Ordering::Relaxed);
}

/// The tiles in use.
pub fn tiles() -> Tiles {
    if SOFTWARE.load(Ordering::Relaxed) {
        Tiles::SOFTWARE
    } else {
        Tiles::GPU
    }
}
