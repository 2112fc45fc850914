#if narrow
alias Value = f32;
#else
alias Value = vec4f;
#end

#if split
var<workgroup> partial: array<Value, $partials>;
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
    var y$i = Value();
    let r$i = min(row + $i, rows - 1);
#end
#if split
    for (var k = local; k < depth; k += 64) {
#else
    for (var k = 0u; k < depth; k++) {
#end
#if narrow
        let b = right_value(k, column, depth);
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
    var values = array<Value, $tall>(
#for i in tall
        y$i,
#end
    );
    for (var k = 0u; k < $tall * $wide; k++) {
        let i = row + k / $wide;
        let j = column + k % $wide;
        if (i >= rows) { break; }
#if narrow
        let value = values[k];
#else
        let value = values[k / 4][k % 4];
#end
#if bias
        put(i * columns + j + output_at, value + right[j + bias_at]);
#else
        put(i * columns + j + output_at, value);
#end
    }
}
