fn compute(t: u32, o: u32, local: u32) {
    let channels = info[$map].x;
    let outputs = info[$map + 1].x;
    let height = info[$map + 2].x;
    let columns = info[$map + 3].x; // of an output row, in vectors of four
    let weight_at = info[$map + 4].x;
    let bias_at = info[$map + 5].x;
    let column = t % columns;
    let r = t / columns % height;
    let n = t / (height * columns);
    let left_edge = column == 0;
    let right_edge = column == columns - 1;
    // An input row has twice the columns, an image twice the rows.
    let row = 2 * columns;
    let last = info[0].x * channels * 2 * height * row - 1;
#for o in tile
    var y$o = vec4f();
#end
    for (var i = 0u; i < channels; i++) {
        let image = (n * channels + i) * 2 * height;
        let kernel = (o * channels + i) * 4 + weight_at;
        for (var a = 0u; a < 4; a++) {
            // Rows outside the image exist only above the first and below the last.
            // They are read as zeros rather than left out: branches cost more.
            let outside = (a == 0 && r == 0) || (a == 3 && r == height - 1);
            let at = min(max((image + 2 * r + a) * row, row) - row + 2 * column, last - 1);
            let p = select(x[at], vec4f(), outside);
            let q = select(x[at + 1], vec4f(), outside);
            let left = select(x[max(at, 1u) - 1].w, 0.0, left_edge || outside);
            let right = select(x[min(at + 2, last)].x, 0.0, right_edge || outside);
            let c0 = vec4f(left, p.y, p.w, q.y);
            let c1 = vec4f(p.x, p.z, q.x, q.z);
            let c2 = vec4f(p.y, p.w, q.y, q.w);
            let c3 = vec4f(p.z, q.x, q.z, right);
#for o in tile
            let w$o = parameters[kernel + $o * channels * 4 + a];
            y$o += w$o.x * c0 + w$o.y * c1 + w$o.z * c2 + w$o.w * c3;
#end
        }
    }
    var values = array<vec4f, $tile>(
#for o in tile
        y$o,
#end
    );
    for (var k = 0u; k < $tile; k++) {
#if bias
        let at = bias_at + o + k;
        values[k] += vec4f(parameters[at / 4][at % 4]);
#end
        put(((n * outputs + o + k) * height + r) * columns + column, values[k]);
    }
}
