//! Files that came to harm: every parser is given a hundred thousand, each a sound one with
//! some bytes changed, cut off or put in, the same ones in every run. It may refuse them or
//! take them; it may not panic.

mod support;

use std::io::Write;
use std::sync::Arc;

use ganvas_core::{Dataset, Experiment, Result, Training};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::runs::{device, digits, run, tiny, wait};

const INPUTS: usize = 100_000;

/// Numbers that parsers trip over: signs, sizes and counts that wrap.
const EDGES: [u8; 6] = [0x00, 0x01, 0x08, 0x7f, 0x80, 0xff];

/// `sound` with one to eight injuries, most of them in its first bytes, where headers are.
fn mutated(sound: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..rng.random_range(1..=8) {
        let end = match rng.random_range(0..4) {
            0 => bytes.len(),
            _ => bytes.len().min(64),
        };
        if end == 0 {
            return bytes;
        }
        let at = rng.random_range(0..end);
        match rng.random_range(0..6) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 | 2 => bytes[at] = EDGES[rng.random_range(0..EDGES.len())],
            3 => bytes[at] = rng.random(),
            4 => bytes.insert(at, rng.random()),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Gives a parser all of them; some have to be refused, each with a sentence.
fn feed<T>(seed: u64, sound: &[u8], parse: impl Fn(&[u8]) -> Result<T>) {
    assert!(parse(sound).is_ok(), "the sound file");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut refused = 0;
    for _ in 0..INPUTS {
        if let Err(error) = parse(&mutated(sound, &mut rng)) {
            assert!(!error.message().is_empty());
            refused += 1;
        }
    }
    assert!(refused > INPUTS / 10, "{refused} refused");
}

/// Four images of 28×28 and their labels.
fn idx() -> [Vec<u8>; 2] {
    let mut images = vec![0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 28, 0, 0, 0, 28];
    images.extend((0..4 * 28 * 28).map(|at| (at % 251) as u8));
    [images, vec![0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 3]]
}

#[test]
fn images() {
    let [images, _] = idx();
    feed(1, &images, |bytes| {
        Dataset::from_idx("file", "fuzz", bytes, None)
    });
}

#[test]
fn labels() {
    let [images, labels] = idx();
    feed(2, &labels, |bytes| {
        Dataset::from_idx("file", "fuzz", &images, Some(bytes))
    });
}

#[test]
fn compressed_images() {
    let [images, _] = idx();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&images).unwrap();
    feed(3, &encoder.finish().unwrap(), |bytes| {
        Dataset::from_idx("file", "fuzz", bytes, None)
    });
}

#[test]
fn experiments() {
    feed(4, tiny().to_json().as_bytes(), |bytes| {
        Experiment::from_json(&String::from_utf8_lossy(bytes))
    });
}

/// Header, metadata and tensors; a run is made of what is taken.
#[test]
fn checkpoints() {
    let bytes = wait(run(tiny()).save()).unwrap();
    let dataset = Arc::new(digits());
    feed(5, &bytes, |bytes| {
        Training::load(bytes, Arc::clone(&dataset), &device())
    });
}
