//! How good generated samples are: numbers that can be compared between runs.
//!
//! - [`classifier`]: a small convolutional network that reads digits
//! - [`frechet`]: the distance between two sets of its features
//! - [`coverage`]: which digits appear, and how clearly
//! - [`precision`]: which images could be real, and how much of what is real they reach
//! - [`evaluation`]: all of it for one run
//! - [`modes`]: how close points of the plane come to a distribution
//! - [`judge`]: the same of few images, again and again while it trains
//!
//! Of digits everything is measured on the 28×28 bytes that people see, not on the
//! generator's floats: a browser and a native program judge the same images.

pub mod classifier;
pub mod coverage;
pub mod evaluation;
pub mod frechet;
pub mod judge;
pub mod modes;
pub mod precision;

pub use classifier::{Classifier, FEATURES, Judgement};
pub use coverage::Coverage;
pub use evaluation::{Evaluation, compare, evaluate, evaluate_against, evaluate_with_rests};
pub use frechet::{Moments, Reference, frechet_distance};
pub use judge::{JUDGED, Judge, Verdict};
pub use modes::{ModeCoverage, PlaneEvaluation, evaluate_plane, jensen_shannon};
pub use precision::Region;
