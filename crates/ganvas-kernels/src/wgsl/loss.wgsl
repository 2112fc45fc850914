var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
#if pairs
    let reals = info[0].x / 2;
#else
    let reals = 0u;
#end
    let real_share = 1.0 / f32(max(reals, 1u));
    let fake_share = 1.0 / f32(max(info[0].x - reals, 1u));
    var sum = 0.0;
    for (var k = local; k < info[0].x; k += 64) {
        let l = logits[k];
#if pairs
        if (k < reals) {
            sum += real_share * real_value(l);
            gradient[k] = real_share * real_slope(l);
            continue;
        }
#end
        sum += fake_share * fake_value(l);
        gradient[k] = fake_share * fake_slope(l);
    }
    partial[local] = sum;
    for (var half = 32u; half > 0; half /= 2u) {
        workgroupBarrier();
        if (local < half) { partial[local] += partial[local + half]; }
    }
    if (local == 0) { loss[0] = partial[0]; }
}
