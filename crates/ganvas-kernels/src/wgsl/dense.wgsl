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

#if batched
fn row_count() -> u32 { return info[0].x; }
#else
fn row_count() -> u32 { return rows; }
#end

fn tasks() -> u32 {
    return (row_count() + $tall - 1) / $tall * (span / $wide);
}

fn compute(t: u32, o: u32, local: u32) {
    let rows = row_count();
#if summed
    let depth = info[0].x;
#end
    let column = o * span + t % (span / $wide) * $wide;
    let row = t / (span / $wide) * $tall;
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
            let at = (row + $i) * columns + column + $j + output_at;
#if bias
            put(at, y$i[$j] + right[column + $j + bias_at]);
#else
            put(at, y$i[$j]);
#end
        }
#end
    }
#end
}
