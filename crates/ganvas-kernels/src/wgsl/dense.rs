//! Matrix products, for maps between all values of two images.

use super::activation::Slope;
use super::shader::Shader;
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
    /// A kernel with a gate writes from the start of its buffer.
    pub gate: Option<Slope>,
}

impl Dense {
    pub(super) fn split(&self) -> bool {
        self.columns < 16 && self.depth.is_some_and(|depth| depth >= 256)
    }

    /// Rows and columns of a thread's tile. The batch need not be a multiple of
    /// anything: rows beyond it are computed from row 0 and not written.
    fn tile(&self) -> [usize; 2] {
        let wide = if self.columns.is_multiple_of(4) { 4 } else { 1 };
        match self.rows {
            _ if self.split() => [1, wide],
            Some(rows) if !rows.is_multiple_of(4) => [1, wide],
            _ => [4, wide],
        }
    }

    fn tiles(&self, batch: usize) -> usize {
        let [tall, wide] = self.tile();
        self.rows.unwrap_or(batch).div_ceil(tall) * (self.columns / wide)
    }

    /// The function that computes a tile of `output`, at `span` columns from a number of the
    /// caller's on.
    pub(super) fn shader(
        &self,
        output: &str,
        span: usize,
        [tall, wide]: [usize; 2],
        buffers: &[(&str, &str)],
    ) -> Shader {
        let mut shader = Shader::of(include_str!("dense.wgsl"), buffers)
            .set("tall", tall)
            .set("wide", wide)
            .set("narrow", usize::from(wide == 1))
            .set("across", usize::from(self.left == Left::Rows))
            .set("upright", usize::from(self.right == Right::Columns))
            .set("batched", usize::from(self.rows.is_none()))
            .set("summed", usize::from(self.depth.is_none()))
            .set("split", usize::from(self.split()))
            .set("partials", 64 * tall)
            .set("bias", usize::from(self.bias.is_some()))
            .constant("columns", self.columns)
            .constant("right_at", self.right_at)
            .constant("output_at", self.output_at)
            .constant("span", span)
            .put(output, self.activation, self.gate, "f32");
        let sizes = [
            ("rows", self.rows),
            ("depth", self.depth),
            ("bias_at", self.bias),
        ];
        for (name, size) in sizes {
            if let Some(size) = size {
                shader = shader.constant(name, size);
            }
        }
        shader
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
        let mut buffers = vec![("left", "f32"), ("right", "f32"), ("output", "f32")];
        if self.gate.is_some() {
            buffers.push(("gate", "f32"));
        }
        self.shader("output", self.columns, self.tile(), &buffers)
            .set("tile", 1)
            .with(include_str!("tasks.wgsl"))
            .build()
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
