@compute @workgroup_size($threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let pixels = info[1].x; // of a channel, in numbers of this kernel
    let all_pixels = info[2].x;
    let channels = info[3].x;
    let plane = group.y * channels + group.x;
    let start = plane * pixels;
    let count = f32(all_pixels);
    var sum = Number();
    for (var k = local; k < pixels; k += threads) { sum += u[start + k]; }
    let mean = total(flat(sum), local) / count;
    var squares = Number();
    for (var k = local; k < pixels; k += threads) {
        let d = u[start + k] - mean;
        squares += d * d;
    }
    let variance = total(flat(squares), local) / count;
    let inverse = 1.0 / sqrt(variance + epsilon);
    for (var k = local; k < pixels; k += threads) {
        y[start + k] = activate((u[start + k] - mean) * inverse);
    }
    if (local == 0) {
        moments[2 * plane] = mean;
        moments[2 * plane + 1] = inverse;
    }
}
