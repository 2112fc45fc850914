//! Ranges of what a run is asked for, where that is no setting. The page's calls have the same.

use std::ops::RangeInclusive;

/// Fewest and most images that one call samples.
pub const SAMPLED: RangeInclusive<usize> = 1..=4096;
/// Fewest and most images or points that are evaluated: a tenth of the fewest is one image per
/// digit.
pub const EVALUATED: RangeInclusive<usize> = 10..=10_000;
/// Below this bound of a latent's coordinates nearly every draw would be thrown away.
pub const LEAST_TRUNCATION: f32 = 0.01;
