//! The latent prior p(z) = N(0, I): the only place that defines what z is.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::random::{Stream, random};
use crate::schema::LEAST_TRUNCATION;
use crate::{Error, Result};

/// `count` latent vectors of `latent_dim` numbers, row after row.
pub(crate) fn draw(
    seed: u64,
    stream: Stream,
    index: u64,
    count: usize,
    latent_dim: usize,
) -> Vec<f32> {
    let mut rng = random(seed, stream, index);
    (0..count * latent_dim)
        .map(|_| StandardNormal.sample(&mut rng))
        .collect()
}

/// `count` latents of `latent_dim` numbers, row after row: those whose images
/// [`Training::sample`](crate::Training::sample) draws for `seed`.
///
/// ```
/// use ganvas_core::latent::prior;
///
/// assert_eq!(prior(1, 2, 16).len(), 2 * 16);
/// assert_eq!(prior(1, 2, 16)[..16], prior(1, 1, 16));
/// ```
pub fn prior(seed: u64, count: usize, latent_dim: usize) -> Vec<f32> {
    draw(seed, Stream::Sample, 0, count, latent_dim)
}

/// The latents of new images: `count` draws for a seed, whose coordinates stay within
/// ±`truncation` where there is one.
pub(crate) fn sample(
    seed: u64,
    count: usize,
    latent_dim: usize,
    truncation: Option<f32>,
) -> Result<Vec<f32>> {
    match truncation {
        None => Ok(prior(seed, count, latent_dim)),
        Some(limit) if limit >= LEAST_TRUNCATION => {
            Ok(draw_truncated(seed, 0, count, latent_dim, limit))
        }
        Some(limit) => Err(Error::experiment(
            "truncation",
            format!("must be at least {LEAST_TRUNCATION}, not {limit}"),
        )),
    }
}

/// Latents with every coordinate inside ±`truncation`, by drawing again what falls outside.
///
/// Smaller values give more typical and less varied images (the "truncation
/// trick" of Brock, Donahue and Simonyan, *Large Scale GAN Training for High
/// Fidelity Natural Image Synthesis*, 2019).
pub(crate) fn draw_truncated(
    seed: u64,
    index: u64,
    count: usize,
    latent_dim: usize,
    truncation: f32,
) -> Vec<f32> {
    let mut rng = random(seed, Stream::Sample, index);
    (0..count * latent_dim)
        .map(|_| truncated(&mut rng, truncation))
        .collect()
}

fn truncated(rng: &mut impl Rng, truncation: f32) -> f32 {
    loop {
        let value: f32 = StandardNormal.sample(rng);
        if value.abs() <= truncation {
            return value;
        }
    }
}

/// Spherical interpolation between two latent vectors, `t` from 0 to 1.
///
/// Under N(0, I) in many dimensions nearly all of the probability lies close to
/// a sphere; a straight line would leave it, the great circle does not.
///
/// ```
/// use ganvas_core::latent::spherical;
///
/// let middle = spherical(&[1.0, 0.0], &[0.0, 1.0], 0.5);
/// assert!((middle[0] - 0.5f32.sqrt()).abs() < 1e-6);
/// assert_eq!(spherical(&[1.0, 2.0], &[3.0, -1.0], 0.0), vec![1.0, 2.0]);
/// ```
pub fn spherical(from: &[f32], to: &[f32], t: f32) -> Vec<f32> {
    let dot: f32 = from.iter().zip(to).map(|(a, b)| a * b).sum();
    let norm = |v: &[f32]| v.iter().map(|x| x * x).sum::<f32>().sqrt();
    let lengths = norm(from) * norm(to);
    let angle = if lengths > 0.0 {
        (dot / lengths).clamp(-1.0, 1.0).acos()
    } else {
        0.0
    };
    let (a, b) = if angle.sin().abs() < 1e-4 {
        (1.0 - t, t)
    } else {
        (
            ((1.0 - t) * angle).sin() / angle.sin(),
            (t * angle).sin() / angle.sin(),
        )
    };
    from.iter().zip(to).map(|(x, y)| a * x + b * y).collect()
}

