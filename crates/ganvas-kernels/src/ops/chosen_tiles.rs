//! Which tiles the GPU kernels of this process use.

use std::sync::{PoisonError, RwLock};

use crate::gpu::Tiles;

static TILES: RwLock<Tiles> = RwLock::new(Tiles::GPU);

/// Chooses the tiles. A program has one adapter, and knows what it is when it opens it;
/// burn's tensors do not carry that.
pub fn set_tiles(tiles: Tiles) {
    *TILES.write().unwrap_or_else(PoisonError::into_inner) = tiles;
}

/// The tiles in use.
pub fn tiles() -> Tiles {
    *TILES.read().unwrap_or_else(PoisonError::into_inner)
}
