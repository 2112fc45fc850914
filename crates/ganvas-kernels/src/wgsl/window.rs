//! (Transposed) convolutions of any geometry: plain kernels for the few layers that
//! are not 4×4 with stride 2.

use super::activation::Slope;
use super::text::{bindings, store};
use super::title::linear;
use super::{Program, Work, cover};
use crate::stack::{Shape, Window};

/// Which way a convolution's window is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the large image to the small one: a convolution, or the input gradient of a
    /// transposed one. Weight `[out, in, k, k]`.
    Gather,
    /// From the small image to the large one: a transposed convolution, or the input
    /// gradient of a convolution. Weight `[in, out, k, k]`.
    Scatter,
}

/// y = x through a window, then a bias and an activation, or the derivative of the
/// activation whose output is `gate`. A thread computes one pixel of `tile` channels.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Windowed {
    /// Which way.
    pub direction: Direction,
    /// Kernel, stride and padding.
    pub window: Window,
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// Where the weight starts in `parameters`.
    pub weight: usize,
    /// Where the bias starts, if there is one.
    pub bias: Option<usize>,
    /// Applied to the result.
    pub activation: Slope,
    /// The result is multiplied with this activation's derivative, taken from `gate`.
    pub gate: Option<Slope>,
    /// Output channels of a thread; divides the output's.
    pub tile: usize,
}

impl Program for Windowed {
    fn title(&self) -> String {
        let what = format!(
            "{:?}, kernel {}, stride {},",
            self.direction, self.window.kernel, self.window.stride
        );
        linear(&what, self.input, self.output, self.activation, self.gate)
    }

