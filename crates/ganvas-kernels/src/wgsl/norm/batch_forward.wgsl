fn normalise(channel: u32, local: u32) {
    let groups = info[1].x;
    let momentum = bitcast<f32>(info[2].x);
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
    let beta = parameter(channel + beta_at);
    var running_mean = statistics[channel + mean_at];
    var running_variance = statistics[channel + variance_at];
    for (var part = 0u; part < groups; part++) {
        let first = vec2u(part * images + local / pixels, local % pixels);
        var sum = Number();
        var at = first;
        for (var k = local; k < elements; k += threads) {
            sum += u[(at.x * channels + channel) * pixels + at.y];
            at = next(at, pixels);
        }
        let mean = total(flat(sum), local) / count;
        var squares = Number();
        at = first;
        for (var k = local; k < elements; k += threads) {
            let d = u[(at.x * channels + channel) * pixels + at.y] - mean;
            squares += d * d;
            at = next(at, pixels);
        }
        let variance = total(flat(squares), local) / count;
        let inverse = 1.0 / sqrt(variance + epsilon);
        let scale = gamma * inverse;
        let shift = beta - mean * scale;
        at = first;
        for (var k = local; k < elements; k += threads) {
            let i = (at.x * channels + channel) * pixels + at.y;
            y[i] = activate_normalised(u[i] * scale + shift);
            at = next(at, pixels);
        }
        running_mean = mix(running_mean, mean, momentum);
        let unbiased = variance * count / max(count - 1.0, 1.0);
        running_variance = mix(running_variance, unbiased, momentum);
        if (local == 0) {
            moments[part * channels * 2 + channel] = mean;
            moments[part * channels * 2 + channels + channel] = inverse;
        }
    }
    if (local == 0) {
        followed[channel + mean_at] = running_mean;
        followed[channel + variance_at] = running_variance;
    }
}
