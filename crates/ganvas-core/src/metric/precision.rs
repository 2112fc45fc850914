//! Which generated images could be real ones, and how much of what is real they reach.
//!
//! A set of feature vectors stands for the region around it: a ball around each vector that
//! just reaches its third nearest neighbour. *Precision* is the share of the generated
//! images within the region of the real ones, *recall* the share of the real images within
//! the region of the generated ones. A generator that draws one perfect digit has the
//! precision of real digits and no recall; one that draws clouds of every digit has neither.
//!
//! Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative
//! Models*, 2019, with their k = 3, on the features of [`super::Classifier`].

use std::iter::zip;

/// Which nearest neighbour a ball reaches.
pub const NEIGHBOUR: usize = 3;

/// The region that a set of vectors stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    rows: Vec<f32>,
    dimensions: usize,
    /// Squared radius of each ball.
    radii: Vec<f64>,
}

impl Region {
    /// Of the vectors in `rows`, `dimensions` numbers each. Vectors without as many
    /// neighbours as it takes have balls that reach the last of them.
    pub fn of(rows: &[f32], dimensions: usize) -> Self {
        let vectors = || rows.chunks_exact(dimensions);
        let radii = vectors()
            .enumerate()
            .map(|(index, a)| {
                let others = vectors().enumerate().filter(|(other, _)| *other != index);
                let mut distances: Vec<f64> = others.map(|(_, b)| squared_distance(a, b)).collect();
                distances.sort_by(f64::total_cmp);
                let reached = distances.iter().take(NEIGHBOUR).next_back();
                reached.copied().unwrap_or(0.0)
            })
            .collect();
        Self {
            rows: rows.to_vec(),
            dimensions,
            radii,
        }
    }

    /// The share of the vectors in `rows` that are within the region, 0 of none.
    ///
    /// ```
    /// use ganvas_core::metric::Region;
    ///
    /// let line = Region::of(&[0.0, 1.0, 2.0, 3.0], 1);
    /// assert_eq!(line.share_of(&[0.5, 5.0, 40.0, -3.5]), 0.5);
    /// ```
    pub fn share_of(&self, rows: &[f32]) -> f64 {
        let within = |row: &[f32]| {
            zip(self.rows.chunks_exact(self.dimensions), &self.radii)
                .any(|(centre, radius)| squared_distance(centre, row) <= *radius)
        };
        let count = rows.len() / self.dimensions;
        let inside = rows
            .chunks_exact(self.dimensions)
            .filter(|row| within(row))
            .count();
        inside as f64 / count.max(1) as f64
    }
}

fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    zip(a, b)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a line, by hand: the third neighbours of 0, 1, 2, 3, 10 are 3, 2, 2, 3
    /// and 9 away (to 3, 3, 0, 0 and 1, by distance).
    #[test]
    fn balls_reach_the_third_neighbour() {
        let region = Region::of(&[0.0, 1.0, 2.0, 3.0, 10.0], 1);
        assert_eq!(region.radii, [9.0, 4.0, 4.0, 9.0, 81.0]);
    }

    #[test]
    fn an_edge_belongs_to_the_region() {
        let region = Region::of(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2);
        // Each corner's furthest of three is the opposite one, √2 away.
        assert_eq!(region.share_of(&[2.0, 2.0]), 1.0);
        assert_eq!(region.share_of(&[2.1, 2.1]), 0.0);
    }

    /// One of the real images, again and again: all could be real, hardly any real one is
    /// reached.
    #[test]
    fn a_collapsed_set_is_precise_and_recalls_nothing() {
        let real: Vec<f32> = (0..100).map(|i| i as f32).collect();
        let collapsed = [42.0; 100];
        assert_eq!(Region::of(&real, 1).share_of(&collapsed), 1.0);
        assert_eq!(Region::of(&collapsed, 1).share_of(&real), 0.01);
        // What is beside everything real is neither.
        let clouds = [1e6; 100];
        assert_eq!(Region::of(&real, 1).share_of(&clouds), 0.0);
    }

    #[test]
    fn few_vectors_and_none() {
        assert_eq!(Region::of(&[1.0, 3.0], 1).radii, [4.0, 4.0]);
        assert_eq!(Region::of(&[1.0], 1).radii, [0.0]);
        assert_eq!(Region::of(&[1.0], 1).share_of(&[]), 0.0);
        assert_eq!(Region::of(&[], 1).share_of(&[1.0]), 0.0);
    }
}
