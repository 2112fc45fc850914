var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let channel = group.x;
    let groups = info[1].x;
    let images = info[0].x / groups;
    var total = 0.0;
    for (var part = 0u; part < groups; part++) {
        var sum = 0.0;
        for (var k = local; k < images * pixels; k += 64) {
            let n = part * images + k / pixels;
            sum += x[(n * channels + channel) * pixels + k % pixels];
        }
        workgroupBarrier();
        partial[local] = sum;
        for (var half = 32u; half > 0; half /= 2u) {
            workgroupBarrier();
            if (local < half) { partial[local] += partial[local + half]; }
        }
        workgroupBarrier();
        total += partial[0];
    }
    if (local == 0) { gradient[channel + gradient_at] = total; }
}
