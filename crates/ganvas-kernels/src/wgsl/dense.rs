//! Matrix products, for maps between all values of two images.

use super::activation::Slope;
use super::text::{activate, bindings, derivative};
use super::title::fused;
use super::{Program, Work, cover};

/// How the left matrix (rows × depth) lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Left {
    /// Row by row; the batch is the number of rows.
    Rows,
    /// Column by column; the batch is the depth.
    Columns,
}

/// How the right matrix (depth × columns) lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Row by row.
    Rows,
    /// Column by column.
    Columns,
}

/// output = left · right, then a bias and an activation, or the derivative of the
/// activation whose output is `gate`.
///
/// - Forward: images · weight.
/// - Input gradient: output gradients · weight, gated by the stage before.
/// - Weight gradient: one side's images, transposed, · the other's.
///
/// A thread computes 4×4 values, or 1×4, 4×1, 1×1 where a side is not divisible
/// by four. Where that leaves few threads with much depth (a discriminator's
/// single output), the 64 threads of a workgroup share a tile's depth.
///
/// Buffers: `left`, `right`, `output`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dense {
    /// Rows of the output; `None` is the batch.
    pub rows: Option<usize>,
    /// Columns of the output.
    pub columns: usize,
    /// Length of the sums; `None` is the batch.
    pub depth: Option<usize>,
    /// Layout of the left matrix.
    pub left: Left,
    /// Layout of the right matrix.
    pub right: Right,
    /// Where the right matrix starts in its buffer.
    pub right_at: usize,
    /// Where the output starts in its buffer.
    pub output_at: usize,
    /// Where the bias (one number for each column) starts in `right`, which holds all
    /// parameters where there is one.
    pub bias: Option<usize>,
    /// Applied to the result.
    pub activation: Slope,
    /// The result is multiplied with this activation's derivative, taken from `gate`,
    /// which has the shape of the output.
    pub gate: Option<Slope>,
}

impl Dense {
    fn split(&self) -> bool {
        self.columns < 16 && self.depth.is_some_and(|depth| depth >= 256)
    }

    /// Rows and columns of a thread's tile. The batch need not be a multiple of
    /// anything: rows beyond it are computed from row 0 and not written.
    fn tile(&self) -> (usize, usize) {
        let wide = if self.columns.is_multiple_of(4) { 4 } else { 1 };
        match self.rows {
            _ if self.split() => (1, wide),
            Some(rows) if !rows.is_multiple_of(4) => (1, wide),
            _ => (4, wide),
        }
    }

    fn tiles(&self, batch: usize) -> usize {
        let (tall, wide) = self.tile();
        self.rows.unwrap_or(batch).div_ceil(tall) * (self.columns / wide)
    }
}

impl Program for Dense {
    fn title(&self) -> String {
        let size = |size: Option<usize>| size.map_or("batch".into(), |size| size.to_string());
        format!(
            "matrix product {}×{}×{}{}",
            size(self.rows),
            size(self.depth),
            self.columns,
            fused(self.activation, self.gate)
        )
    }

    fn wgsl(&self) -> String {
        let (tall, wide) = self.tile();
        let split = self.split();
        let threads = self.threads();
        let mut buffers = vec![("left", "f32"), ("right", "f32"), ("output", "f32")];
        if self.gate.is_some() {
            buffers.push(("gate", "f32"));
        }
        let size = |size: Option<usize>| size.map_or("info[0]".to_owned(), |n| format!("{n}u"));
        let mut text = bindings(&buffers);
        if split {
            text += &format!(
                "var<workgroup> partial: array<vec4f, {}>;\n",
                threads as usize * tall
            );
        }
        let (tile, first, step) = if split {
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
    let rows = {rows};
    let depth = {depth};
    let t = {tile};
    let column = t % {across}u * {wide}u;
    let row = t / {across}u * {tall}u;
    if (row >= rows) {{ return; }}
",
            rows = size(self.rows),
            depth = size(self.depth),
            across = self.columns / wide,
        );
        for i in 0..tall {
            text +=
                &format!("    var y{i} = vec4f();\n    let r{i} = min(row + {i}u, rows - 1u);\n");
        }
        text += &format!("    for (var k = {first}; k < depth; k += {step}u) {{\n");
        let right = |j: usize| match self.right {
            Right::Rows => format!(
                "right[k * {}u + column + {}u]",
                self.columns,
                j + self.right_at
            ),
            Right::Columns => format!("right[(column + {j}u) * depth + k + {}u]", self.right_at),
        };
        let b: Vec<String> = (0..wide).map(right).collect();
        text += &if wide == 4 {
            format!("        let b = vec4f({});\n", b.join(", "))
        } else {
            format!("        let b = vec4f({}, 0.0, 0.0, 0.0);\n", b[0])
        };
        for i in 0..tall {
            let left = match self.left {
                Left::Rows => format!("left[r{i} * depth + k]"),
                Left::Columns => format!("left[k * rows + r{i}]"),
            };
            text += &format!("        y{i} += {left} * b;\n");
        }
        text += "    }\n";
        if split {
            for i in 0..tall {
                text += &format!("    partial[local * {tall}u + {i}u] = y{i};\n");
            }
            text += "    workgroupBarrier();\n    if (local > 0u) { return; }\n";
            text += &format!("    for (var k = 1u; k < {threads}u; k++) {{\n");
            for i in 0..tall {
                text += &format!("        y{i} += partial[k * {tall}u + {i}u];\n");
            }
            text += "    }\n";
        }
        for i in 0..tall {
            if tall > 1 {
                text += &format!("    if (row + {i}u < rows) {{\n");
            } else {
                text += "    {\n";
            }
            text += &format!("        let at = r{i} * {}u + column;\n", self.columns);
            for j in 0..wide {
                let lane = ["x", "y", "z", "w"][j];
                let mut value = format!("y{i}.{lane}");
                if let Some(bias) = self.bias {
                    value = format!("({value} + right[column + {}u])", j + bias);
                }
                let name = format!("v{j}");
                text += &format!("        let {name} = {value};\n");
                let mut value = activate(self.activation.0, &name, false);
                if let Some(slope) = self
                    .gate
                    .and_then(|gate| derivative(gate.0, &format!("gate[at + {j}u]"), false))
                {
                    value = format!("{value} * {slope}");
                }
                text += &format!("        output[at + {}u] = {value};\n", j + self.output_at);
            }
            text += "    }\n";
        }
        text + "}\n"
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        let tiles = self.tiles(batch);
        let groups = if self.split() {
            u32::try_from(tiles).unwrap_or(u32::MAX)
        } else {
            cover(tiles, self.threads())
        };
        [groups, 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        let rows = self.rows.unwrap_or(batch);
        let depth = self.depth.unwrap_or(batch);
        Work::map(
            rows * depth * self.columns,
            rows * depth + depth * self.columns + rows * self.columns,
        )
    }
}
