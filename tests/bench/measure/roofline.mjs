/**
 * What the adapter gives to plain code: the ceiling that kernels are compared with.
 * Runs in a page; see kernels.mjs.
 */

/** C = A · B for square matrices, a thread computes 4×4 values from global memory. */
const registers = (n) => `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x % ${n / 4}u;
  let row = id.x / ${n / 4}u * 4u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  for (var k = 0u; k < ${n / 4}u; k++) {
    let b0 = b[(4u * k) * ${n / 4}u + column];
    let b1 = b[(4u * k + 1u) * ${n / 4}u + column];
    let b2 = b[(4u * k + 2u) * ${n / 4}u + column];
    let b3 = b[(4u * k + 3u) * ${n / 4}u + column];
    let a0 = a[row * ${n / 4}u + k];
    let a1 = a[(row + 1u) * ${n / 4}u + k];
    let a2 = a[(row + 2u) * ${n / 4}u + k];
    let a3 = a[(row + 3u) * ${n / 4}u + k];
    c0 += a0.x * b0 + a0.y * b1 + a0.z * b2 + a0.w * b3;
    c1 += a1.x * b0 + a1.y * b1 + a1.z * b2 + a1.w * b3;
    c2 += a2.x * b0 + a2.y * b1 + a2.z * b2 + a2.w * b3;
    c3 += a3.x * b0 + a3.y * b1 + a3.z * b2 + a3.w * b3;
  }
  c[row * ${n / 4}u + column] = c0;
  c[(row + 1u) * ${n / 4}u + column] = c1;
  c[(row + 2u) * ${n / 4}u + column] = c2;
  c[(row + 3u) * ${n / 4}u + column] = c3;
}`;

/** The same through 64×64 tiles in workgroup memory, as GPUs like it. */
const shared = (n) => `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
var<workgroup> left: array<array<f32, 16>, 64>;
var<workgroup> right: array<array<vec4f, 16>, 16>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = local / 16u;
  let column = local % 16u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  for (var k = 0u; k < ${n / 16}u; k++) {
    let four = a[(group.y * 64u + local / 4u) * ${n / 4}u + k * 4u + local % 4u];
    left[local / 4u][local % 4u * 4u] = four.x;
    left[local / 4u][local % 4u * 4u + 1u] = four.y;
    left[local / 4u][local % 4u * 4u + 2u] = four.z;
    left[local / 4u][local % 4u * 4u + 3u] = four.w;
    right[row][column] = b[(k * 16u + row) * ${n / 4}u + group.x * 16u + column];
    workgroupBarrier();
    for (var i = 0u; i < 16u; i++) {
      let value = right[i][column];
      c0 += left[row * 4u][i] * value;
      c1 += left[row * 4u + 1u][i] * value;
      c2 += left[row * 4u + 2u][i] * value;
      c3 += left[row * 4u + 3u][i] * value;
    }
    workgroupBarrier();
  }
  let at = (group.y * 64u + row * 4u) * ${n / 4}u + group.x * 16u + column;
  c[at] = c0;
  c[at + ${n / 4}u] = c1;
  c[at + ${n / 2}u] = c2;
  c[at + ${(3 * n) / 4}u] = c3;
}`;

const copy = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copied: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&copied)) { copied[id.x] = source[id.x]; }
}`;

/**
 * Launches of reference kernels, in the form of a recorded schedule.
 * @param {number} n side of the matrices, a multiple of 64
 */
export function references(n) {
  const floats = 1 << 20;
  return {
    buffers: [n * n, n * n, n * n, floats, floats],
    launches: [
      {
        name: 'matrix product, registers',
        wgsl: registers(n),
        buffers: [0, 1, 2],
        workgroups: [(n * n) / 16 / 64, 1, 1],
        flops: 2 * n ** 3,
        bytes: 0,
      },
      {
        name: 'matrix product, workgroup memory',
        wgsl: shared(n),
        buffers: [0, 1, 2],
        workgroups: [n / 64, n / 64, 1],
        flops: 2 * n ** 3,
        bytes: 0,
      },
      {
        name: 'copy',
        wgsl: copy,
        buffers: [3, 4],
        workgroups: [floats / 4 / 64, 1, 1],
        flops: 0,
        bytes: 8 * floats,
      },
    ],
  };
}
