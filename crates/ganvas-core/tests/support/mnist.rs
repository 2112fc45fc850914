//! MNIST, where development machines have it; it is not part of the repository.

use std::fs;
use std::io::{Write, stderr};
use std::path::Path;

use ganvas_core::Dataset;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mnist");

/// The images and labels of a part, `train` or `t10k`.
pub fn part(part: &str) -> Option<Dataset> {
    let read = |kind: &str| fs::read(Path::new(FOLDER).join(format!("{part}-{kind}-ubyte.gz")));
    let images = read("images-idx3").ok()?;
    let labels = read("labels-idx1").ok()?;
    Some(Dataset::from_idx("mnist", part, &images, Some(&labels)).unwrap())
}

/// Says that a test did not measure without it, and what it did instead: past the harness, which
/// would keep what is printed to itself.
pub fn not_measured(test: &str, instead: &str) {
    let note = format!("{test}: no MNIST in {FOLDER}, so NOT measured: {instead}\n");
    stderr().write_all(note.as_bytes()).unwrap();
}
