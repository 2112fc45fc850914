@compute @workgroup_size(64)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
#if split
    let t = group.x;
#else
    let t = id.x;
#end
    if (t >= tasks()) { return; }
    compute(t, group.y * $tile, local);
}
