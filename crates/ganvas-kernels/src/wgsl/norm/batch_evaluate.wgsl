@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let pixels = info[1].x;
    let channels = info[2].x;
    let gamma_at = info[3].x;
    let beta_at = info[4].x;
    let mean_at = info[5].x;
    let variance_at = info[6].x;
    if (id.x >= channels * pixels) { return; }
    let i = id.y * channels * pixels + id.x;
    let channel = id.x / pixels;
    let inverse = 1.0 / sqrt(statistics[channel + variance_at] + epsilon);
    let centred = u[i] - statistics[channel + mean_at];
    let scaled = centred * inverse * parameters[channel + gamma_at];
    y[i] = activate(scaled + parameters[channel + beta_at]);
}
