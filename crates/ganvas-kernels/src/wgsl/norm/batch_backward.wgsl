fn normalise(channel: u32, local: u32) {
    let groups = info[1].x;
    let pixels = info[$norm].x; // of a channel, in numbers of this kernel
    let all_pixels = info[$norm + 1].x;
    let channels = info[$norm + 2].x;
    let gamma_at = info[$norm + 3].x;
    let beta_at = info[$norm + 4].x;
    let mean_at = info[$norm + 5].x;
    let variance_at = info[$norm + 6].x;
    let images = info[0].x / groups;
    let elements = images * pixels;
    let count = f32(images * all_pixels);
    let gamma = parameter(channel + gamma_at);
    var gamma_gradient = 0.0;
    var beta_gradient = 0.0;
    for (var part = 0u; part < groups; part++) {
#if running
        let mean = moments[channel + mean_at];
        let inverse = 1.0 / sqrt(moments[channel + variance_at] + epsilon);
#else
        let mean = moments[part * channels * 2 + channel];
        let inverse = moments[part * channels * 2 + channels + channel];
#end
        let first = vec2u(part * images + local / pixels, local % pixels);
        var sum = Number();
        var along = Number();
        var at = first;
        for (var k = local; k < elements; k += threads) {
            let i = (at.x * channels + channel) * pixels + at.y;
            let value = g[i];
            sum += value;
            along += value * (u[i] - mean) * inverse;
            at = next(at, pixels);
        }
        let sums = total(vec2f(flat(sum), flat(along)), local);
        beta_gradient += sums.x;
        gamma_gradient += sums.y;
        let scale = gamma * inverse;
#if running
        // What was given does not depend on the images.
        let mean_g = 0.0;
        let mean_along = 0.0;
#else
        let mean_g = sums.x / count;
        let mean_along = sums.y / count;
#end
        at = first;
        for (var k = local; k < elements; k += threads) {
            let i = (at.x * channels + channel) * pixels + at.y;
            give(i, scale * (g[i] - mean_g - (u[i] - mean) * inverse * mean_along));
            at = next(at, pixels);
        }
    }
    if (local == 0) {
        gradient[channel + gamma_at] = gamma_gradient;
        gradient[channel + beta_at] = beta_gradient;
    }
}
