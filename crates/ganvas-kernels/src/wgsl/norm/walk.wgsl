/// From the image `at.x` and the place `at.y` in its channel to those that a thread finds
/// next, without a division, whose divisor no compiler would know.
fn next(at: vec2u, pixels: u32) -> vec2u {
    let place = at.y + threads % pixels;
    let wrapped = place >= pixels;
    let image = at.x + threads / pixels + select(0u, 1u, wrapped);
    return vec2u(image, place - select(0u, pixels, wrapped));
}
