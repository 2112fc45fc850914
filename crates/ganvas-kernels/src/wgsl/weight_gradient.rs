//! Weight gradient of a 4×4 (transposed) convolution with stride 2 and padding 1.

use super::text::bindings;
use super::{Program, cover};
use crate::stack::Shape;

/// g[s, l, a, b] = Σ small[n, s, r, c] · large[n, l, 2r − 1 + a, 2c − 1 + b] over n, r, c.
///
/// `small` is the side with the halved image (a convolution's output gradient, a
/// transposed convolution's input), `large` the other; the result lies as the weight does.
///
/// A thread computes all 16 taps for `tile` channels of the small side and one of
/// the large. With `split`, the 64 threads of a workgroup share one such tile,
/// each takes every 64th row of the batch, and their sums meet in workgroup memory:
/// a small network has too few weights to fill a GPU otherwise. Without it each
/// thread has a tile of its own, for adapters that emulate barriers.
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
        self.small.channels / self.tile * self.large.channels
    }
}

impl Program for WeightGradient {
    fn wgsl(&self) -> String {
        let (small, large) = (self.small, self.large);
        let threads = self.threads();
        let mut text = bindings(&[
            ("small", "vec4f"),
            ("large", "vec4f"),
            ("gradient", "vec4f"),
        ]);
        if self.split {
            text += &format!(
                "var<workgroup> partial: array<vec4f, {}>;\n",
                threads as usize * self.tile * 4
            );
        }
        let (tile, first, step) = if self.split {
            ("group.x", "local", threads)
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
    let t = {tile};
    if (t >= {tiles}u) {{ return; }}
    let l = t % {large_channels}u;
    let s = t / {large_channels}u * {tile_size}u;
    let last = info[0] * {all}u - 1u;
",
            tiles = self.tiles(),
            large_channels = large.channels,
            tile_size = self.tile,
            all = large.len() / 4,
        );
        for s in 0..self.tile {
            for a in 0..4 {
                text += &format!("    var g{s}_{a} = vec4f();\n");
            }
        }
        text += &format!(
            "    for (var k = {first}; k < info[0] * {rows}u; k += {step}u) {{
        let n = k / {rows}u;
        let r = k % {rows}u;
        let small_row = ((n * {small_channels}u + s) * {rows}u + r) * {small_width}u;
        let large_image = (n * {large_channels}u + l) * {large_rows}u;
        for (var c = 0u; c < {small_width}u; c++) {{
",
            rows = small.height,
            small_channels = small.channels,
            small_width = small.width / 4,
            large_channels = large.channels,
            large_rows = large.height,
        );
        for s in 0..self.tile {
            text += &format!(
                "            let s{s} = small[small_row + c + {}u];\n",
                s * small.pixels() / 4
            );
        }
        for a in 0..4 {
            let guard = match a {
                0 => "if (r > 0u) ".to_owned(),
                3 => format!("if (r < {}u) ", small.height - 1),
                _ => String::new(),
            };
            text += &format!(
                "            {guard}{{
                let at = (large_image + 2u * r + {a}u - 1u) * {width}u + 2u * c;
                let p = large[at];
                let q = large[at + 1u];
                let left = select(large[max(at, 1u) - 1u].w, 0.0, c == 0u);
                let right = select(large[min(at + 2u, last)].x, 0.0, c == {last_column}u);
                let c0 = vec4f(left, p.xyz);
                let c1 = vec4f(p.yzw, q.x);
                let c2 = vec4f(p.w, q.xyz);
                let c3 = vec4f(q.yzw, right);
",
                width = large.width / 4,
                last_column = small.width / 4 - 1,
            );
            for s in 0..self.tile {
                text += &format!(
                    "                g{s}_{a} += s{s}.x * c0 + s{s}.y * c1 + s{s}.z * c2 + s{s}.w * c3;\n"
                );
            }
            text += "            }\n";
        }
        text += "        }\n    }\n";
        let place = |s: usize, a: &str| {
            format!(
                "((s + {s}u) * {}u + l) * 4u + {a} + {}u",
                large.channels,
                self.weight / 4
            )
        };
        if self.split {
            for s in 0..self.tile {
                for a in 0..4 {
                    text += &format!(
                        "    partial[local * {values}u + {index}u] = g{s}_{a};\n",
                        values = self.tile * 4,
                        index = s * 4 + a
                    );
                }
            }
            text += &format!(
                "    workgroupBarrier();
    if (local < {values}u) {{
        var sum = vec4f();
        for (var k = 0u; k < {threads}u; k++) {{ sum += partial[k * {values}u + local]; }}
        gradient[((s + local / 4u) * {large_channels}u + l) * 4u + local % 4u + {weight}u] = sum;
    }}
",
                values = self.tile * 4,
                large_channels = large.channels,
                weight = self.weight / 4,
            );
        } else {
            for s in 0..self.tile {
                for a in 0..4 {
                    text += &format!("    gradient[{}] = g{s}_{a};\n", place(s, &format!("{a}u")));
                }
            }
        }
        text + "}\n"
    }

    fn threads(&self) -> u32 {
        if self.split { 64 } else { 16 }
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        let groups = if self.split {
            u32::try_from(self.tiles()).unwrap_or(u32::MAX)
        } else {
            cover(self.tiles(), self.threads())
        };
        [groups, 1, 1]
    }
}
