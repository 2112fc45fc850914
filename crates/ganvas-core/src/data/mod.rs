//! Training data: bytes in, 28×28 grey images and labels out, or points of the plane. No
//! file or network I/O.
//!
//! - [`dataset`]: images in memory or a distribution of points, their seeded order, batches
//! - [`distribution`]: distributions of points in the plane
//! - [`gzip`]: decompression with a hard limit on the output
//! - [`idx`]: the IDX format of MNIST, Fashion-MNIST, KMNIST and EMNIST, read and written
//! - [`point_text`]: points that somebody draws, as text
//! - [`procedural`]: digits drawn from stroke skeletons, the data set that needs no download
//!
//! Images are `count × 28 × 28` bytes, row by row from the top left, 0 for background
//! and 255 for ink. [`crate::image`] turns them into the tensors' `[-1, 1]`.

pub(crate) mod colour;
pub mod dataset;
pub mod distribution;
pub mod gzip;
pub mod idx;
pub mod point_text;
pub mod procedural;

pub use dataset::CLASSES;
pub use distribution::{Distribution, Modes};
pub use idx::{Images, check_match, parse_images, parse_labels};
