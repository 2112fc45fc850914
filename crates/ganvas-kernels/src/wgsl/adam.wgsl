@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let i = id.y * groups.x * 64 + id.x;
    if (i >= info[0].x) { return; }
    let beta1 = settings[0].x;
    let beta2 = settings[0].y;
    let rate = settings[0].z;
    let correction = settings[0].w;
    let epsilon = settings[1].x;
    let decay = settings[1].y;
    let clip = vec4f(settings[1].z);
    let rest2 = settings[1].w;
    let follow = settings[2].x;
    let old = parameters[i];
    let g = gradient[i] + decay * old;
    let m = beta1 * mean[i] + (1.0 - beta1) * g;
    let v = beta2 * square[i] + rest2 * g * g;
    var next = old - rate * m / (sqrt(v) * correction + epsilon);
#if clips
    // clamp() may make a number of one that is none.
    next = select(next, clip, next > clip);
    next = select(next, -clip, next < -clip);
#end
    mean[i] = m;
    square[i] = v;
    parameters[i] = next;
#if averages
    average[i] += follow * (next - average[i]);
#end
}
