@compute @workgroup_size(64)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
) {
    let t = group.z * groups.x * 64 + id.x;
    if (t >= info[0].x * width * height) { return; }
    let c = i32(t % width);
    let r = i32(t / width % height);
    let n = t / (width * height);
    let o = group.y * $tile;
#for o in tile
    var y$o = 0.0;
#end
    for (var i = 0u; i < channels; i++) {
        for (var a = 0; a < kernel; a++) {
#if gather
            let row = r * stride - padding + a;
#else
            // Only every `stride`th place of the large image has met this tap.
            let row = (r + padding - a) / stride;
            if (r + padding < a || (r + padding - a) % stride != 0) { continue; }
#end
            if (row < 0 || row >= i32(input_height)) { continue; }
            for (var b = 0; b < kernel; b++) {
#if gather
                let column = c * stride - padding + b;
#else
                let column = (c + padding - b) / stride;
                if (c + padding < b || (c + padding - b) % stride != 0) { continue; }
#end
                if (column < 0 || column >= i32(input_width)) { continue; }
                let image = n * channels + i;
                let value = x[(image * input_height + u32(row)) * input_width + u32(column)];
                let tap = u32(a * kernel + b) + weight_at;
#for o in tile
#if gather
                let place$o = (o + $o) * channels + i;
#else
                let place$o = i * outputs + o + $o;
#end
                y$o += value * parameters[place$o * u32(kernel * kernel) + tap];
#end
            }
        }
    }
    var values = array<f32, $tile>(
#for o in tile
        y$o,
#end
    );
    for (var k = 0u; k < $tile; k++) {
#if bias
        values[k] += parameters[bias_at + o + k];
#end
        put((n * outputs + o + k) * width * height + t % (width * height), values[k]);
    }
}
