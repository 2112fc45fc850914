fn compute(t: u32, o: u32, local: u32) {
    let channels = info[$map].x;
    let outputs = info[$map + 1].x;
    let height = info[$map + 2].x;
    let columns = info[$map + 3].x; // of an input row, in vectors of four
    let weight_at = info[$map + 4].x;
    let bias_at = info[$map + 5].x;
    let column = t % columns;
    let r = t / columns % height;
    let n = t / (height * columns);
    let left_edge = column == 0;
    let right_edge = column == columns - 1;
    let above = r == 0;
    let below = r == height - 1;
    let last = info[0].x * channels * height * columns - 1;
    // y…_pq: rows of parity p, columns of parity q.
#for o in tile
    var y$o_00 = vec4f();
    var y$o_01 = vec4f();
    var y$o_10 = vec4f();
    var y$o_11 = vec4f();
#end
    for (var i = 0u; i < channels; i++) {
        let at1 = ((n * channels + i) * height + r) * columns + column;
        let at0 = max(at1, columns) - columns;
        let at2 = min(at1 + columns, last);
        let kernel = (i * outputs + o) * 4 + weight_at;
        // c…_k: the row above, the row itself and the one below, each with its columns
        // moved to the right (0), as they are (1) and moved to the left (2).
        let c0_1 = select(x[at0], vec4f(), above);
        let c0_0 = vec4f(select(x[max(at0, 1u) - 1].w, 0.0, left_edge || above), c0_1.xyz);
        let c0_2 = vec4f(c0_1.yzw, select(x[min(at0 + 1, last)].x, 0.0, right_edge || above));
        let c1_1 = x[at1];
        let c1_0 = vec4f(select(x[max(at1, 1u) - 1].w, 0.0, left_edge), c1_1.xyz);
        let c1_2 = vec4f(c1_1.yzw, select(x[min(at1 + 1, last)].x, 0.0, right_edge));
        let c2_1 = select(x[at2], vec4f(), below);
        let c2_0 = vec4f(select(x[max(at2, 1u) - 1].w, 0.0, left_edge || below), c2_1.xyz);
        let c2_2 = vec4f(c2_1.yzw, select(x[min(at2 + 1, last)].x, 0.0, right_edge || below));
        // A pixel of even row meets taps 1 and 3 of a column of the kernel, one of odd row
        // taps 0 and 2; columns likewise.
#for o in tile
        let w$o_0 = parameters[kernel + 4 * $o];
        let w$o_1 = parameters[kernel + 4 * $o + 1];
        let w$o_2 = parameters[kernel + 4 * $o + 2];
        let w$o_3 = parameters[kernel + 4 * $o + 3];
        y$o_00 += w$o_1.y * c1_1 + w$o_1.w * c1_0 + w$o_3.y * c0_1 + w$o_3.w * c0_0;
        y$o_01 += w$o_1.x * c1_2 + w$o_1.z * c1_1 + w$o_3.x * c0_2 + w$o_3.z * c0_1;
        y$o_10 += w$o_0.y * c2_1 + w$o_0.w * c2_0 + w$o_2.y * c1_1 + w$o_2.w * c1_0;
        y$o_11 += w$o_0.x * c2_2 + w$o_0.z * c2_1 + w$o_2.x * c1_2 + w$o_2.z * c1_1;
#end
    }
    // Even and odd columns take turns, in two rows of twice the columns.
    var values = array<vec4f, 4 * $tile>(
#for o in tile
        vec4f(y$o_00.x, y$o_01.x, y$o_00.y, y$o_01.y),
        vec4f(y$o_00.z, y$o_01.z, y$o_00.w, y$o_01.w),
        vec4f(y$o_10.x, y$o_11.x, y$o_10.y, y$o_11.y),
        vec4f(y$o_10.z, y$o_11.z, y$o_10.w, y$o_11.w),
#end
    );
    for (var k = 0u; k < 4 * $tile; k++) {
        let channel = o + k / 4;
#if bias
        let at = bias_at + channel;
        values[k] += vec4f(parameters[at / 4][at % 4]);
#end
        let image = (n * outputs + channel) * height;
        put(((image + r) * 2 + k / 2 % 2) * 2 * columns + 2 * column + k % 2, values[k]);
    }
}
