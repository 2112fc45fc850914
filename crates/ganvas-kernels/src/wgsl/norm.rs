//! Batch normalisation with the activation after it.

use super::activation::Slope;
use super::text::{activate, bindings, constants, element};
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

/// A loop over the elements of a channel in a part of the batch: `body` finds one at `at`.
/// Image and place go along without a division, whose divisor no compiler would know.
fn each(threads: u32, body: &str) -> String {
    format!(
        "        {{
            var n = first + local / pixels;
            var p = local % pixels;
            for (var k = local; k < elements; k += {threads}u) {{
                let at = (n * channels + channel) * pixels + p;
{body}                p += {threads}u % pixels;
                let wrapped = p >= pixels;
                n += {threads}u / pixels + select(0u, 1u, wrapped);
                p -= select(0u, pixels, wrapped);
            }}
        }}
"
    )
}

/// Pixels as far as the shader's text depends on them.
fn alignment(pixels: usize) -> usize {
    if pixels.is_multiple_of(4) { 4 } else { 1 }
}

/// Numbers that no shader depends on.
const NOWHERE: Norm = Norm {
    gamma: 0,
    beta: 0,
    mean: 0,
    variance: 0,
};

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
        let zero = format!("{kind}()");
        let flatten = |name: &str| {
            if vector {
                format!("dot({name}, vec4f(1.0))")
            } else {
                name.to_owned()
            }
        };
        let value = activate(self.activation.0, "z", vector);
        let each = |body: &str| each(self.threads, body);
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
{constants}    let channel = group.x;
    let images = info[0] / info[2];
    let elements = images * pixels;
    let count = f32(images * all_pixels);
    let gamma = parameters[channel + gamma_at];
    let beta = parameters[channel + beta_at];
    var running_mean = statistics[channel + mean_at];
    var running_variance = statistics[channel + variance_at];
    var total = 0.0;
    for (var part = 0u; part < info[2]; part++) {{
        let first = part * images;
        var sum = {zero};
{add}{reduce_sum}        let mean = total / count;
        var squares = {zero};
{add_squares}{reduce_squares}        let variance = total / count;
        let inverse = 1.0 / sqrt(variance + {epsilon});
        let scale = gamma * inverse;
        let shift = beta - mean * scale;
{write}        running_mean = mix(running_mean, mean, {momentum});
        running_variance = mix(running_variance, variance * count / max(count - 1.0, 1.0), {momentum});
        if (local == 0u) {{
            moments[part * channels * 2u + channel] = mean;
            moments[part * channels * 2u + channels + channel] = inverse;
        }}
    }}
    if (local == 0u) {{
        followed[channel + mean_at] = running_mean;
        followed[channel + variance_at] = running_variance;
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
            constants = constants(
                2,
                &[
                    "pixels",
                    "all_pixels",
                    "channels",
                    "gamma_at",
                    "beta_at",
                    "mean_at",
                    "variance_at",
                ],
            ),
            add = each("                sum += u[at];\n"),
            add_squares = each("                let d = u[at] - mean;\n                squares += d * d;\n"),
            write = each(&format!(
                "                let z = u[at] * scale + shift;\n                y[at] = {value};\n"
            )),
            reduce_sum = reduce(&flatten("sum"), self.threads),
            reduce_squares = reduce(&flatten("squares"), self.threads),
            epsilon = BATCH_NORM_EPSILON,
            momentum = STATISTICS_MOMENTUM,
            threads = self.threads,
        )
    }

    fn constants(&self) -> Vec<usize> {
        let Norm {
            gamma,
            beta,
            mean,
            variance,
        } = self.norm;
        let elements = self.pixels / alignment(self.pixels);
        vec![
            elements,
            self.pixels,
            self.channels,
            gamma,
            beta,
            mean,
            variance,
        ]
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            norm: NOWHERE,
            ..*self
        }
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
        let flatten = |name: &str| {
            if vector {
                format!("dot({name}, vec4f(1.0))")
            } else {
                name.to_owned()
            }
        };
        let mut buffers = vec![
            ("g", kind),
            ("u", kind),
            ("moments", "f32"),
            ("parameters", "f32"),
            ("output", kind),
        ];
        let mut names = vec!["pixels", "all_pixels", "channels", "gamma_at"];
        let mut learn = "";
        if self.learn {
            buffers.push(("gradient", "f32"));
            names.push("beta_at");
            learn = "    if (local == 0u) {
        gradient[channel + gamma_at] = gamma_gradient;
        gradient[channel + beta_at] = beta_gradient;
    }
";
        }
        let each = |body: &str| each(self.threads, body);
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
{constants}    let channel = group.x;
    let images = info[0] / info[2];
    let elements = images * pixels;
    let count = f32(images * all_pixels);
    let gamma = parameters[channel + gamma_at];
    var gamma_gradient = 0.0;
    var beta_gradient = 0.0;
    var total = 0.0;
    for (var part = 0u; part < info[2]; part++) {{
        let first = part * images;
        let mean = moments[part * channels * 2u + channel];
        let inverse = moments[part * channels * 2u + channels + channel];
        var sum = {kind}();
        var along = {kind}();
{add}{reduce_sum}        let sum_g = total;
{reduce_along}        let sum_along = total;
        beta_gradient += sum_g;
        gamma_gradient += sum_along;
        let scale = gamma * inverse;
        let mean_g = sum_g / count;
        let mean_along = sum_along / count;
{write}    }}
{learn}}}
",
            buffers = bindings(&buffers),
            constants = constants(2, &names),
            add = each(
                "                let value = g[at];
                sum += value;
                along += value * (u[at] - mean) * inverse;
"
            ),
            write = each(
                "                output[at] = scale * (g[at] - mean_g - (u[at] - mean) * inverse * mean_along);\n"
            ),
            reduce_sum = reduce(&flatten("sum"), self.threads),
            reduce_along = reduce(&flatten("along"), self.threads),
            threads = self.threads,
        )
    }

    fn constants(&self) -> Vec<usize> {
        let elements = self.pixels / alignment(self.pixels);
        let Norm { gamma, beta, .. } = self.norm;
        vec![elements, self.pixels, self.channels, gamma, beta]
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            norm: NOWHERE,
            ..*self
        }
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
        format!(
            "{buffers}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {{
{constants}    if (id.x >= channels * pixels) {{ return; }}
    let i = id.y * channels * pixels + id.x;
    let channel = id.x / pixels;
    let inverse = 1.0 / sqrt(statistics[channel + variance_at] + {epsilon});
    let centred = u[i] - statistics[channel + mean_at];
    let z = centred * inverse * parameters[channel + gamma_at] + parameters[channel + beta_at];
    y[i] = {value};
}}
",
            buffers = bindings(&[
                ("u", "f32"),
                ("parameters", "f32"),
                ("statistics", "f32"),
                ("y", "f32"),
            ]),
            constants = constants(
                1,
                &[
                    "pixels",
                    "channels",
                    "gamma_at",
                    "beta_at",
                    "mean_at",
                    "variance_at",
                ],
            ),
            epsilon = BATCH_NORM_EPSILON,
            value = activate(self.activation.0, "z", false),
        )
    }

    fn constants(&self) -> Vec<usize> {
        let Norm {
            gamma,
            beta,
            mean,
            variance,
        } = self.norm;
        vec![self.pixels, self.channels, gamma, beta, mean, variance]
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: 0,
            norm: NOWHERE,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        // A dimension of its own for the images: together they can be too many for one.
        [
            cover(self.channels * self.pixels, self.threads()),
            cover(batch, 1),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}
