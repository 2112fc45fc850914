#if split
var<workgroup> partial: array<vec4f, $partials>;
#end

fn right_value(k: u32, column: u32, depth: u32) -> f32 {
#if upright
    return right[column * depth + k + right_at];
#else
    return right[k * columns + column + right_at];
#end
}

@compute @workgroup_size(64)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
#if batched
    let rows = info[0].x;
#end
#if summed
    let depth = info[0].x;
#end
#if split
    let t = group.x;
#else
    let t = id.x;
#end
    let column = t % (columns / $wide) * $wide;
    let row = t / (columns / $wide) * $tall;
    if (row >= rows) { return; }
#for i in tall
    var y$i = vec4f();
    let r$i = min(row + $i, rows - 1);
#end
#if split
    for (var k = local; k < depth; k += 64) {
#else
    for (var k = 0u; k < depth; k++) {
#end
#if narrow
        let b = vec4f(right_value(k, column, depth), 0.0, 0.0, 0.0);
#else
        let b = vec4f(
            right_value(k, column, depth),
            right_value(k, column + 1, depth),
            right_value(k, column + 2, depth),
            right_value(k, column + 3, depth),
        );
#end
#for i in tall
#if across
        y$i += left[r$i * depth + k] * b;
#else
        y$i += left[k * rows + r$i] * b;
#end
#end
    }
#if split
#for i in tall
    partial[local * $tall + $i] = y$i;
#end
    workgroupBarrier();
    if (local > 0) { return; }
    for (var k = 1u; k < 64; k++) {
#for i in tall
        y$i += partial[k * $tall + $i];
#end
    }
#end
#for i in tall
    if (row + $i < rows) {
#for j in wide
        {
            let at = (row + $i) * columns + column + $j;
#if bias
            let value = activate(y$i[$j] + right[column + $j + bias_at]);
#else
            let value = activate(y$i[$j]);
#end
#if gated
            output[at + output_at] = value * slope(gate[at]);
#else
            output[at + output_at] = value;
#end
        }
#end
    }
#end
}
