//! The command line of both examples: width, batch, adapter, tiles.

use ganvas_kernels::gpu::Tiles;

/// Width, batch and tiles, from `[width] [batch] [software|gpu] [halving doubling weight norm whole]`.
pub fn from_arguments(otherwise: &str) -> (usize, usize, Tiles) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| {
        arguments
            .get(index)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let base = match arguments.get(2).map_or(otherwise, String::as_str) {
        "gpu" => Tiles::GPU,
        _ => Tiles::SOFTWARE,
    };
    let tiles = Tiles {
        halving: number(3, base.halving),
        doubling: number(4, base.doubling),
        weight: number(5, base.weight),
        norm: number(6, base.norm as usize) as u32,
        whole: number(7, base.whole),
        ..base
    };
    (number(0, 16), number(1, 32), tiles)
}
