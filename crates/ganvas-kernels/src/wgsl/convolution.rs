//! 4×4 convolution with stride 2 and padding 1, which halves an image.

use super::activation::Slope;
use super::text::{bindings, four_columns, store};
use super::title::linear;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// y[n, o, r, c] = Σ x[n, i, 2r − 1 + a, 2c − 1 + b] · w[o, i, a, b], then a bias
/// and an activation, or the derivative of the activation whose output is `gate`.
///
/// It is also the input gradient of a transposed convolution, whose weight
/// `[in, out, 4, 4]` already lies as this one reads it.
///
/// A thread computes four neighbouring columns of `tile` output channels: one
/// row of input serves them all, as two vectors and two edges.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Convolution {
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
    /// The result is multiplied with this activation's derivative, taken from `gate`,
    /// which has the shape of the output.
    pub gate: Option<Slope>,
    /// Output channels of a thread; divides the output's.
    pub tile: usize,
}

impl Convolution {
    fn columns(&self) -> usize {
        self.output.width / 4
    }
}

impl Program for Convolution {
    fn title(&self) -> String {
        linear(
            "convolution",
            self.input,
            self.output,
            self.activation,
            self.gate,
        )
    }

    fn wgsl(&self) -> String {
        let mut buffers = vec![("x", "vec4f"), ("parameters", "vec4f"), ("y", "vec4f")];
        if self.gate.is_some() {
            buffers.push(("gate", "vec4f"));
        }
        let mut text = bindings(&buffers);
        text += &format!(
            "
@compute @workgroup_size({threads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {{
{place}    // An input row has twice the columns, an image twice the rows.
    let row = 2u * columns;
    let last = info[0] * channels * 2u * height * row - 1u;
",
            place = four_columns(self.tile),
            threads = self.threads(),
        );
        for o in 0..self.tile {
            text += &format!("    var y{o} = vec4f();\n");
        }
        text += "    for (var i = 0u; i < channels; i++) {
        let image = (n * channels + i) * 2u * height;
        let kernel = (o * channels + i) * 4u + weight_at;
";
        for a in 0..4 {
            // Rows outside the image exist only above the first and below the last.
            // They are read as zeros rather than left out: branches cost more.
            let outside = match a {
                0 => "r == 0u".to_owned(),
                3 => "r == height - 1u".to_owned(),
                _ => "false".to_owned(),
            };
            let inside = |value: String, zero: &str| match a {
                0 | 3 => format!("select({value}, {zero}, outside)"),
                _ => value,
            };
            text += &format!(
                "        {{
            let outside = {outside};
            let at = min(max((image + 2u * r + {a}u) * row, row) - row + 2u * column, last - 1u);
            let p = {p};
            let q = {q};
            let left = select(x[max(at, 1u) - 1u].w, 0.0, left_edge || outside);
            let right = select(x[min(at + 2u, last)].x, 0.0, right_edge || outside);
            let c0 = vec4f(left, p.y, p.w, q.y);
            let c1 = vec4f(p.x, p.z, q.x, q.z);
            let c2 = vec4f(p.y, p.w, q.y, q.w);
            let c3 = vec4f(p.z, q.x, q.z, right);
",
                p = inside("x[at]".to_owned(), "vec4f()"),
                q = inside("x[at + 1u]".to_owned(), "vec4f()"),
            );
            for o in 0..self.tile {
                text += &format!(
                    "            let w{o} = parameters[kernel + {o}u * channels * 4u + {a}u];
            y{o} += w{o}.x * c0 + w{o}.y * c1 + w{o}.z * c2 + w{o}.w * c3;
"
                );
            }
            text += "        }\n";
        }
        text += "    }\n";
        for o in 0..self.tile {
            if self.bias.is_some() {
                let at = format!("(bias_at + o + {o}u)");
                text += &format!("    y{o} += vec4f(parameters[{at} / 4u][{at} % 4u]);\n");
            }
            text += &format!(
                "    let at{o} = ((n * outputs + o + {o}u) * height + r) * columns + column;\n"
            );
            text += &store(
                self.activation.0,
                self.gate.map(|gate| gate.0),
                &format!("y{o}"),
                &format!("at{o}"),
                true,
            );
        }
        text + "}\n"
    }

    fn constants(&self) -> Vec<usize> {
        vec![
            self.input.channels,
            self.output.channels,
            self.output.height,
            self.columns(),
            self.weight / 4,
            self.bias.unwrap_or(0),
        ]
    }

    fn key(&self) -> Self {
        Self {
            input: ANY,
            output: ANY,
            weight: 0,
            bias: self.bias.map(|_| 0),
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [
            cover(batch * self.output.height * self.columns(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let weight = 16 * input.channels * output.channels;
        Work::map(
            batch * output.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}
