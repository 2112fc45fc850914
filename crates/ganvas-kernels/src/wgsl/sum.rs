//! Sums over batch and pixels: the gradient of a bias.

use super::text::bindings;
use super::{Program, Work};

/// `g[c] = Σ x[n, c, p]` over n and p.
///
/// Group by group: where real and fake images weigh the same with opposite signs,
/// their sums cancel to the last bit, and Adam does not turn rounding errors into steps.
///
/// Buffers: `x`, `gradient`. `info` holds batch and number of groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SumChannels {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where the result starts in `gradient`.
    pub at: usize,
}

impl Program for SumChannels {
    fn title(&self) -> String {
        format!("sum of each of {} channels", self.channels)
    }

    fn wgsl(&self) -> String {
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
    let channel = group.x;
    let images = info[0] / info[2];
    var total = 0.0;
    for (var part = 0u; part < info[2]; part++) {{
        var sum = 0.0;
        for (var k = local; k < images * {pixels}u; k += {threads}u) {{
            let n = part * images + k / {pixels}u;
            sum += x[(n * {channels}u + channel) * {pixels}u + k % {pixels}u];
        }}
        workgroupBarrier();
        partial[local] = sum;
        for (var half = {threads}u / 2u; half > 0u; half /= 2u) {{
            workgroupBarrier();
            if (local < half) {{ partial[local] += partial[local + half]; }}
        }}
        workgroupBarrier();
        total += partial[0];
    }}
    if (local == 0u) {{ gradient[channel + {at}u] = total; }}
}}
",
            buffers = bindings(&[("x", "f32"), ("gradient", "f32")]),
            threads = self.threads(),
            pixels = self.pixels,
            channels = self.channels,
            at = self.at,
        )
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(batch * self.channels * self.pixels)
    }
}
