#if squares
var<workgroup> partial: array<f32, 64>;

#end
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let first = group.x * 64 * $each + local;
#for p in parts
    if (group.y == $p) {
        let length = info[3 * $p + 1].x;
        let at = info[3 * $p + 2].x;
#if squares
        if (info[3 * $p + 3].x == 1) {
            if (group.x > 0) { return; }
            var sum = 0.0;
            for (var i = local; i < length; i += 64) { sum += part$p[i] * part$p[i]; }
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
            let k = first + 64 * j;
            if (k < length) { gathered[at + k] = part$p[k]; }
        }
        return;
    }
#end
}
