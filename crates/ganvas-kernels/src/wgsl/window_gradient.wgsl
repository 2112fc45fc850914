var<workgroup> partial: array<f32, $partials>;

@compute @workgroup_size($threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let a = i32(group.x % $kernel);
    let l = group.x / $kernel;
    let s = group.y;
#for b in kernel
    var g$b = 0.0;
#end
    for (var k = local; k < info[0].x * width * height; k += threads) {
        let pixel = k % (width * height);
        let n = k / (width * height);
        let row = i32(pixel / width) * stride - padding + a;
        let column = i32(pixel % width) * stride - padding;
        if (row < 0 || row >= i32(large_height)) { continue; }
        let value = small[(n * small_channels + s) * width * height + pixel];
        let at = ((n * large_channels + l) * large_height + u32(row)) * large_width;
#for b in kernel
        if (column + $b >= 0 && column + $b < i32(large_width)) {
            g$b += value * large[at + u32(column + $b)];
        }
#end
    }
#for b in kernel
    partial[local * $kernel + $b] = g$b;
#end
    workgroupBarrier();
    for (var b = local; b < $kernel; b += threads) {
        var sum = 0.0;
        for (var k = 0u; k < threads; k++) { sum += partial[k * $kernel + b]; }
        gradient[((s * large_channels + l) * $kernel + u32(a)) * $kernel + b + weight_at] = sum;
    }
}
