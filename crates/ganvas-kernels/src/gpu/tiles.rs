//! How much of the work a thread takes.

/// Sizes that depend on the adapter, not on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tiles {
    /// Most output channels of a thread that halves an image.
    pub halving: usize,
    /// Most output channels of a thread that doubles an image, which has four times the
    /// accumulators for each.
    pub doubling: usize,
    /// Most output channels of a thread that goes through another window.
    pub windowed: usize,
    /// Most small-side channels of a thread in the weight gradient of the first two.
    pub weight: usize,
    /// Whether a workgroup shares the sum of a weight gradient.
    pub split: bool,
    /// Threads that normalise a channel.
    pub norm: u32,
    /// Most multiplications of a workgroup that does whole channels, from a linear map to
    /// its normalisation. Layers with more have a kernel for each, and more threads.
    pub whole: usize,
    /// By what the tiles of such a workgroup are smaller, so that there are more of them.
    pub narrower: usize,
    /// Images of which a thread computes four numbers of a product in such a workgroup.
    pub tall: usize,
}

/// What such adapters have in their names.
const EMULATORS: [&str; 5] = [
    "swiftshader",
    "llvmpipe",
    "lavapipe",
    "software",
    "basic render",
];

impl Tiles {
    /// For GPUs: threads enough to fill one with a small network, and no more
    /// registers than let several workgroups live on a core.
    pub const GPU: Tiles = Tiles {
        halving: 4,
        doubling: 2,
        windowed: 4,
        weight: 4,
        split: true,
        norm: 256,
        // 16 384 for each thread, which should take a GPU about as long as a dispatch takes a
        // browser; no GPU was asked. At width 16 and batch 32 all layers are below it.
        whole: 1 << 22,
        narrower: 2,
        tall: 1,
    };

    /// For adapters that are a processor in disguise: several accumulators for what is read from
    /// memory once, since each read is checked, and no barriers. Measured on SwiftShader: with
    /// more of them pipelines take longer to compile, and steps too on an Intel Xeon (not so on
    /// an AMD EPYC once).
    pub const SOFTWARE: Tiles = Tiles {
        halving: 4,
        doubling: 1,
        windowed: 8,
        weight: 4,
        split: false,
        norm: 4,
        // Here too all layers are below it at width 16 and batch 32.
        whole: 1 << 23,
        narrower: 1,
        tall: 4,
    };

    /// Whether an adapter of this name, or with such a driver, is a processor in disguise.
    /// `worker/backend.js` asks the same of it before anything is loaded.
    pub fn emulates(name: &str) -> bool {
        let name = name.to_lowercase();
        EMULATORS.iter().any(|emulator| name.contains(emulator))
    }

    /// For an adapter that is a processor in disguise or not, and allows a workgroup this
    /// many threads: WebGPU promises 256, its compatibility mode for old phones 128.
    pub fn of_adapter(software: bool, most_threads: u32) -> Self {
        let tiles = if software { Self::SOFTWARE } else { Self::GPU };
        // Sums meet in halves, so a power of two; every other kernel takes 64 threads at most.
        let most = 1 << most_threads.max(1).ilog2();
        Self {
            norm: tiles.norm.min(most),
            ..tiles
        }
    }
}

/// The largest power of two up to `most` that divides `channels`.
pub(super) fn fit(channels: usize, most: usize) -> usize {
    let mut tile = 1;
    while tile * 2 <= most && channels.is_multiple_of(tile * 2) {
        tile *= 2;
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::{Tiles, fit};

    #[test]
    fn workgroups_are_as_large_as_the_adapter_allows() {
        assert_eq!(Tiles::of_adapter(false, 1024), Tiles::GPU);
        assert_eq!(Tiles::of_adapter(true, 256), Tiles::SOFTWARE);
        assert_eq!(Tiles::of_adapter(false, 128).norm, 128);
        assert_eq!(Tiles::of_adapter(false, 200).norm, 128);
    }

    #[test]
    fn adapters_that_a_processor_emulates_are_known_by_their_names() {
        assert!(Tiles::emulates("Google SwiftShader (Subzero)"));
        assert!(Tiles::emulates("Microsoft Basic Render Driver"));
        assert!(!Tiles::emulates("NVIDIA GeForce RTX 3050"));
    }

    #[test]
    fn tiles_divide_the_channels() {
        assert_eq!(fit(16, 8), 8);
        assert_eq!(fit(12, 8), 4);
        assert_eq!(fit(6, 8), 2);
        assert_eq!(fit(1, 8), 1);
        assert_eq!(fit(8, 4), 4);
    }
}
