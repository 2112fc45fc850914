//! 4×4 transposed convolution with stride 2 and padding 1, which doubles an image.

use super::activation::Slope;
use super::text::{bindings, four_columns, store};
use super::title::linear;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// y[n, o, s, t] = Σ x[n, i, (s + 1 − a)/2, (t + 1 − b)/2] · w[i, o, a, b] over the
/// taps (a, b) for which the divisions leave no rest, then a bias and an activation,
/// or the derivative of the activation whose output is `gate`.
///
/// It is also the input gradient of a convolution, whose weight `[out, in, 4, 4]`
/// already lies as this one reads it.
///
/// Output pixels of one parity see 2×2 of the 16 taps, so a thread computes both
/// parities of two rows and eight columns for `tile` output channels: no tap is
/// tried in vain, and three rows of input serve them all.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transposed {
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

impl Transposed {
    fn columns(&self) -> usize {
        self.input.width / 4
    }
}

/// For each parity of an output row (or column): which tap meets which input row,
/// relative to half the output row.
const TAPS: [[(usize, usize); 2]; 2] = [[(1, 1), (3, 0)], [(0, 2), (2, 1)]];

impl Program for Transposed {
    fn title(&self) -> String {
        linear(
            "transposed convolution",
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
{place}    let last = info[0] * channels * height * columns - 1u;
",
            place = four_columns(self.tile),
            threads = self.threads(),
        );
        // y{o}_{p}{q}: rows of parity p, columns of parity q.
        for o in 0..self.tile {
            for parity in ["00", "01", "10", "11"] {
                text += &format!("    var y{o}_{parity} = vec4f();\n");
            }
        }
        text += "    for (var i = 0u; i < channels; i++) {
        let at1 = ((n * channels + i) * height + r) * columns + column;
        let at0 = max(at1, columns) - columns;
        let at2 = min(at1 + columns, last);
        let kernel = (i * outputs + o) * 4u + weight_at;
";
        for row in 0..3 {
            let outside = match row {
                0 => Some("r == 0u".to_owned()),
                2 => Some("r == height - 1u".to_owned()),
                _ => None,
            };
            let (centre, left, right) = (
                format!("x[at{row}]"),
                format!("x[max(at{row}, 1u) - 1u].w"),
                format!("x[min(at{row} + 1u, last)].x"),
            );
            let (centre, left, right) = match &outside {
                Some(outside) => (
                    format!("select({centre}, vec4f(), {outside})"),
                    format!("select({left}, 0.0, left_edge || {outside})"),
                    format!("select({right}, 0.0, right_edge || {outside})"),
                ),
                None => (
                    centre,
                    format!("select({left}, 0.0, left_edge)"),
                    format!("select({right}, 0.0, right_edge)"),
                ),
            };
            text += &format!(
                "        let c{row}_1 = {centre};
        let c{row}_0 = vec4f({left}, c{row}_1.xyz);
        let c{row}_2 = vec4f(c{row}_1.yzw, {right});
"
            );
        }
        for o in 0..self.tile {
            for a in 0..4 {
                text += &format!(
                    "        let w{o}_{a} = parameters[kernel + {offset}u];\n",
                    offset = o * 4 + a
                );
            }
            for (p, rows) in TAPS.iter().enumerate() {
                for (q, columns) in TAPS.iter().enumerate() {
                    let sum: Vec<String> = rows
                        .iter()
                        .flat_map(|(a, row)| {
                            columns.iter().map(move |(b, column)| {
                                let lane = ["x", "y", "z", "w"][*b];
                                format!("w{o}_{a}.{lane} * c{row}_{column}")
                            })
                        })
                        .collect();
                    text += &format!("        y{o}_{p}{q} += {};\n", sum.join(" + "));
                }
            }
        }
        text += "    }\n";
        for o in 0..self.tile {
            if self.bias.is_some() {
                let at = format!("(bias_at + o + {o}u)");
                text += &format!("    let b{o} = vec4f(parameters[{at} / 4u][{at} % 4u]);\n");
                for parity in ["00", "01", "10", "11"] {
                    text += &format!("    y{o}_{parity} += b{o};\n");
                }
            }
            text += &format!(
                "    let out{o} = ((n * outputs + o + {o}u) * height + r) * 4u * columns + 2u * column;\n"
            );
            for p in 0..2 {
                for (half, lanes) in [["x", "y"], ["z", "w"]].iter().enumerate() {
                    let at = format!("out{o} + {p}u * 2u * columns + {half}u");
                    let pieces = format!(
                        "vec4f(y{o}_{p}0.{l0}, y{o}_{p}1.{l0}, y{o}_{p}0.{l1}, y{o}_{p}1.{l1})",
                        l0 = lanes[0],
                        l1 = lanes[1],
                    );
                    let name = format!("v{o}_{p}{half}");
                    text += &format!("    let {name} = {pieces};\n");
                    text += &store(
                        self.activation.0,
                        self.gate.map(|gate| gate.0),
                        &name,
                        &at,
                        true,
                    );
                }
            }
        }
        text + "}\n"
    }

    fn constants(&self) -> Vec<usize> {
        vec![
            self.input.channels,
            self.output.channels,
            self.input.height,
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
            cover(batch * self.input.height * self.columns(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let weight = 16 * input.channels * output.channels;
        Work::map(
            batch * input.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}
