var<workgroup> partial: array<f32, $threads>;

/// The sum of all threads' values, on each of them.
fn total(value: f32, local: u32) -> f32 {
    workgroupBarrier();
    partial[local] = value;
#if few
    // Where threads are few because barriers are dear, each adds up for itself.
    workgroupBarrier();
    var sum = 0.0;
#for k in threads
    sum += partial[$k];
#end
    return sum;
#else
    for (var half = threads / 2; half > 0; half /= 2u) {
        workgroupBarrier();
        if (local < half) { partial[local] += partial[local + half]; }
    }
    workgroupBarrier();
    return partial[0];
#end
}
