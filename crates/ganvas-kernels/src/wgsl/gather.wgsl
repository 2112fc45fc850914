#if squares
var<workgroup> partial: array<f32, 64>;

#end
fn element(part: u32, i: u32) -> f32 {
    switch part {
#for p in parts
        case $p: { return part$p[i]; }
#end
        default: { return 0.0; }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = group.y;
    let length = info[3 * part + 1].x;
    let at = info[3 * part + 2].x;
#if squares
    if (info[3 * part + 3].x == 1) {
        if (group.x > 0) { return; }
        var sum = 0.0;
        for (var i = local; i < length; i += 64) {
            let x = element(part, i);
            sum += x * x;
        }
        partial[local] = sum;
        for (var half = 32u; half > 0; half /= 2u) {
            workgroupBarrier();
            if (local < half) { partial[local] += partial[local + half]; }
        }
        if (local == 0) { gathered[at] = partial[0]; }
        return;
    }
#end
    for (var j = 0u; j < $each; j++) {
        let k = group.x * 64 * $each + 64 * j + local;
        if (k < length) { gathered[at + k] = element(part, k); }
    }
}
