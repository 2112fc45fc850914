//! Which digits a set of images holds, and how clearly they are written.

use crate::data::CLASSES;

/// A sample counts for its digit's mode from this confidence on.
pub const MODE_CONFIDENCE: f64 = 0.8;
/// A mode is covered by at least this share of all samples: a tenth of what each
/// digit would have if all were equally frequent.
pub const MODE_SHARE: f64 = 0.01;

/// What a classifier's probabilities say about a set of images.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The share of the images that look most like each digit; the sum is 1.
    pub histogram: [f64; CLASSES],
    /// H = −Σ p ln p of the histogram, in nats; ln 10 ≈ 2.303 when all digits are equally frequent.
    pub entropy: f64,
    /// KL(histogram ‖ uniform) = Σ p ln(10 p) = ln 10 − H, in nats; 0 when all digits are
    /// equally frequent, ln 10 when there is only one.
    pub kl_to_uniform: f64,
    /// The mean over the images of the largest probability, from 0.1 to 1.
    pub confidence: f64,
    /// How many digits are covered: those that at least 1 % of all images show with a
    /// confidence of at least 0.8 ([`MODE_SHARE`], [`MODE_CONFIDENCE`]).
    pub modes: usize,
}

impl Coverage {
    /// Of images with the given class probabilities. Without images all figures are 0.
    ///
    /// ```
    /// use ganvas_core::metric::Coverage;
    ///
    /// let mut clear_three = [0.0; 10];
    /// clear_three[3] = 1.0;
    /// let coverage = Coverage::of(&[clear_three; 50]);
    /// assert_eq!((coverage.modes, coverage.confidence), (1, 1.0));
    /// assert!((coverage.kl_to_uniform - 10f64.ln()).abs() < 1e-12);
    /// ```
    pub fn of(probabilities: &[[f64; CLASSES]]) -> Self {
        let mut counts = [0.0; CLASSES];
        let mut clear = [0.0; CLASSES];
        let mut confidence = 0.0;
        for row in probabilities {
            let (class, largest) = most_likely(row);
            counts[class] += 1.0;
            confidence += largest;
            if largest >= MODE_CONFIDENCE {
                clear[class] += 1.0;
            }
        }
        let total = probabilities.len().max(1) as f64;
        let histogram = counts.map(|count| count / total);
        let entropy: f64 = -histogram
            .iter()
            .filter(|share| **share > 0.0)
            .map(|share| share * share.ln())
            .sum::<f64>();
        Self {
            histogram,
            // Adding zero turns the -0 of a single digit into 0.
            entropy: entropy + 0.0,
            kl_to_uniform: if probabilities.is_empty() {
                0.0
            } else {
                ((CLASSES as f64).ln() - entropy).max(0.0)
            },
            confidence: confidence / total,
            // One clear sample at least, however small the set is.
            modes: clear
                .iter()
                .filter(|count| **count >= (MODE_SHARE * total).max(1.0))
                .count(),
        }
    }
}

/// The first of the most probable classes, and its probability.
pub(super) fn most_likely(row: &[f64; CLASSES]) -> (usize, f64) {
    row.iter().enumerate().fold(
        (0, f64::MIN),
        |best, (class, &p)| {
            if p > best.1 { (class, p) } else { best }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The given confidence in `class`, the rest spread over the others.
    fn row(class: usize, confidence: f64) -> [f64; CLASSES] {
        let mut row = [(1.0 - confidence) / 9.0; CLASSES];
        row[class] = confidence;
        row
    }

    #[test]
    fn all_digits_equally_often() {
        let rows: Vec<_> = (0..1000).map(|i| row(i % 10, 0.9)).collect();
        let coverage = Coverage::of(&rows);
        assert!(coverage.histogram.iter().all(|p| (p - 0.1).abs() < 1e-12));
        assert!((coverage.entropy - 10f64.ln()).abs() < 1e-12);
        assert!(coverage.kl_to_uniform < 1e-12);
        assert!((coverage.confidence - 0.9).abs() < 1e-12);
        assert_eq!(coverage.modes, 10);
    }

    #[test]
    fn one_digit_only() {
        let coverage = Coverage::of(&[row(7, 0.95); 40]);
        assert_eq!(coverage.histogram[7], 1.0);
        assert_eq!(coverage.entropy.to_bits(), 0f64.to_bits());
        assert!((coverage.kl_to_uniform - 10f64.ln()).abs() < 1e-12);
        assert_eq!(coverage.modes, 1);
    }

    #[test]
    fn two_digits_have_the_kl_of_two() {
        let rows: Vec<_> = (0..100).map(|i| row(i % 2, 0.95)).collect();
        let coverage = Coverage::of(&rows);
        assert!((coverage.kl_to_uniform - 5f64.ln()).abs() < 1e-12);
        assert!((coverage.entropy - 2f64.ln()).abs() < 1e-12);
        assert_eq!(coverage.modes, 2);
    }

    #[test]
    fn unclear_digits_are_counted_but_cover_nothing() {
        let coverage = Coverage::of(&[row(2, 0.79); 40]);
        assert_eq!((coverage.histogram[2], coverage.modes), (1.0, 0));
        assert_eq!(Coverage::of(&[row(2, 0.8); 40]).modes, 1);
    }

    #[test]
    fn a_mode_needs_one_percent_of_the_samples() {
        let mut rows = vec![row(0, 1.0); 1000];
        for row_of_one in &mut rows[..9] {
            *row_of_one = row(1, 1.0);
        }
        assert_eq!(Coverage::of(&rows).modes, 1);
        rows[9] = row(1, 1.0);
        assert_eq!(Coverage::of(&rows).modes, 2);
        // Of few samples, one is enough.
        assert_eq!(Coverage::of(&[row(0, 1.0), row(1, 1.0)]).modes, 2);
    }

    #[test]
    fn no_images() {
        let coverage = Coverage::of(&[]);
        assert_eq!((coverage.modes, coverage.confidence), (0, 0.0));
        assert_eq!(coverage.kl_to_uniform, 0.0);
    }
}