    fn wgsl(&self) -> String {
        let (input, output) = (self.input, self.output);
        let Window {
            kernel,
            stride,
            padding,
        } = self.window;
        let mut buffers = vec![("x", "f32"), ("parameters", "f32"), ("y", "f32")];
        if self.gate.is_some() {
            buffers.push(("gate", "f32"));
        }
        let mut text = bindings(&buffers);
        text += &format!(
            "
@compute @workgroup_size({threads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {{
    let t = id.x;
    if (t >= info[0] * {pixels}u) {{ return; }}
    let c = i32(t % {width}u);
    let r = i32(t / {width}u % {height}u);
    let n = t / {pixels}u;
    let o = group.y * {tile}u;
",
            threads = self.threads(),
            pixels = output.pixels(),
            width = output.width,
            height = output.height,
            tile = self.tile,
        );
        for o in 0..self.tile {
            text += &format!("    var y{o} = 0.0;\n");
        }
        // Where a tap meets the input, and whether it does.
        let at = |axis: &str, tap: &str| match self.direction {
            Direction::Gather => format!("{axis} * {stride} - {padding} + {tap}"),
            Direction::Scatter => format!("({axis} + {padding} - {tap}) / {stride}"),
        };
        let whole = |axis: &str, tap: &str| match self.direction {
            Direction::Gather => "true".to_owned(),
            Direction::Scatter => {
                format!(
                    "{axis} + {padding} >= {tap} && ({axis} + {padding} - {tap}) % {stride} == 0"
                )
            }
        };
        text += &format!(
            "    for (var i = 0u; i < {channels}u; i++) {{
        for (var a = 0; a < {kernel}; a++) {{
            let row = {row};
            if (row < 0 || row >= {height} || !({whole_row})) {{ continue; }}
            for (var b = 0; b < {kernel}; b++) {{
                let column = {column};
                if (column < 0 || column >= {width} || !({whole_column})) {{ continue; }}
                let value = x[((n * {channels}u + i) * {height}u + u32(row)) * {width}u + u32(column)];
                let tap = u32(a * {kernel} + b) + {weight}u;
",
            channels = input.channels,
            height = input.height,
            width = input.width,
            row = at("r", "a"),
            column = at("c", "b"),
            whole_row = whole("r", "a"),
            whole_column = whole("c", "b"),
            weight = self.weight,
        );
        for o in 0..self.tile {
            let place = match self.direction {
                Direction::Gather => format!("(o + {o}u) * {}u + i", input.channels),
                Direction::Scatter => format!("i * {}u + o + {o}u", output.channels),
            };
            text += &format!(
                "                y{o} += value * parameters[({place}) * {}u + tap];\n",
                kernel * kernel
            );
        }
        text += "            }\n        }\n    }\n";
        for o in 0..self.tile {
            if let Some(bias) = self.bias {
                text += &format!("    y{o} += parameters[{bias}u + o + {o}u];\n");
            }
            text += &format!(
                "    let at{o} = (n * {}u + o + {o}u) * {pixels}u + t % {pixels}u;\n",
                output.channels,
                pixels = output.pixels(),
            );
            text += &store(
                self.activation.0,
                self.gate.map(|gate| gate.0),
                &format!("y{o}"),
                &format!("at{o}"),
                false,
            );
        }
        text + "}\n"
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [
            cover(batch * self.output.pixels(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let small = match self.direction {
            Direction::Gather => output,
            Direction::Scatter => input,
        };
        let weight = self.window.kernel.pow(2) * input.channels * output.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}

/// g[s, l, a, b] = Σ small[n, s, r, c] · large[n, l, r · stride − padding + a, …] over
/// n, r, c: the weight gradient of either direction. A workgroup does the taps of one
/// row of one kernel, its threads share the sum.
///
/// Buffers: `small`, `large`, `gradient`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WindowGradient {
    /// Kernel, stride and padding.
    pub window: Window,
    /// Shape of an image on the small side.
    pub small: Shape,
    /// Shape of an image on the large side.
    pub large: Shape,
    /// Where the weight's gradient starts in `gradient`.
    pub weight: usize,
    /// Threads that share a sum, at most 64.
    pub threads: u32,
}

impl Program for WindowGradient {
    fn title(&self) -> String {
        let Window { kernel, stride, .. } = self.window;
        format!(
            "weight gradient, kernel {kernel}, stride {stride}, {} × {}",
            self.small, self.large
        )
    }

    fn wgsl(&self) -> String {
        let (small, large) = (self.small, self.large);
        let Window {
            kernel,
            stride,
            padding,
        } = self.window;
        let threads = self.threads();
        let mut text = bindings(&[("small", "f32"), ("large", "f32"), ("gradient", "f32")]);
        text += &format!(
            "var<workgroup> partial: array<f32, {size}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
    let a = i32(group.x % {kernel}u);
    let l = group.x / {kernel}u;
    let s = group.y;
",
            size = threads as usize * kernel,
        );
        for b in 0..kernel {
            text += &format!("    var g{b} = 0.0;\n");
        }
        text += &format!(
            "    for (var k = local; k < info[0] * {pixels}u; k += {threads}u) {{
        let n = k / {pixels}u;
        let row = i32(k % {pixels}u / {width}u) * {stride} - {padding} + a;
        let column = i32(k % {width}u) * {stride} - {padding};
        if (row < 0 || row >= {large_height}) {{ continue; }}
        let value = small[(n * {small_channels}u + s) * {pixels}u + k % {pixels}u];
        let at = ((n * {large_channels}u + l) * {large_height}u + u32(row)) * {large_width}u;
",
            pixels = small.pixels(),
            width = small.width,
            small_channels = small.channels,
            large_channels = large.channels,
            large_height = large.height,
            large_width = large.width,
        );
        for b in 0..kernel {
            text += &format!(
                "        if (column + {b} >= 0 && column + {b} < {width}) {{ g{b} += value * large[at + u32(column + {b})]; }}\n",
                width = large.width,
            );
        }
        text += "    }\n";
        for b in 0..kernel {
            text += &format!("    partial[local * {kernel}u + {b}u] = g{b};\n");
        }
        text += &format!(
            "    workgroupBarrier();
    for (var b = local; b < {kernel}u; b += {threads}u) {{
        var sum = 0.0;
        for (var k = 0u; k < {threads}u; k++) {{ sum += partial[k * {kernel}u + b]; }}
        gradient[((s * {large_channels}u + l) * {kernel}u + u32(a)) * {kernel}u + b + {weight}u] = sum;
    }}
}}
",
            large_channels = large.channels,
            weight = self.weight,
        );
        text
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [
            cover(self.large.channels * self.window.kernel, 1),
            cover(self.small.channels, 1),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (small, large) = (self.small, self.large);
        let weight = self.window.kernel.pow(2) * small.channels * large.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (small.len() + large.len()) + weight,
        )
    }
}
