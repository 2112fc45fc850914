//! Digits bent, turned and moved a little: still the same digits, never the same images.

use ganvas_core::image::{PIXELS, SIDE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Squares of the elastic grid along each side.
const SQUARES: usize = 4;
const KNOTS: usize = SQUARES + 1;

/// How strongly images are changed.
#[derive(Debug, Clone, Copy)]
pub struct Strength {
    /// Largest shift in pixels.
    pub shift: f32,
    /// Largest turn in radians.
    pub turn: f32,
    /// Largest change of the size, as a part of it.
    pub scale: f32,
    /// Largest slant, sideways per unit of height.
    pub shear: f32,
    /// Standard deviation of the elastic grid's knots in pixels.
    pub elastic: f32,
}

impl Strength {
    pub const FULL: Self = Self {
        shift: 2.0,
        turn: 0.2,
        scale: 0.12,
        shear: 0.15,
        elastic: 0.9,
    };
}

/// Writes a changed copy of `image` ([`PIXELS`] bytes) to `out`.
pub fn distort(image: &[u8], strength: Strength, rng: &mut ChaCha8Rng, out: &mut [u8]) {
    assert_eq!((image.len(), out.len()), (PIXELS, PIXELS));
    let mut within = |limit: f32| rng.random_range(-1.0..=1.0) * limit;
    let (dx, dy) = (within(strength.shift), within(strength.shift));
    let (sine, cosine) = within(strength.turn).sin_cos();
    let (sx, sy) = (1.0 + within(strength.scale), 1.0 + within(strength.scale));
    let shear = within(strength.shear);
    let mut knots = [[0.0; 2]; KNOTS * KNOTS];
    for value in knots.iter_mut().flatten() {
        let draw: f32 = StandardNormal.sample(rng);
        *value = draw * strength.elastic;
    }

    let middle = (SIDE as f32 - 1.0) / 2.0;
    for row in 0..SIDE {
        for column in 0..SIDE {
            let [ex, ey] = bend(&knots, column, row);
            let (x, y) = (column as f32 - middle, row as f32 - middle);
            let x = x + shear * y;
            let from_x = (cosine * x - sine * y) * sx + middle + dx + ex;
            let from_y = (sine * x + cosine * y) * sy + middle + dy + ey;
            out[row * SIDE + column] = bilinear(image, from_x, from_y);
        }
    }
}

/// The elastic grid's shift at a pixel, smooth across its squares.
fn bend(knots: &[[f32; 2]; KNOTS * KNOTS], column: usize, row: usize) -> [f32; 2] {
    let place = |pixel: usize| {
        let at = (pixel as f32 + 0.5) / SIDE as f32 * SQUARES as f32;
        let square = (at as usize).min(SQUARES - 1);
        let t = at - square as f32;
        (square, t * t * (3.0 - 2.0 * t))
    };
    let ((left, u), (top, v)) = (place(column), place(row));
    let knot = |x: usize, y: usize| knots[y * KNOTS + x];
    std::array::from_fn(|axis| {
        let upper = knot(left, top)[axis] * (1.0 - u) + knot(left + 1, top)[axis] * u;
        let lower = knot(left, top + 1)[axis] * (1.0 - u) + knot(left + 1, top + 1)[axis] * u;
        upper * (1.0 - v) + lower * v
    })
}

/// The image's value between its pixels; background outside.
fn bilinear(image: &[u8], x: f32, y: f32) -> u8 {
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let pixel = |dx: i32, dy: i32| {
        let (column, row) = (left as i32 + dx, top as i32 + dy);
        let inside = (0..SIDE as i32).contains(&column) && (0..SIDE as i32).contains(&row);
        if inside {
            f32::from(image[row as usize * SIDE + column as usize])
        } else {
            0.0
        }
    };
    let upper = pixel(0, 0) * (1.0 - u) + pixel(1, 0) * u;
    let lower = pixel(0, 1) * (1.0 - u) + pixel(1, 1) * u;
    (upper * (1.0 - v) + lower * v + 0.5) as u8
}
