//! Distributions in the plane: points that are drawn anew for every batch.
//!
//! Every draw is made by `+ − × ÷` and `√`, which give the same bits on every machine. A
//! Gaussian number is the sum of twelve uniform ones less 6 (Irwin and Hall): mean 0,
//! variance 1, and hardly another distribution within three standard deviations.

use rand::Rng;

use super::point_text;
use crate::random::{Stream, random};
use crate::{Error, Result};

/// Half the side of the square around 0 in which everything lies.
pub const EXTENT: f32 = 3.0;

/// Standard deviation of the ring's and the clusters' Gaussians, and of the noise around
/// lines and points.
const SPREAD: f32 = 0.02;
/// The same of the two clusters.
const CLUSTER: f32 = 0.2;
/// The same of curves.
const BLUR: f32 = 0.05;
const RADIUS: f32 = 2.0;

/// A distribution of points.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Eight Gaussians (σ = 0.02) on a circle of radius 2: Metz et al., *Unrolled Generative
    /// Adversarial Networks*, 2017.
    Ring,
    /// Twenty-five Gaussians (σ = 0.025) whose coordinates are −2 to 2: half the size of
    /// the grid in Srivastava et al., *VEEGAN*, 2017.
    Grid,
    /// Two half circles of radius 1 (noise of σ = 0.05), as in scikit-learn's `make_moons`.
    Moons,
    /// Two turns from near the middle to a radius of 2 (noise of σ = 0.05).
    Spiral,
    /// A line from the lower left to the upper right (noise of σ = 0.02).
    Line,
    /// Two Gaussians (σ = 0.2), of which the left one holds three quarters of all points.
    Clusters,
    /// Points that somebody has drawn, all equally likely (noise of σ = 0.02).
    Points(Vec<[f32; 2]>),
}

/// The Gaussians of a mixture, all equally likely.
#[derive(Debug, Clone, PartialEq)]
pub struct Modes {
    /// Their means.
    pub centres: Vec<[f32; 2]>,
    /// Their standard deviation.
    pub deviation: f32,
}

impl Distribution {
    /// The one of an experiment's `dataset` and `drawing`; none for a dataset of images.
    ///
    /// # Errors
    ///
    /// `bad_dataset` for `points` without a sound drawing.
    pub fn named(name: &str, drawing: &str) -> Result<Option<Self>> {
        Ok(Some(match name {
            "ring" => Self::Ring,
            "grid" => Self::Grid,
            "moons" => Self::Moons,
            "spiral" => Self::Spiral,
            "line" => Self::Line,
            "clusters" => Self::Clusters,
            "points" => Self::Points(point_text::decode(drawing)?),
            _ => return Ok(None),
        }))
    }

    /// The name of its dataset.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Grid => "grid",
            Self::Moons => "moons",
            Self::Spiral => "spiral",
            Self::Line => "line",
            Self::Clusters => "clusters",
            Self::Points(_) => "points",
        }
    }

    /// Its Gaussians, where it is a mixture of some that are equally likely.
    pub fn modes(&self) -> Option<Modes> {
        match self {
            Self::Ring => Some(Modes {
                centres: (0..8)
                    .map(|index| circle(index as f64 / 8.0, RADIUS))
                    .collect(),
                deviation: SPREAD,
            }),
            Self::Grid => Some(Modes {
                centres: (0..25)
                    .map(|index| [(index % 5) as f32 - 2.0, (index / 5) as f32 - 2.0])
                    .collect(),
                deviation: 0.025,
            }),
            _ => None,
        }
    }

    /// `count` points, x and y in turn: those of draw number `index` under `seed`.
    pub(crate) fn draw(&self, seed: u64, stream: Stream, index: u64, count: usize) -> Vec<f32> {
        let mut rng = random(seed, stream, index);
        let modes = self.modes();
        let mut pairs = Vec::with_capacity(2 * count);
        for _ in 0..count {
            let ([x, y], deviation) = match &modes {
                Some(modes) => (choose(&modes.centres, &mut rng), modes.deviation),
                None => self.middle(&mut rng),
            };
            pairs.push(x + deviation * gaussian(&mut rng));
            pairs.push(y + deviation * gaussian(&mut rng));
        }
        pairs
    }

    /// Where a point would be without noise, and the noise's standard deviation.
    fn middle(&self, rng: &mut impl Rng) -> ([f32; 2], f32) {
        match self {
            Self::Moons => {
                let turn = rng.random::<f64>() / 2.0;
                let [x, y] = circle(turn, 1.0);
                let upper = rng.random_bool(0.5);
                let [x, y] = if upper { [x, y] } else { [1.0 - x, 0.5 - y] };
                ([x - 0.5, y - 0.25].map(|it| it * 1.4), BLUR)
            }
            Self::Spiral => {
                // √ of a uniform number: as dense outside as inside.
                let way = rng.random::<f64>().sqrt();
                (circle(2.0 * way, RADIUS * way as f32), BLUR)
            }
            Self::Line => {
                let way = rng.random::<f32>() * 2.0 - 1.0;
                ([1.8 * way, 1.2 * way], SPREAD)
            }
            Self::Clusters => {
                let left = rng.random_bool(0.75);
                ([if left { -1.0 } else { 1.0 }, 0.0], CLUSTER)
            }
            Self::Points(points) => (choose(points, rng), SPREAD),
            // Mixtures have modes.
            Self::Ring | Self::Grid => ([0.0; 2], SPREAD),
        }
    }
}

