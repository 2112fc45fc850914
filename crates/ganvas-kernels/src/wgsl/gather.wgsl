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
    let first = group.x * 64 * $each;
#if squares
    // A sum of squares is for one workgroup.
    let squared = info[3 * part + 3].x == 1;
    if (squared && group.x > 0) { return; }
    let end = select(min(length, first + 64 * $each), length, squared);
    var sum = 0.0;
#else
    let end = min(length, first + 64 * $each);
#end
    for (var k = first + local; k < end; k += 64) {
        let x = element(part, k);
#if squares
        if (squared) {
            sum += x * x;
            continue;
        }
#end
        gathered[at + k] = x;
    }
#if squares
    if (!squared) { return; }
    partial[local] = sum;
    for (var half = 32u; half > 0; half /= 2u) {
        workgroupBarrier();
        if (local < half) { partial[local] += partial[local + half]; }
    }
    if (local == 0) { gathered[at] = partial[0]; }
#end
}
