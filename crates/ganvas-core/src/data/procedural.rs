//! Digits drawn from stroke skeletons: the data set that is always there, with no download.
//!
//! Each digit is one of a few handwriting variants (`skeleton.rs`), varied by a seeded random
//! style (jittered control points, a smooth warp, slant, rotation, aspect, pen width and
//! pressure), fitted into 20×20 pixels and put with its centre of mass in the middle of the
//! 28×28 ones, as MNIST's were, and inked with soft edges (`raster.rs`).
//!
//! A digit depends on the seed and its index alone. The arithmetic is `+ - * /` and square
//! roots of `f32`, which IEEE 754 fixes to the last bit, so a browser and a native program
//! draw the same bytes; sines, exponentials and logarithms are avoided for that reason.

mod raster;
mod skeleton;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::idx::{Images, MAX_IMAGES};
use crate::image::PIXELS;
use raster::{Canvas, Dab};
use skeleton::Point;

/// The side of the square into which a digit is fitted, in pixels.
const BOX: f32 = 20.0;
/// The middle of the image, in pixels.
const MIDDLE: f32 = 14.0;
/// Ink, soft edge included, stays this far from the image's border, in pixels.
const BORDER: f32 = 1.0;

/// Draws `count` digits and their labels 0 to 9.
///
/// Each run of ten digits holds every label once, in random order. The first digits of a
/// larger set with the same seed are those of a smaller one. `count` is cut to
/// [`MAX_IMAGES`], the most of any data set.
///
/// ```
/// use ganvas_core::data::procedural::draw;
///
/// let (images, labels) = draw(20, 42);
/// assert_eq!(images.pixels.len(), 20 * 28 * 28);
/// assert_eq!(labels.iter().filter(|&&label| label == 7).count(), 2);
/// ```
pub fn draw(count: usize, seed: u64) -> (Images, Vec<u8>) {
    let count = count.min(MAX_IMAGES);
    let mut labels = Vec::with_capacity(count);
    let mut pixels = Vec::with_capacity(count * PIXELS);
    let mut pen = Pen::default();
    let mut ten = [0; 10];
    for index in 0..count {
        if index % 10 == 0 {
            ten = shuffled_digits(&mut Random::new(seed, Purpose::Labels, index as u64));
        }
        let label = ten[index % 10];
        let mut random = Random::new(seed, Purpose::Strokes, index as u64);
        pen.draw(label, &mut random);
        pen.canvas.write_to(&mut pixels);
        labels.push(label);
    }
    (Images { count, pixels }, labels)
}

/// What random numbers are for. Each digit has a generator of its own, so that it does not
/// depend on how many numbers the others took.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Purpose {
    Labels = 101,
    Strokes = 102,
}

struct Random(ChaCha8Rng);

impl Random {
    fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Uniform in `[0, 1)`, in steps of 2⁻²⁴.
    fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    fn uniform(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A sum of four uniform numbers: nearly Gaussian, mean 0, never beyond 3.5 deviations.
    fn normal(&mut self, deviation: f32) -> f32 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        // The sum's mean is 2 and its variance 4/12: √3 brings it to 1.
        (sum - 2.0) * 1.732_050_8 * deviation
    }

    /// An index below `len`, which is not 0.
    fn index(&mut self, len: usize) -> usize {
        ((self.unit() * len as f32) as usize).min(len - 1)
    }
}

fn shuffled_digits(random: &mut Random) -> [u8; 10] {
    let mut digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for last in (1..10).rev() {
        digits.swap(last, random.index(last + 1));
    }
    digits
}

/// How one digit is written.
struct Style {
    /// How far each control point strays, in hundredths of the digit's height.
    jitter: f32,
    /// Coefficients of the smooth warp for x and y, in half heights of the digit.
    warp: [[f32; 5]; 2],
    /// Width over what the skeleton has.
    aspect: f32,
    /// Shift to the right per unit of height.
    slant: f32,
    /// Tangent of half the angle of rotation.
    half_turn: f32,
    /// Part of the 20×20 box that is used.
    size: f32,
    /// Half the stroke's width in pixels, on average.
    radius: f32,
    /// How much wider than at its start a stroke is at its end, as a part of the width.
    pressure: f32,
    /// Width of the soft edge in pixels.
    softness: f32,
    /// The value of full cover, at times above 255 so that most strokes saturate as MNIST's.
    ink: f32,
}

