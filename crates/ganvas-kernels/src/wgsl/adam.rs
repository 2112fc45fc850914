//! One step of Adam over all parameters of a network.

use super::text::bindings;
use super::{Program, Work, cover};

/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − rate · m / (√v · correction + ε),
/// with g the gradient plus 2λθ and, at last, θ kept within ±clip if it `clips`.
///
/// Buffers: `parameters`, `mean`, `square`, `gradient`, `settings` (eight numbers:
/// β₁, β₂, rate, correction, ε, 2λ, clip, 1 − β₂). The first three are overwritten.
/// `info` holds the number of vectors of four, into which the numbers must divide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Adam {
    /// Whether there is a limit. Without one nothing is clamped: that could make a finite
    /// number of one that is not.
    pub clips: bool,
}

impl Program for Adam {
    fn title(&self) -> String {
        let limit = if self.clips { ", clipped" } else { "" };
        format!("Adam, all parameters of a network{limit}")
    }

    fn wgsl(&self) -> String {
        format!(
            "{buffers}
@compute @workgroup_size({threads})
fn main(@builtin(global_invocation_id) id: vec3u) {{
    let i = id.x;
    if (i >= info[0]) {{ return; }}
    let old = parameters[i];
    let first = settings[0];
    let second = settings[1];
    let g = gradient[i] + second.y * old;
    let m = first.x * mean[i] + (1.0 - first.x) * g;
    let v = first.y * square[i] + second.w * g * g;
    let next = old - first.z * m / (sqrt(v) * first.w + second.x);
    mean[i] = m;
    square[i] = v;
    parameters[i] = {next};
}}
",
            buffers = bindings(&[
                ("parameters", "vec4f"),
                ("mean", "vec4f"),
                ("square", "vec4f"),
                ("gradient", "vec4f"),
                ("settings", "vec4f"),
            ]),
            threads = self.threads(),
            next = if self.clips {
                "clamp(next, vec4f(-second.z), vec4f(second.z))"
            } else {
                "next"
            },
        )
    }

    fn threads(&self) -> u32 {
        64
    }

    /// `batch` is the number of vectors of four here.
    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [cover(batch, self.threads()), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(4 * batch * 7)
    }
}
