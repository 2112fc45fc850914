@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
#if backward
    let n = id.x / values;
    let at = id.x % values;
    if (n >= info[0].x) { return; }
    let place = place_of(labels[n]);
    output[id.x] = select(0.0, input[n], at == 0 || at == place);
#else
    let n = id.x;
    if (n >= info[0].x) { return; }
    let place = place_of(labels[n]);
    let own = input[n * values];
    output[n] = select(own, own + input[n * values + place], place > 0);
#end
}

/// Where the value of a class stands among the values of an image; 0 for a label that is
/// none of the classes.
fn place_of(label: f32) -> u32 {
    let known = label >= 0.0 && label < f32(values - 1);
    return select(0u, 1u + u32(label), known);
}
