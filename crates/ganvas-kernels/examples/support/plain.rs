//! What an adapter gives to plain code: the ceilings that kernels are compared with.

use super::step::{Launch, Schedule};

/// Two matrix products and a copy, as `bench.html` and the benchmark replay them.
pub fn plain() -> Schedule {
    of_size(512, 1 << 20)
}

/// Two products of square matrices whose side is a multiple of 64, and a copy of a multiple
/// of 256 numbers.
pub fn of_size(side: usize, copied: usize) -> Schedule {
    let flops = 2.0 * side.pow(3) as f64;
    let tiles = (side / 64) as u32;
    let launch = |title: &str, wgsl, buffers: &[usize], workgroups| Launch {
        part: "plain",
        title: title.into(),
        wgsl,
        flops: if buffers.len() == 3 { flops } else { 0.0 },
        bytes: if buffers.len() == 3 {
            0.0
        } else {
            8.0 * copied as f64
        },
        workgroups,
        buffers: buffers.to_vec(),
        info: Vec::new(),
    };
    let mut schedule = Schedule::default();
    schedule.buffers = vec![side * side, side * side, side * side, copied, copied];
    schedule.launches = vec![
        launch(
            "matrix product, registers",
            registers(side),
            &[0, 1, 2],
            [tiles * tiles * 4, 1, 1],
        ),
        launch(
            "matrix product, workgroup memory",
            shared(side),
            &[0, 1, 2],
            [tiles, tiles, 1],
        ),
        launch("copy", COPY.into(), &[3, 4], [(copied / 256) as u32, 1, 1]),
    ];
    schedule
}

/// Rounds of each thread of [`arithmetic`].
const ROUNDS: usize = 256;

/// Multiply-adds in registers, next to no memory: `threads`, a multiple of 64, with
/// `accumulators` vectors of four each. Few of them fit a processor, many hide a GPU's delays.
pub fn arithmetic(threads: usize, accumulators: usize) -> Launch {
    let each = |text: &dyn Fn(usize) -> String| (0..accumulators).map(text).collect::<String>();
    let begin = each(&|i| format!("  var c{i} = x + {i}.0;\n"));
    let round = each(&|i| format!("    c{i} = c{i} * x + y;\n"));
    let sum = each(&|i| format!(" + c{i}"));
    let wgsl = format!(
        "@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {{
  let x = a[id.x];
  let y = x.yzwx;
{begin}  for (var i = 0u; i < {ROUNDS}u; i++) {{
{round}  }}
  c[id.x] = y{sum};
}}"
    );
    Launch {
        part: "plain",
        title: format!("multiply-adds, {accumulators} accumulators"),
        wgsl,
        flops: (8 * threads * accumulators * ROUNDS) as f64,
        bytes: 0.0,
        workgroups: [(threads / 64) as u32, 1, 1],
        buffers: vec![0, 1],
        info: Vec::new(),
    }
}

/// C = A · B for square matrices, a thread computes 4×4 values from global memory.
fn registers(n: usize) -> String {
    let quarter = n / 4;
    format!(
        "@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {{
  let column = id.x % {quarter}u;
  let row = id.x / {quarter}u * 4u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  for (var k = 0u; k < {quarter}u; k++) {{
    let b0 = b[(4u * k) * {quarter}u + column];
    let b1 = b[(4u * k + 1u) * {quarter}u + column];
    let b2 = b[(4u * k + 2u) * {quarter}u + column];
    let b3 = b[(4u * k + 3u) * {quarter}u + column];
    let a0 = a[row * {quarter}u + k];
    let a1 = a[(row + 1u) * {quarter}u + k];
    let a2 = a[(row + 2u) * {quarter}u + k];
    let a3 = a[(row + 3u) * {quarter}u + k];
    c0 += a0.x * b0 + a0.y * b1 + a0.z * b2 + a0.w * b3;
    c1 += a1.x * b0 + a1.y * b1 + a1.z * b2 + a1.w * b3;
    c2 += a2.x * b0 + a2.y * b1 + a2.z * b2 + a2.w * b3;
    c3 += a3.x * b0 + a3.y * b1 + a3.z * b2 + a3.w * b3;
  }}
  c[row * {quarter}u + column] = c0;
  c[(row + 1u) * {quarter}u + column] = c1;
  c[(row + 2u) * {quarter}u + column] = c2;
  c[(row + 3u) * {quarter}u + column] = c3;
}}"
    )
}

/// The same through 64×64 tiles in workgroup memory, as GPUs like it.
fn shared(n: usize) -> String {
    let (quarter, sixteenth, half, three) = (n / 4, n / 16, n / 2, 3 * n / 4);
    format!(
        "@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
var<workgroup> left: array<array<f32, 16>, 64>;
var<workgroup> right: array<array<vec4f, 16>, 16>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {{
  let row = local / 16u;
  let column = local % 16u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  for (var k = 0u; k < {sixteenth}u; k++) {{
    let four = a[(group.y * 64u + local / 4u) * {quarter}u + k * 4u + local % 4u];
    left[local / 4u][local % 4u * 4u] = four.x;
    left[local / 4u][local % 4u * 4u + 1u] = four.y;
    left[local / 4u][local % 4u * 4u + 2u] = four.z;
    left[local / 4u][local % 4u * 4u + 3u] = four.w;
    right[row][column] = b[(k * 16u + row) * {quarter}u + group.x * 16u + column];
    workgroupBarrier();
    for (var i = 0u; i < 16u; i++) {{
      let value = right[i][column];
      c0 += left[row * 4u][i] * value;
      c1 += left[row * 4u + 1u][i] * value;
      c2 += left[row * 4u + 2u][i] * value;
      c3 += left[row * 4u + 3u][i] * value;
    }}
    workgroupBarrier();
  }}
  let at = (group.y * 64u + row * 4u) * {quarter}u + group.x * 16u + column;
  c[at] = c0;
  c[at + {quarter}u] = c1;
  c[at + {half}u] = c2;
  c[at + {three}u] = c3;
}}"
    )
}

const COPY: &str = "@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copied: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&copied)) { copied[id.x] = source[id.x]; }
}";