impl Style {
    /// The ranges are such that ink, slant and width come close to MNIST's.
    fn random(random: &mut Random) -> Self {
        Self {
            jitter: random.uniform(0.8, 4.0),
            warp: [(); 2].map(|()| [(); 5].map(|()| random.normal(0.07))),
            aspect: 1.08 + random.normal(0.14),
            slant: 0.12 + random.normal(0.16),
            half_turn: random.normal(0.045),
            size: random.uniform(0.94, 1.0),
            radius: (1.4 + random.normal(0.36)).max(0.7),
            pressure: random.normal(0.12),
            softness: random.uniform(1.0, 1.6),
            ink: random.uniform(248.0, 258.0),
        }
    }

    /// Bends, stretches, slants and turns a point of the skeleton.
    fn place(&self, point: Point) -> Point {
        // About [-1, 1], and ±0.7 across.
        let (u, v) = ((point.x - 35.0) / 50.0, (point.y - 50.0) / 50.0);
        let bend = |c: &[f32; 5]| {
            c[0] * u * v + c[1] * u * u + c[2] * v * v + c[3] * v * v * v + c[4] * u * v * v
        };
        let (x, y) = (u + bend(&self.warp[0]), v + bend(&self.warp[1]));
        let x = x * self.aspect - self.slant * y;
        // Cosine and sine of an angle from the tangent of its half: no trigonometry needed.
        let t = self.half_turn;
        let scale = 1.0 / (1.0 + t * t);
        let (cosine, sine) = ((1.0 - t * t) * scale, 2.0 * t * scale);
        Point {
            x: x * cosine - y * sine,
            y: x * sine + y * cosine,
        }
    }
}

/// Everything that drawing a digit needs, kept from one to the next to save allocations.
#[derive(Default)]
struct Pen {
    strokes: Vec<Vec<Point>>,
    canvas: Canvas,
}

impl Pen {
    /// Leaves one digit on the canvas.
    fn draw(&mut self, label: u8, random: &mut Random) {
        let style = Style::random(random);
        let jitter = style.jitter;
        let variant = skeleton::variant(label, random.unit());
        skeleton::flatten(variant, &mut self.strokes, || {
            (random.normal(jitter), random.normal(jitter))
        });
        for point in self.strokes.iter_mut().flatten() {
            *point = style.place(*point);
        }
        self.fit(&style);
        self.canvas.clear();
        for stroke in &self.strokes {
            let steps = stroke.len().max(2) as f32 - 1.0;
            for (step, ends) in stroke.windows(2).enumerate() {
                let along = step as f32 / steps - 0.5;
                self.canvas.add(&Dab {
                    from: ends[0],
                    to: ends[1],
                    radius: (style.radius * (1.0 + style.pressure * along)).max(0.5),
                    softness: style.softness,
                });
            }
        }
        self.canvas.develop(style.ink);
    }

