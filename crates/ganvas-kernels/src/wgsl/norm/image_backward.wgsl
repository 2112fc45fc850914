@compute @workgroup_size($threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let pixels = info[1].x; // of a channel, in numbers of this kernel
    let all_pixels = info[2].x;
    let channels = info[3].x;
    let plane = group.y * channels + group.x;
    let start = plane * pixels;
    let count = f32(all_pixels);
    let mean = moments[2 * plane];
    let inverse = moments[2 * plane + 1];
    var sum = Number();
    var along = Number();
    for (var k = local; k < pixels; k += threads) {
        let value = g[start + k];
        sum += value;
        along += value * (u[start + k] - mean) * inverse;
    }
    let means = total(vec2f(flat(sum), flat(along)), local) / count;
    for (var k = local; k < pixels; k += threads) {
        let normal = (u[start + k] - mean) * inverse;
        output[start + k] = inverse * (g[start + k] - means.x - normal * means.y);
    }
}