/// `count` latents on the great circle from the latent of one seed to that of another.
pub(crate) fn walk(from: u64, to: u64, count: usize, latent_dim: usize) -> Vec<f32> {
    let end = |seed| draw(seed, Stream::Sample, 0, 1, latent_dim);
    let (from, to) = (end(from), end(to));
    let last = count.max(2) - 1;
    (0..count)
        .flat_map(|index| spherical(&from, &to, index as f32 / last as f32))
        .collect()
}

/// The latent at a share `t` of the way between the latents of two seeds.
pub(crate) fn walk_at(from: u64, to: u64, t: f32, latent_dim: usize) -> Vec<f32> {
    let end = |seed| draw(seed, Stream::Sample, 0, 1, latent_dim);
    spherical(&end(from), &end(to), t)
}

/// The latent `right` and `down` of that of a seed, on a plane through it.
///
/// The plane is spanned by two more draws. Every point is scaled to the length √`latent_dim`
/// that draws from the prior have, except in the two-dimensional latent space of a manifold
/// picture, which *is* the plane: there z is (`right`, −`down`), whatever the seed.
pub(crate) fn plane_at(seed: u64, right: f32, down: f32, latent_dim: usize) -> Vec<f32> {
    if latent_dim == 2 {
        return vec![right, -down];
    }
    on_plane(&draw(seed, Stream::Sample, 0, 3, latent_dim), right, down)
}

/// A point of the plane through the first of three latents, along the other two.
fn on_plane(axes: &[f32], right: f32, down: f32) -> Vec<f32> {
    let latent_dim = axes.len() / 3;
    let axis = |index: usize| &axes[index * latent_dim..(index + 1) * latent_dim];
    let point: Vec<f32> = (0..latent_dim)
        .map(|i| axis(0)[i] + right * axis(1)[i] + down * axis(2)[i])
        .collect();
    let length = point.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    let scale = (latent_dim as f32).sqrt() / length;
    point.into_iter().map(|x| x * scale).collect()
}

/// `side`² latents on [that plane](plane_at), row by row; its coordinates run from −`extent`
/// to `extent`.
pub(crate) fn plane(seed: u64, side: usize, extent: f32, latent_dim: usize) -> Vec<f32> {
    let coordinate = |index: usize| {
        let last = side.max(2) - 1;
        extent * (2.0 * index as f32 / last as f32 - 1.0)
    };
    let points = (0..side).flat_map(|row| (0..side).map(move |column| (row, column)));
    if latent_dim == 2 {
        return points
            .flat_map(|(row, column)| [coordinate(column), -coordinate(row)])
            .collect();
    }
    let axes = draw(seed, Stream::Sample, 0, 3, latent_dim);
    points
        .flat_map(|(row, column)| on_plane(&axes, coordinate(column), coordinate(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_is_standard_normal() {
        let z = draw(3, Stream::Grid, 0, 500, 100);
        let mean = z.iter().sum::<f32>() / z.len() as f32;
        let variance = z.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / z.len() as f32;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
    }

    #[test]
    fn truncation_bounds_every_coordinate() {
        let z = draw_truncated(3, 0, 10, 100, 0.5);
        assert!(z.iter().all(|v| v.abs() <= 0.5));
        assert!(z.iter().any(|v| v.abs() > 0.3));
    }

    #[test]
    fn a_walk_begins_and_ends_at_its_seeds() {
        let z = walk(1, 2, 5, 8);
        assert_eq!(z.len(), 5 * 8);
        assert_eq!(z[..8], draw(1, Stream::Sample, 0, 1, 8));
        let end = draw(2, Stream::Sample, 0, 1, 8);
        for (a, b) in z[32..].iter().zip(&end) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn a_plane_keeps_the_length_of_the_prior() {
        let z = plane(1, 3, 2.0, 16);
        assert_eq!(z.len(), 9 * 16);
        for point in z.chunks(16) {
            let length = point.iter().map(|x| x * x).sum::<f32>().sqrt();
            assert!((length - 4.0).abs() < 1e-4, "{length}");
        }
        assert_eq!(
            plane(1, 2, 2.0, 2),
            [-2.0, 2.0, 2.0, 2.0, -2.0, -2.0, 2.0, -2.0]
        );
    }
}
