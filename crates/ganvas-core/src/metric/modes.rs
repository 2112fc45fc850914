//! How close generated points of the plane come to a distribution.

use serde::Serialize;

use crate::data::distribution::{EXTENT, Modes};
use crate::error::within;
use crate::schema::EVALUATED;
use crate::{Result, Training};

/// A good point lies within this many standard deviations of a mode.
pub const GOOD_WITHIN: f32 = 3.0;
/// A mode is covered by at least this share of the points that it would have if all modes
/// were hit equally often.
pub const COVERED_FROM: f64 = 0.2;
/// Cells of the histogram along each axis: 0.25 wide.
pub const CELLS: usize = 24;

/// Which modes of a mixture points hit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ModeCoverage {
    /// Modes that are covered: those with at least [`COVERED_FROM`] of their fair share of all
    /// points among the good ones.
    pub modes: usize,
    /// Modes that there are.
    pub modes_of: usize,
    /// The share of good points, which lie within [`GOOD_WITHIN`] standard deviations of a
    /// mode: the "high-quality samples" of Srivastava et al., *VEEGAN*, 2017, and of Lin et
    /// al., *PacGAN*, 2018.
    pub good: f64,
}

impl ModeCoverage {
    /// Of points, x and y in turn. Without points all is 0.
    ///
    /// ```
    /// use ganvas_core::data::Modes;
    /// use ganvas_core::metric::modes::ModeCoverage;
    ///
    /// let modes = Modes { centres: vec![[0.0, 0.0], [1.0, 0.0]], deviation: 0.1 };
    /// let coverage = ModeCoverage::of(&[0.1, 0.2, 0.0, -0.1, 0.5, 0.0, 9.0, 9.0], &modes);
    /// assert_eq!((coverage.modes, coverage.modes_of, coverage.good), (1, 2, 0.5));
    /// ```
    pub fn of(points: &[f32], modes: &Modes) -> Self {
        let limit = (GOOD_WITHIN * modes.deviation).powi(2);
        let mut hits = vec![0usize; modes.centres.len()];
        for point in points.chunks_exact(2) {
            let apart =
                |centre: &[f32; 2]| (point[0] - centre[0]).powi(2) + (point[1] - centre[1]).powi(2);
            let nearest = (0..hits.len())
                .min_by(|&a, &b| apart(&modes.centres[a]).total_cmp(&apart(&modes.centres[b])));
            if let Some(index) = nearest.filter(|&index| apart(&modes.centres[index]) <= limit) {
                hits[index] += 1;
            }
        }
        let count = points.len() / 2;
        let fair = count as f64 / hits.len().max(1) as f64;
        let covered = |&&hits: &&usize| hits > 0 && hits as f64 >= COVERED_FROM * fair;
        Self {
            modes: hits.iter().filter(covered).count(),
            modes_of: hits.len(),
            good: hits.iter().sum::<usize>() as f64 / count.max(1) as f64,
        }
    }
}

/// The Jensen–Shannon divergence in nats between the histograms of two sets of points, x and
/// y in turn: ½KL(p ‖ m) + ½KL(q ‖ m) with m = ½(p + q), from 0 for equal ones to ln 2 ≈
/// 0.693 for disjoint ones.
///
/// The histograms have [`CELLS`]² cells over the square \[−3, 3\]², and one more cell for all
/// points outside (and for NaN). That of finite sets of the same distribution
/// is above 0, and falls with their size.
///
/// ```
/// use ganvas_core::metric::modes::jensen_shannon;
///
/// let (here, there) = ([0.1, 0.1, 1.0, 1.0], [-2.0, 0.0, 8.0, 8.0]);
/// assert_eq!(jensen_shannon(&here, &here), 0.0);
/// assert!((jensen_shannon(&here, &there) - 2f64.ln()).abs() < 1e-12);
/// ```
pub fn jensen_shannon(real: &[f32], fake: &[f32]) -> f64 {
    let (p, q) = (histogram(real), histogram(fake));
    // x ln(x / m), 0 where x is 0.
    let part = |x: f64, m: f64| if x > 0.0 { x * (x / m).ln() } else { 0.0 };
    let sum: f64 = p
        .iter()
        .zip(&q)
        .map(|(&p, &q)| {
            let m = 0.5 * (p + q);
            part(p, m) + part(q, m)
        })
        .sum();
    (0.5 * sum).max(0.0)
}

/// The share of points in each cell, the last one outside.
fn histogram(points: &[f32]) -> Vec<f64> {
    let mut shares = vec![0.0; CELLS * CELLS + 1];
    let share = 1.0 / (points.len() / 2).max(1) as f64;
    let cell = |value: f32| {
        let at = (value / EXTENT + 1.0) / 2.0 * CELLS as f32;
        (0.0..CELLS as f32).contains(&at).then_some(at as usize)
    };
    for point in points.chunks_exact(2) {
        let index = match (cell(point[0]), cell(point[1])) {
            (Some(column), Some(row)) => row * CELLS + column,
            _ => CELLS * CELLS,
        };
        shares[index] += share;
    }
    shares
}

