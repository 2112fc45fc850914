#if split
var<workgroup> partial: array<vec4f, $partials>;
#end

@compute @workgroup_size($threads)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let small_channels = info[1].x;
    let large_channels = info[2].x;
    let rows = info[3].x;
    let columns = info[4].x; // of a row of the small image, in vectors of four
    let weight_at = info[5].x;
#if split
    // Workgroups that share tiles are many, and a dimension holds 65 535 at most.
    let t = group.y * large_channels * 4 + group.x;
#else
    let t = id.x;
#end
    if (t >= small_channels / $tile * large_channels * 4) { return; }
    let a = t % 4;
    let l = t / 4 % large_channels;
    let s = t / (4 * large_channels) * $tile;
    let small_pixels = rows * columns;
    let last = info[0].x * large_channels * small_pixels * 4 - 1;
#for s in tile
    var g$s = vec4f();
#end
#if split
    for (var k = local; k < info[0].x * rows; k += threads) {
#else
    for (var k = 0u; k < info[0].x * rows; k++) {
#end
        let n = k / rows;
        let r = k % rows;
        let small_row = ((n * small_channels + s) * rows + r) * columns;
        // Rows above the first and below the last are read as zeros: branches cost more.
        let outside = (a == 0 && r == 0) || (a == 3 && r == rows - 1);
        let image = (n * large_channels + l) * 2 * rows;
        let large_row = (max(image + 2 * r + a, 1u) - 1) * 2 * columns;
        for (var c = 0u; c < columns; c++) {
            let at = min(large_row + 2 * c, last - 1);
            let p = select(large[at], vec4f(), outside);
            let q = select(large[at + 1], vec4f(), outside);
            let left = select(large[max(at, 1u) - 1].w, 0.0, c == 0 || outside);
            let right = select(large[min(at + 2, last)].x, 0.0, c == columns - 1 || outside);
            let c0 = vec4f(left, p.xyz);
            let c1 = vec4f(p.yzw, q.x);
            let c2 = vec4f(p.w, q.xyz);
            let c3 = vec4f(q.yzw, right);
#for s in tile
            let s$s = small[small_row + c + $s * small_pixels];
            g$s += s$s.x * c0 + s$s.y * c1 + s$s.z * c2 + s$s.w * c3;
#end
        }
    }
#if split
#for s in tile
    partial[local * $tile + $s] = g$s;
#end
    workgroupBarrier();
    if (local < $tile) {
        var sum = vec4f();
        for (var k = 0u; k < threads; k++) { sum += partial[k * $tile + local]; }
        gradient[((s + local) * large_channels + l) * 4 + a + weight_at] = sum;
    }
#else
    var values = array<vec4f, $tile>(
#for s in tile
        g$s,
#end
    );
    for (var k = 0u; k < $tile; k++) {
        gradient[((s + k) * large_channels + l) * 4 + a + weight_at] = values[k];
    }
#end
}