    /// Scales the strokes into the box and moves their centre of mass to the middle.
    fn fit(&mut self, style: &Style) {
        let points = || self.strokes.iter().flatten();
        let bounds = |of: fn(&Point) -> f32| {
            points()
                .map(of)
                .fold((f32::MAX, f32::MIN), |(low, high), value| {
                    (low.min(value), high.max(value))
                })
        };
        let (left, right) = bounds(|point| point.x);
        let (top, bottom) = bounds(|point| point.y);
        let extent = (right - left).max(bottom - top).max(1e-3);
        let scale = (BOX * style.size - 2.0 * style.radius) / extent;

        // A stroke's ink is in proportion to its length.
        let (mut mass, mut x, mut y) = (1e-6, 0.0, 0.0);
        for ends in self.strokes.iter().flat_map(|stroke| stroke.windows(2)) {
            let length = ends[0].distance(ends[1]);
            mass += length;
            x += length * (ends[0].x + ends[1].x) / 2.0;
            y += length * (ends[0].y + ends[1].y) / 2.0;
        }
        let widest = style.radius * (1.0 + style.pressure.abs() / 2.0);
        let reach = widest + style.softness / 2.0 + BORDER;
        let shift = |centre: f32, low: f32, high: f32| {
            // Never so far that ink would leave the image.
            (MIDDLE - centre * scale)
                .min(2.0 * MIDDLE - reach - high * scale)
                .max(reach - low * scale)
        };
        let (dx, dy) = (shift(x / mass, left, right), shift(y / mass, top, bottom));
        for point in self.strokes.iter_mut().flatten() {
            *point = Point {
                x: point.x * scale + dx,
                y: point.y * scale + dy,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(images: &Images, index: usize) -> &[u8] {
        images.get(index).unwrap()
    }

    #[test]
    fn a_digit_depends_on_seed_and_index_alone() {
        let (many, many_labels) = draw(57, 7);
        let (few, few_labels) = draw(23, 7);
        assert_eq!(few.pixels, many.pixels[..23 * PIXELS]);
        assert_eq!(few_labels, many_labels[..23]);
        assert_ne!(draw(23, 8).0.pixels, few.pixels);
    }

    /// The same number in a browser: the arithmetic leaves no room for a platform.
    #[test]
    fn bytes_are_the_same_everywhere() {
        let (images, labels) = draw(1000, 42);
        let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        let hash = images
            .pixels
            .iter()
            .chain(&labels)
            .fold(0xcbf2_9ce4_8422_2325, fnv);
        assert_eq!(hash, 5_686_029_642_987_854_964);
    }

    #[test]
    fn labels_are_balanced_and_mixed() {
        let (_, labels) = draw(1000, 3);
        for ten in labels.chunks(10) {
            let mut sorted = ten.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_ne!(labels[..10], labels[10..20]);
    }

    #[test]
    fn odd_counts_and_seeds_are_fine() {
        assert_eq!(draw(0, 1), (Images::default(), Vec::new()));
        let (images, labels) = draw(3, u64::MAX);
        assert_eq!((images.count, labels.len()), (3, 3));
        assert_eq!(images.pixels.len(), 3 * PIXELS);
    }

    #[test]
    fn digits_are_centred_framed_and_inked_like_mnist() {
        let (images, _) = draw(2000, 5);
        let mut total = 0.0;
        for index in 0..images.count {
            let pixels = image(&images, index);
            let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
            for (position, &value) in pixels.iter().enumerate() {
                let (row, column) = (position / 28, position % 28);
                let border = row == 0 || row == 27 || column == 0 || column == 27;
                assert!(!border || value == 0, "ink on the border of {index}");
                mass += f32::from(value);
                x += f32::from(value) * (column as f32 + 0.5);
                y += f32::from(value) * (row as f32 + 0.5);
            }
            // Overlapping strokes and pressure shift the mass a little, the frame at times more.
            assert!((x / mass - 14.0).abs() < 2.5, "{index}: x {}", x / mass);
            assert!((y / mass - 14.0).abs() < 2.5, "{index}: y {}", y / mass);
            assert!(pixels.iter().any(|&value| value > 200), "{index} is faint");
            total += mass;
        }
        let mean = total / (images.count * PIXELS) as f32;
        // MNIST's training set has a mean of 33.3.
        assert!((28.0..40.0).contains(&mean), "mean ink {mean}");
    }

    #[test]
    fn digits_of_one_label_differ_and_labels_differ_more() {
        let (images, labels) = draw(500, 11);
        let distance = |a: &[u8], b: &[u8]| -> f32 {
            a.iter()
                .zip(b)
                .map(|(a, b)| f32::from(a.abs_diff(*b)))
                .sum()
        };
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for a in 0..images.count {
            for b in 0..a {
                let apart = distance(image(&images, a), image(&images, b));
                assert!(apart > 0.0, "{a} and {b} are the same");
                if labels[a] == labels[b] {
                    same.push(apart)
                } else {
                    other.push(apart)
                }
            }
        }
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        assert!(
            mean(&same) < 0.85 * mean(&other),
            "{} {}",
            mean(&same),
            mean(&other)
        );
    }

    #[test]
    fn random_numbers_have_the_moments_they_claim() {
        let mut random = Random::new(1, Purpose::Strokes, 0);
        let values: Vec<f32> = (0..20_000).map(|_| random.normal(2.0)).collect();
        let mean = values.iter().sum::<f32>() / 20_000.0;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / 20_000.0;
        assert!(
            mean.abs() < 0.05 && (variance - 4.0).abs() < 0.15,
            "{mean} {variance}"
        );
        assert!((0..1000).all(|_| random.index(3) < 3));
    }
}
