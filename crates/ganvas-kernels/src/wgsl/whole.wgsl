@compute @workgroup_size($threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let o = group.x * $tile;
    for (var t = local; t < tasks(); t += threads) { compute(t, o, local); }
    // What one thread has written, another normalises.
    storageBarrier();
    for (var c = 0u; c < $tile; c++) { normalise(o + c, local); }
}