/// The data of an experiment on the plane.
///
/// # Errors
///
/// `bad_dataset` for images, and for points without a sound drawing.
pub(crate) fn named(name: &str, drawing: &str) -> Result<Distribution> {
    Distribution::named(name, drawing)?
        .ok_or_else(|| Error::dataset(format!("{name} has images, not points of the plane")))
}

/// One of some points, none of them more likely than another.
fn choose(points: &[[f32; 2]], rng: &mut impl Rng) -> [f32; 2] {
    let index = rng.random_range(0..points.len().max(1));
    points.get(index).copied().unwrap_or_default()
}

/// N(0, 1), nearly.
fn gaussian(rng: &mut impl Rng) -> f32 {
    (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0
}

/// The point after some turns on a circle around 0.
fn circle(turns: f64, radius: f32) -> [f32; 2] {
    let turns = turns - turns.floor();
    // Within an eighth of a turn of an axis the series below is short.
    let quarter = (turns * 4.0 + 0.5).floor();
    let angle = (turns - quarter / 4.0) * std::f64::consts::TAU;
    let square = angle * angle;
    let series = |first: f64, start: u32| {
        let mut term = first;
        let mut sum = first;
        for n in 1..8 {
            let k = f64::from(start + 2 * n);
            term *= -square / (k * (k - 1.0));
            sum += term;
        }
        sum
    };
    let (cos, sin) = (series(1.0, 0), series(angle, 1));
    let [x, y] = match quarter as u32 % 4 {
        0 => [cos, sin],
        1 => [-sin, cos],
        2 => [-cos, -sin],
        _ => [sin, -cos],
    };
    [x as f32 * radius, y as f32 * radius]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        let drawing = point_text::encode(&[-1.0, 0.5, 2.0, -2.0]).unwrap();
        [
            "ring", "grid", "moons", "spiral", "line", "clusters", "points",
        ]
        .map(|name| named(name, &drawing).unwrap())
        .to_vec()
    }

    #[test]
    fn turns_are_those_of_a_circle() {
        for step in 0..1000 {
            let turns = f64::from(step) / 250.0 - 2.0;
            let [x, y] = circle(turns, 1.0);
            let angle = turns * std::f64::consts::TAU;
            assert!((f64::from(x) - angle.cos()).abs() < 1e-7, "{turns}");
            assert!((f64::from(y) - angle.sin()).abs() < 1e-7, "{turns}");
        }
    }

    #[test]
    fn draws_repeat_and_lie_in_the_square() {
        for law in all() {
            let draw = |seed, index| law.draw(seed, Stream::Points, index, 2000);
            let points = draw(3, 0);
            assert_eq!(points, draw(3, 0), "{}", law.name());
            assert_ne!(points, draw(3, 1), "{}", law.name());
            assert_ne!(points, draw(4, 0), "{}", law.name());
            assert_eq!(points[..20], law.draw(3, Stream::Points, 0, 10));
            assert!(points.iter().all(|it| it.abs() < EXTENT), "{}", law.name());
        }
        assert!(named("mnist", "").is_err() && named("points", "").is_err());
    }

    /// The first numbers of every distribution, as bits: the same on every machine.
    #[test]
    fn draws_are_the_same_everywhere() {
        let bits: Vec<[u32; 2]> = all()
            .iter()
            .map(|law| {
                let pair = law.draw(42, Stream::Points, 7, 1);
                [pair[0].to_bits(), pair[1].to_bits()]
            })
            .collect();
        assert_eq!(bits, KNOWN);
    }

    const KNOWN: [[u32; 2]; 7] = [
        [1_068_848_855, 1_068_948_762],
        [1_073_754_927, 3_221_074_383],
        [3_198_345_580, 1_065_835_171],
        [3_198_163_264, 1_067_951_520],
        [3_213_644_446, 3_208_107_445],
        [3_212_206_434, 1_048_021_786],
        [3_212_811_319, 1_057_255_502],
    ];

    #[test]
    fn gaussians_have_their_mean_and_their_deviation() {
        for law in [Distribution::Ring, Distribution::Grid] {
            let modes = law.modes().unwrap();
            let points = law.draw(1, Stream::Points, 0, 20_000);
            let (mut sum, mut squares, mut counts) = ([0.0; 2], 0.0, vec![0; modes.centres.len()]);
            for pair in points.chunks_exact(2) {
                let apart = |centre: &[f32; 2]| {
                    let [x, y] = [pair[0] - centre[0], pair[1] - centre[1]];
                    (x, y, x * x + y * y)
                };
                let nearest = (0..counts.len())
                    .min_by(|&a, &b| {
                        apart(&modes.centres[a])
                            .2
                            .total_cmp(&apart(&modes.centres[b]).2)
                    })
                    .unwrap();
                let (x, y, square) = apart(&modes.centres[nearest]);
                counts[nearest] += 1;
                sum = [sum[0] + x, sum[1] + y];
                squares += square;
            }
            let deviation = (squares / 40_000.0).sqrt();
            assert!(
                (deviation / modes.deviation - 1.0).abs() < 0.02,
                "{deviation}"
            );
            assert!(
                sum.iter()
                    .all(|it| (it / 20_000.0).abs() < 0.03 * modes.deviation)
            );
            let fair = 20_000.0 / counts.len() as f32;
            assert!(
                counts
                    .iter()
                    .all(|&it| (it as f32 / fair - 1.0).abs() < 0.15),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn clusters_are_of_unequal_weight() {
        let points = Distribution::Clusters.draw(5, Stream::Points, 0, 10_000);
        let left = points.chunks_exact(2).filter(|pair| pair[0] < 0.0).count();
        assert!((7300..7700).contains(&left), "{left}");
    }
}
