//! Weight gradient of a 4×4 (transposed) convolution with stride 2 and padding 1.

use super::text::{bindings, constants};
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// g[s, l, a, b] = Σ small[n, s, r, c] · large[n, l, 2r − 1 + a, 2c − 1 + b] over n, r, c.
///
/// `small` is the side with the halved image (a convolution's output gradient, a
/// transposed convolution's input), `large` the other; the result lies as the weight does.
///
/// A thread computes the four taps of one row of the kernel, for `tile` channels of
/// the small side and one of the large. With `split`, the 64 threads of a workgroup
/// share one such tile, each takes every 64th row of the batch, and their sums meet
/// in workgroup memory: a small network has too few weights to fill a GPU otherwise.
/// Without it each thread has a tile of its own, for adapters that emulate barriers.
///
/// Buffers: `small`, `large`, `gradient`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WeightGradient {
    /// Shape of an image on the small side.
    pub small: Shape,
    /// Shape of an image on the large side.
    pub large: Shape,
    /// Where the weight's gradient starts in `gradient`.
    pub weight: usize,
    /// Channels of the small side of a thread; divides their number.
    pub tile: usize,
    /// Whether a workgroup shares a tile.
    pub split: bool,
}

impl WeightGradient {
    fn tiles(&self) -> usize {
        self.small.channels / self.tile * self.large.channels * 4
    }
}

impl Program for WeightGradient {
    fn title(&self) -> String {
        format!("weight gradient {} × {}", self.small, self.large)
    }

    fn wgsl(&self) -> String {
        let mut text = bindings(&[
            ("small", "vec4f"),
            ("large", "vec4f"),
            ("gradient", "vec4f"),
        ]);
        let threads = self.threads();
        // Workgroups that share tiles are many, and a dimension holds 65 535 at most.
        let (tile, first, step) = if self.split {
            text += &format!(
                "var<workgroup> partial: array<vec4f, {}>;\n",
                threads as usize * self.tile
            );
            ("group.y * large_channels * 4u + group.x", "local", threads)
        } else {
            ("id.x", "0u", 1)
        };
        text += &format!(
            "
@compute @workgroup_size({threads})
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {{
{constants}    let t = {tile};
    if (t >= small_channels / {tile_size}u * large_channels * 4u) {{ return; }}
    let a = t % 4u;
    let l = t / 4u % large_channels;
    let s = t / (4u * large_channels) * {tile_size}u;
    let small_pixels = rows * columns;
    let last = info[0] * large_channels * small_pixels * 4u - 1u;
",
            constants = constants(
                1,
                &[
                    "small_channels",
                    "large_channels",
                    "rows",
                    "columns",
                    "weight_at",
                ],
            ),
            tile_size = self.tile,
        );
        for s in 0..self.tile {
            text += &format!("    var g{s} = vec4f();\n");
        }
        // Rows above the first and below the last are read as zeros: branches cost more.
        text += &format!(
            "    for (var k = {first}; k < info[0] * rows; k += {step}u) {{
        let n = k / rows;
        let r = k % rows;
        let small_row = ((n * small_channels + s) * rows + r) * columns;
        let outside = (a == 0u && r == 0u) || (a == 3u && r == rows - 1u);
        let large_row = (max((n * large_channels + l) * 2u * rows + 2u * r + a, 1u) - 1u) * 2u * columns;
        for (var c = 0u; c < columns; c++) {{
            let at = min(large_row + 2u * c, last - 1u);
            let p = select(large[at], vec4f(), outside);
            let q = select(large[at + 1u], vec4f(), outside);
            let left = select(large[max(at, 1u) - 1u].w, 0.0, c == 0u || outside);
            let right = select(large[min(at + 2u, last)].x, 0.0, c == columns - 1u || outside);
            let c0 = vec4f(left, p.xyz);
            let c1 = vec4f(p.yzw, q.x);
            let c2 = vec4f(p.w, q.xyz);
            let c3 = vec4f(q.yzw, right);
"
        );
        for s in 0..self.tile {
            text += &format!(
                "            let s{s} = small[small_row + c + {s}u * small_pixels];
            g{s} += s{s}.x * c0 + s{s}.y * c1 + s{s}.z * c2 + s{s}.w * c3;
"
            );
        }
        text += "        }\n    }\n";
        let place = "* large_channels + l) * 4u + a + weight_at";
        if self.split {
            for s in 0..self.tile {
                text += &format!(
                    "    partial[local * {tile}u + {s}u] = g{s};\n",
                    tile = self.tile
                );
            }
            text += &format!(
                "    workgroupBarrier();
    if (local < {tile}u) {{
        var sum = vec4f();
        for (var k = 0u; k < {threads}u; k++) {{ sum += partial[k * {tile}u + local]; }}
        gradient[((s + local) {place}] = sum;
    }}
",
                tile = self.tile,
            );
        } else {
            for s in 0..self.tile {
                text += &format!("    gradient[((s + {s}u) {place}] = g{s};\n");
            }
        }
        text + "}\n"
    }

    fn constants(&self) -> Vec<usize> {
        let Shape {
            channels,
            height,
            width,
        } = self.small;
        vec![
            channels,
            self.large.channels,
            height,
            width / 4,
            self.weight / 4,
        ]
    }

    fn key(&self) -> Self {
        Self {
            small: ANY,
            large: ANY,
            weight: 0,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        if self.split { 64 } else { 16 }
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        if self.split {
            [
                cover(self.large.channels * 4, 1),
                cover(self.small.channels, self.tile as u32),
                1,
            ]
        } else {
            [cover(self.tiles(), self.threads()), 1, 1]
        }
    }

    fn work(&self, batch: usize) -> Work {
        let (small, large) = (self.small, self.large);
        let weight = 16 * small.channels * large.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (small.len() + large.len()) + weight,
        )
    }
}
