//! Batch normalisation with the activation after it.

use super::activation::Slope;
use super::text::{activate, bindings, element};
use super::title::fused;
use super::{Program, Work, cover};
use crate::stack::{BATCH_NORM_EPSILON, Norm, STATISTICS_MOMENTUM};

/// Sums `value` (f32) over the workgroup; the result is in `total` on every thread.
fn reduce(value: &str, threads: u32) -> String {
    if threads <= 16 {
        // Where threads are few because barriers are dear, each adds up for itself.
        let terms: Vec<String> = (0..threads).map(|k| format!("partial[{k}]")).collect();
        return format!(
            "    workgroupBarrier();
    partial[local] = {value};
    workgroupBarrier();
    total = {};
",
            terms.join(" + ")
        );
    }
    format!(
        "    workgroupBarrier();
    partial[local] = {value};
    for (var half = {threads}u / 2u; half > 0u; half /= 2u) {{
        workgroupBarrier();
        if (local < half) {{ partial[local] += partial[local + half]; }}
    }}
    workgroupBarrier();
    total = partial[0];
"
    )
}

/// y = activation(γ(u − μ)/√(σ² + ε) + β) with the μ and σ² of each group of the
/// batch, and the running statistics after it.
///
/// A workgroup does a channel, from the sums to the result: what it reads again it
/// has just read, and there is nothing to wait for between three kernels. The
/// variance is summed around the mean, in a pass of its own, because the
/// difference of two large sums would lose it.
///
/// Buffers: `u`, `parameters`, `statistics`, `y`, `moments` (for each group mean and
/// 1/√(σ² + ε) of each channel, the means first), `followed` (the new statistics).
/// `info` holds batch and number of groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NormForward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: Norm,
    /// Applied to the result.
    pub activation: Slope,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl Program for NormForward {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        format!(
            "BatchNorm {channels}×{pixels}{}",
            fused(self.activation, None)
        )
    }

    fn wgsl(&self) -> String {
        let vector = self.pixels.is_multiple_of(4);
        let kind = element(vector);
        let pixels = if vector { self.pixels / 4 } else { self.pixels };
        let zero = format!("{kind}()");
        let flatten = |name: &str| {
            if vector {
                format!("dot({name}, vec4f(1.0))")
            } else {
                name.to_owned()
            }
        };
        let norm = self.norm;
        let value = activate(self.activation.0, "z", vector);
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
    let channel = group.x;
    let images = info[0] / info[2];
    let elements = images * {pixels}u;
    let count = f32(images * {all_pixels}u);
    let gamma = parameters[channel + {gamma}u];
    let beta = parameters[channel + {beta}u];
    var running_mean = statistics[channel + {mean_at}u];
    var running_variance = statistics[channel + {variance_at}u];
    var total = 0.0;
    for (var part = 0u; part < info[2]; part++) {{
        let first = part * images;
        var sum = {zero};
        for (var k = local; k < elements; k += {threads}u) {{
            sum += u[((first + k / {pixels}u) * {channels}u + channel) * {pixels}u + k % {pixels}u];
        }}
{reduce_sum}        let mean = total / count;
        var squares = {zero};
        for (var k = local; k < elements; k += {threads}u) {{
            let d = u[((first + k / {pixels}u) * {channels}u + channel) * {pixels}u + k % {pixels}u] - mean;
            squares += d * d;
        }}
{reduce_squares}        let variance = total / count;
        let inverse = 1.0 / sqrt(variance + {epsilon});
        let scale = gamma * inverse;
        let shift = beta - mean * scale;
        for (var k = local; k < elements; k += {threads}u) {{
            let at = ((first + k / {pixels}u) * {channels}u + channel) * {pixels}u + k % {pixels}u;
            let z = u[at] * scale + shift;
            y[at] = {value};
        }}
        running_mean = mix(running_mean, mean, {momentum});
        running_variance = mix(running_variance, variance * count / max(count - 1.0, 1.0), {momentum});
        if (local == 0u) {{
            moments[part * {channels}u * 2u + channel] = mean;
            moments[part * {channels}u * 2u + {channels}u + channel] = inverse;
        }}
    }}
    if (local == 0u) {{
        followed[channel + {mean_at}u] = running_mean;
        followed[channel + {variance_at}u] = running_variance;
    }}
}}
",
            buffers = bindings(&[
                ("u", kind),
                ("parameters", "f32"),
                ("statistics", "f32"),
                ("y", kind),
                ("moments", "f32"),
                ("followed", "f32"),
            ]),
            all_pixels = self.pixels,
            channels = self.channels,
            gamma = norm.gamma,
            beta = norm.beta,
            mean_at = norm.mean,
            variance_at = norm.variance,
            reduce_sum = reduce(&flatten("sum"), self.threads),
            reduce_squares = reduce(&flatten("squares"), self.threads),
            epsilon = BATCH_NORM_EPSILON,
            momentum = STATISTICS_MOMENTUM,
            threads = self.threads,
        )
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}

