var<workgroup> partial: array<Sums, $threads>;

/// The sums of all threads' values, on each of them.
fn total(value: Sums, local: u32) -> Sums {
    workgroupBarrier();
    partial[local] = value;
#if few
    // Where threads are few because barriers are dear, each adds up for itself.
    workgroupBarrier();
    var sum = Sums();
    for (var k = 0u; k < threads; k++) { sum += partial[k]; }
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