/// How good the points of a run are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaneEvaluation {
    /// Generated points that were judged, and real ones that they were compared with.
    pub count: usize,
    /// Which modes they hit, where the distribution is a mixture of some.
    #[serde(flatten)]
    pub coverage: Option<ModeCoverage>,
    /// [`jensen_shannon`] between both, in nats.
    pub js: f64,
    /// The same between those real points and as many other real ones: what a perfect
    /// generator would get.
    pub js_floor: f64,
    /// Name of the dataset.
    pub reference: String,
}

/// Judges `count` new points of a run on the plane against the distribution that it learns.
///
/// The latents depend on the experiment's seed alone, so the figures of two moments of one run
/// are comparable. It does not change the run.
///
/// # Errors
///
/// `bad_experiment` for a model of pictures and for a count that is not from 10 to 10,000;
/// `device_lost` when the device cannot be read.
pub async fn evaluate_plane(training: &Training, count: usize) -> Result<PlaneEvaluation> {
    within("count", &EVALUATED, count)?;
    // Far from the seeds that people type in.
    let seed = training.experiment().seed ^ 1 << 40;
    let fake = training.sample_points(count, seed).await?;
    let mut real = training.feed().shown_points(2 * count);
    let others = real.split_off(real.len() / 2);
    let modes = training.dataset().distribution().and_then(|it| it.modes());
    Ok(PlaneEvaluation {
        count,
        coverage: modes.map(|modes| ModeCoverage::of(&fake, &modes)),
        js: jensen_shannon(&real, &fake),
        js_floor: jensen_shannon(&real, &others),
        reference: training.dataset().name().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Distribution;
    use crate::random::Stream;

    fn draw(law: &Distribution, index: u64, count: usize) -> Vec<f32> {
        law.draw(1, Stream::Points, index, count)
    }

    #[test]
    fn the_divergence_has_its_known_values() {
        let here = [0.1, 0.1, 1.0, 1.0];
        assert_eq!(jensen_shannon(&here, &here), 0.0);
        // One of two points in common: p = (½, ½, 0), q = (½, 0, ½).
        let half = jensen_shannon(&here, &[0.1, 0.1, -1.0, 1.0]);
        assert!((half - 0.5 * 2f64.ln()).abs() < 1e-12, "{half}");
        // p = (1, 0), q = (½, ½): ½ ln(4/3) + ½(½ ln(⅔) + ½ ln 2).
        let known = 0.5 * (4f64 / 3.0).ln() + 0.25 * (2f64 / 3.0).ln() + 0.25 * 2f64.ln();
        let found = jensen_shannon(&[0.1, 0.1, 0.2, 0.1], &[0.1, 0.1, 2.0, 2.0]);
        assert!((found - known).abs() < 1e-12, "{found}");
        // Symmetric, and in nats.
        assert_eq!(
            found,
            jensen_shannon(&[0.1, 0.1, 2.0, 2.0], &[0.1, 0.1, 0.2, 0.1])
        );
        assert!((jensen_shannon(&here, &[5.0, 5.0]) - 2f64.ln()).abs() < 1e-12);
        assert_eq!(jensen_shannon(&[9.0, 0.0], &[f32::NAN, f32::INFINITY]), 0.0);
        assert!((jensen_shannon(&[], &here) - 0.5 * 2f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn real_points_cover_every_mode_and_diverge_little() {
        for (law, all) in [(Distribution::Ring, 8), (Distribution::Grid, 25)] {
            let modes = law.modes().unwrap();
            let points = draw(&law, 0, 5000);
            let coverage = ModeCoverage::of(&points, &modes);
            assert_eq!((coverage.modes, coverage.modes_of), (all, all));
            // Of a Gaussian in the plane 1 − e^(−9/2) lies within three deviations.
            assert!((coverage.good - 0.9889).abs() < 0.005, "{coverage:?}");
            let floor = jensen_shannon(&points, &draw(&law, 1, 5000));
            assert!(floor < 0.01, "{floor}");
        }
    }

    #[test]
    fn a_few_stray_points_cover_no_mode() {
        let modes = Distribution::Ring.modes().unwrap();
        // 985 points in the first mode, two in each of the seven others, and one astray.
        let mut points = [2.0, 0.0].repeat(985);
        for centre in &modes.centres[1..] {
            points.extend(centre.repeat(2));
        }
        points.extend([0.0, 0.0]);
        let coverage = ModeCoverage::of(&points, &modes);
        assert_eq!((coverage.modes, coverage.modes_of), (1, 8));
        assert_eq!(coverage.good, 0.999);
        assert_eq!(ModeCoverage::of(&[], &modes).good, 0.0);
        assert_eq!(ModeCoverage::of(&[f32::NAN; 8], &modes).good, 0.0);
    }
}
