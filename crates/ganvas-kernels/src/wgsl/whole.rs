//! Linear maps whose workgroups do whole channels, from the map to the normalisation.
//!
//! A dispatch costs a GPU as much time as a small layer's arithmetic. A workgroup that
//! computes all values of a channel can also normalise them, which leaves one dispatch
//! for both. Fewer threads work than with a kernel for each: this is for small layers.

use super::shader::Shader;
use super::{BatchNormBackward, BatchNormForward, Dense, Program, Resampling, Work, cover};

/// A linear map that can be done channel by channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Linear {
    /// A workgroup does the channels of a tile.
    Resampling(Resampling),
    /// A workgroup does one channel of an image.
    Dense {
        /// The product. Its depth is not shared by a workgroup.
        map: Dense,
        /// Pixels of a channel, a multiple of four.
        pixels: usize,
        /// Images of which a thread computes four pixels together.
        tall: usize,
    },
}

impl Linear {
    /// From a product to images with this many pixels, `tall` of them together, where it can
    /// be done.
    pub fn dense(map: Dense, pixels: usize, tall: usize) -> Option<Self> {
        let can = pixels.is_multiple_of(4) && !map.split();
        can.then_some(Self::Dense { map, pixels, tall })
    }

    /// Multiplications of a workgroup where this many channels come out.
    pub fn products(&self, channels: usize, batch: usize) -> f64 {
        self.work(batch).flops / 2.0 * self.tile() as f64 / channels as f64
    }

    fn tile(&self) -> usize {
        match self {
            Self::Resampling(map) => map.tile,
            Self::Dense { .. } => 1,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Resampling(map) => map.title(),
            Self::Dense { map, .. } => map.title(),
        }
    }

    fn work(&self, batch: usize) -> Work {
        match self {
            Self::Resampling(map) => map.work(batch),
            Self::Dense { map, .. } => map.work(batch),
        }
    }

    fn sizes(&self) -> Vec<usize> {
        match self {
            Self::Resampling(map) => map.constants(),
            Self::Dense { map, .. } => map.constants(),
        }
    }

    fn key(&self) -> Self {
        match self {
            Self::Resampling(map) => Self::Resampling(map.key()),
            Self::Dense { map, pixels, tall } => Self::Dense {
                map: map.key(),
                pixels: *pixels,
                tall: *tall,
            },
        }
    }

    /// Whether it reads and writes vectors of four.
    fn vector(&self) -> bool {
        matches!(self, Self::Resampling(_))
    }

    /// Whether it has a gate.
    fn gated(&self) -> bool {
        match self {
            Self::Resampling(map) => map.gate.is_some(),
            Self::Dense { map, .. } => map.gate.is_some(),
        }
    }

    /// The functions that compute `output` and read a parameter. The map's operands are the
    /// first two buffers; `more` follow, those that are `true` of numbers as the map has
    /// them. Its sizes are read from `info[sizes_at]` on.
    fn shader(&self, output: &str, sizes_at: usize, more: &[(&'static str, bool)]) -> Shader {
        let vector = self.vector();
        let kind = if vector { "vec4f" } else { "f32" };
        let [left, right] = match self {
            Self::Resampling(_) => ["x", "parameters"],
            Self::Dense { .. } => ["left", "right"],
        };
        let mut buffers = vec![(left, kind), (right, kind)];
        let of_kind = |&(name, images)| (name, if images { kind } else { "f32" });
        buffers.extend(more.iter().map(of_kind));
        let shader = match self {
            Self::Resampling(map) => map.shader(output, sizes_at, &buffers),
            Self::Dense { map, pixels, tall } => {
                let shader = map.shader(output, *pixels, [*tall, 4], &buffers);
                shader.set("tile", 1)
            }
        };
        shader.parameter(right, vector)
    }

    fn workgroups(&self, channels: usize) -> [u32; 3] {
        [cover(channels / self.tile(), 1), 1, 1]
    }
}

/// A normalisation that can follow a linear map in one kernel.
pub trait ChannelNorm: Program {
    /// Channels that it normalises.
    fn channels(&self) -> usize;

    /// Its sizes and places, as the shader reads them after the map's.
    fn sizes(&self, vector: bool) -> Vec<usize>;

    /// The functions of the map and of the normalisation.
    fn follows(&self, map: &Linear) -> Shader;
}

/// Words of `info` before the sizes of the map: those that the normalisation has there.
const FORWARD_SIZES_AT: usize = 3;
const BACKWARD_SIZES_AT: usize = 2;

impl ChannelNorm for BatchNormForward {
    fn channels(&self) -> usize {
        self.channels
    }

    fn sizes(&self, vector: bool) -> Vec<usize> {
        self.sizes(vector)
    }

    fn follows(&self, map: &Linear) -> Shader {
        let buffers = [
            ("u", true),
            ("statistics", false),
            ("y", true),
            ("moments", false),
            ("followed", false),
        ];
        let shader = map.shader("u", FORWARD_SIZES_AT, &buffers);
        let norm_at = FORWARD_SIZES_AT + map.sizes().len();
        self.normalises(shader, map.vector(), norm_at)
    }
}

impl ChannelNorm for BatchNormBackward {
    fn channels(&self) -> usize {
        self.channels
    }

    fn sizes(&self, vector: bool) -> Vec<usize> {
        self.sizes(vector)
    }

    fn follows(&self, map: &Linear) -> Shader {
        let mut buffers = vec![("g", true)];
        if map.gated() {
            buffers.push(("gate", true));
        }
        buffers.extend([("u", true), ("moments", false), ("gradient", false)]);
        let shader = map.shader("g", BACKWARD_SIZES_AT, &buffers);
        let norm_at = BACKWARD_SIZES_AT + map.sizes().len();
        self.normalises(shader, "g", map.vector(), norm_at)
    }
}

/// A linear map, and the normalisation of what it gives.
///
/// With a [`BatchNormForward`] the buffers are the map's two operands, `u` (what it gives),
/// and then those of the normalisation from `statistics` on.
///
/// With a [`BatchNormBackward`], whose map is the way back of the layer after it: the map's
/// two operands, `g` (the result, by way of the gradient after the normalisation), `gate` if
/// the map has one, `u`, `moments`, and `gradient` as there.
///
/// `info` is that of the normalisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Whole<N> {
    /// The map; forward it has no activation.
    pub map: Linear,
    /// The normalisation.
    pub norm: N,
}

impl<N: ChannelNorm> Program for Whole<N> {
    fn title(&self) -> String {
        format!("{}, {}", self.map.title(), self.norm.title())
    }

    fn wgsl(&self) -> String {
        (self.norm.follows(&self.map))
            .with(include_str!("whole.wgsl"))
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        [self.map.sizes(), self.norm.sizes(self.map.vector())].concat()
    }

    fn key(&self) -> Self {
        Self {
            map: self.map.key(),
            norm: self.norm.key(),
        }
    }

    fn threads(&self) -> u32 {
        self.norm.threads()
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        self.map.workgroups(self.norm.channels())
    }

    fn work(&self, batch: usize) -> Work {
        self.map.work(batch).and(self.norm.work(batch))
    }
}
