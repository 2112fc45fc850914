@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let i = id.y * groups.x * 64 + id.x;
    if (i >= info[0].x * elements) { return; }
#if added
    let value = input[i] + addend[i];
#else
    let value = input[i];
#end
#if backward
    output[i] = value * slope(y[i]);
#else
    output[i] = activate(value);
#end
}