/// The gradients of [`NormForward`]: with g the gradient of the normalised and scaled
/// values (the activation's derivative is already in it) and x̂ = (u − μ)/√(σ² + ε),
/// ∂u = γ/√(σ² + ε) · (g − mean(g) − x̂ · mean(g·x̂)), ∂γ = Σ g·x̂, ∂β = Σ g.
///
/// Ioffe and Szegedy, *Batch Normalization*, 2015.
///
/// Buffers: `g`, `u`, `moments`, `parameters`, `output`, and `gradient` (for ∂γ and
/// ∂β) if `parameters` are learnt. `info` holds batch and number of groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NormBackward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: Norm,
    /// Whether ∂γ and ∂β are wanted.
    pub learn: bool,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl Program for NormBackward {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        let what = if self.learn {
            ""
        } else {
            ", of its input alone"
        };
        format!("gradient of BatchNorm {channels}×{pixels}{what}")
    }

    fn wgsl(&self) -> String {
        let vector = self.pixels.is_multiple_of(4);
        let kind = element(vector);
        let pixels = if vector { self.pixels / 4 } else { self.pixels };
        let flatten = |name: &str| {
            if vector {
                format!("dot({name}, vec4f(1.0))")
            } else {
                name.to_owned()
            }
        };
        let norm = self.norm;
        let mut buffers = vec![
            ("g", kind),
            ("u", kind),
            ("moments", "f32"),
            ("parameters", "f32"),
            ("output", kind),
        ];
        if self.learn {
            buffers.push(("gradient", "f32"));
        }
        let learn = if self.learn {
            format!(
                "    if (local == 0u) {{
        gradient[channel + {gamma}u] = gamma_gradient;
        gradient[channel + {beta}u] = beta_gradient;
    }}
",
                gamma = norm.gamma,
                beta = norm.beta,
            )
        } else {
            String::new()
        };
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
    let channel = group.x;
    let images = info[0] / info[2];
    let elements = images * {pixels}u;
    let count = f32(images * {all_pixels}u);
    let gamma = parameters[channel + {gamma}u];
    var gamma_gradient = 0.0;
    var beta_gradient = 0.0;
    var total = 0.0;
    for (var part = 0u; part < info[2]; part++) {{
        let first = part * images;
        let mean = moments[part * {channels}u * 2u + channel];
        let inverse = moments[part * {channels}u * 2u + {channels}u + channel];
        var sum = {kind}();
        var along = {kind}();
        for (var k = local; k < elements; k += {threads}u) {{
            let at = ((first + k / {pixels}u) * {channels}u + channel) * {pixels}u + k % {pixels}u;
            let value = g[at];
            sum += value;
            along += value * (u[at] - mean) * inverse;
        }}
{reduce_sum}        let sum_g = total;
{reduce_along}        let sum_along = total;
        beta_gradient += sum_g;
        gamma_gradient += sum_along;
        let scale = gamma * inverse;
        let mean_g = sum_g / count;
        let mean_along = sum_along / count;
        for (var k = local; k < elements; k += {threads}u) {{
            let at = ((first + k / {pixels}u) * {channels}u + channel) * {pixels}u + k % {pixels}u;
            output[at] = scale * (g[at] - mean_g - (u[at] - mean) * inverse * mean_along);
        }}
    }}
{learn}}}
",
            buffers = bindings(&buffers),
            all_pixels = self.pixels,
            channels = self.channels,
            gamma = norm.gamma,
            reduce_sum = reduce(&flatten("sum"), self.threads),
            reduce_along = reduce(&flatten("along"), self.threads),
            threads = self.threads,
        )
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(3 * batch * self.channels * self.pixels)
    }
}

/// y = activation(γ(u − μ)/√(σ² + ε) + β) with the running μ and σ².
///
/// Buffers: `u`, `parameters`, `statistics`, `y`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NormEvaluate {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: Norm,
    /// Applied to the result.
    pub activation: Slope,
}

impl Program for NormEvaluate {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        format!(
            "BatchNorm {channels}×{pixels} by running statistics{}",
            fused(self.activation, None)
        )
    }

    fn wgsl(&self) -> String {
        let norm = self.norm;
        format!(
            "{buffers}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {{
    let i = id.x;
    if (i >= info[0] * {len}u) {{ return; }}
    let channel = i / {pixels}u % {channels}u;
    let inverse = 1.0 / sqrt(statistics[channel + {variance}u] + {epsilon});
    let centred = u[i] - statistics[channel + {mean}u];
    let z = centred * inverse * parameters[channel + {gamma}u] + parameters[channel + {beta}u];
    y[i] = {value};
}}
",
            buffers = bindings(&[
                ("u", "f32"),
                ("parameters", "f32"),
                ("statistics", "f32"),
                ("y", "f32"),
            ]),
            len = self.channels * self.pixels,
            pixels = self.pixels,
            channels = self.channels,
            variance = norm.variance,
            mean = norm.mean,
            gamma = norm.gamma,
            beta = norm.beta,
            epsilon = BATCH_NORM_EPSILON,
            value = activate(self.activation.0, "z", false),
        )
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [
            cover(batch * self.channels * self.pixels, self.threads()),
            1,
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}
