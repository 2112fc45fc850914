//! What a system can be asked to draw.

use std::ops::Range;

use burn::tensor::Tensor;

use super::classes::Classes;
use crate::error::within;
use crate::feed::Feed;
use crate::latent;
use crate::network::{CLASSES, with_planes};
use crate::random::Stream;
use crate::{Error, Result};

/// Images in the grid that shows progress.
pub const GRID_COUNT: usize = 64;
/// Images made at once: shapes stay few, so GPU buffers and pipelines are reused.
pub(super) const CHUNK: usize = 64;

/// Batches of samples on the device, made when they are asked for.
pub type Pictures<'a> = Box<dyn Iterator<Item = Tensor<4>> + 'a>;

/// Which images are wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// [`GRID_COUNT`] images of latents that never change during a run.
    Grid,
    /// New images; the same seed gives the same latents again.
    Sample {
        /// How many.
        count: usize,
        /// Which.
        seed: u64,
        /// All of this class, where there are classes; otherwise all classes in turn.
        label: Option<u8>,
        /// Keeps every coordinate of z within ± this.
        truncation: Option<f32>,
    },
    /// Images of chosen latents, row after row.
    Latents {
        /// The latents.
        z: Vec<f32>,
        /// Their class, where there are classes; otherwise all classes in turn.
        label: Option<u8>,
    },
    /// Images of chosen latents as chosen classes. A single latent is drawn for each class.
    Chosen {
        /// The latents, row after row.
        z: Vec<f32>,
        /// Their classes, where the model is told them; otherwise all classes in turn.
        classes: Option<Classes>,
    },
    /// Images for a metric to judge, of every class alike: some of an endless row of them.
    Judged {
        /// Which of the row.
        rows: Range<usize>,
        /// Which row.
        seed: u64,
    },
    /// The first images of the dataset, each followed by its reconstruction.
    Reconstructions {
        /// How many images of the dataset.
        count: usize,
    },
}

/// The latents of the grid, row after row: always the same in a run.
pub(crate) fn grid_latents(feed: &Feed) -> Vec<f32> {
    latent::draw(feed.seed(), Stream::Grid, 0, GRID_COUNT, feed.latent_dim())
}

/// The class that an image is drawn with where none is asked for: all in turn.
pub(crate) fn class_in_turn(index: usize) -> u8 {
    (index % CLASSES) as u8
}

/// What a system draws from.
struct Latents {
    /// Row after row.
    z: Vec<f32>,
    /// The class of all of them; without it, all classes in turn.
    label: Option<u8>,
    /// The place of the first one among the classes in turn.
    first: usize,
}

/// The latents of a request to a system that draws from z.
fn latents_of(feed: &Feed, request: Request) -> Result<Latents> {
    let mut first = 0;
    let (z, label) = match request {
        Request::Grid => (grid_latents(feed), None),
        Request::Sample {
            count,
            seed,
            label,
            truncation,
        } => {
            let z = latent::sample(seed, count, feed.latent_dim(), truncation)?;
            (z, label)
        }
        Request::Latents { z, label } => (z, label),
        Request::Chosen { z, .. } => (z, None),
        Request::Judged { rows, seed } => {
            first = rows.start;
            let mut z = latent::prior(seed, rows.end, feed.latent_dim());
            (z.split_off(first * feed.latent_dim()), None)
        }
        Request::Reconstructions { .. } => {
            return Err(Error::experiment(
                "model",
                "only an autoencoder reconstructs images",
            ));
        }
    };
    check_label(feed, label)?;
    Ok(Latents { z, label, first })
}

fn check_label(feed: &Feed, label: Option<u8>) -> Result<()> {
    match label {
        None => Ok(()),
        Some(_) if !feed.is_conditional() => {
            Err(Error::experiment("label", "this model knows no labels"))
        }
        Some(label) => within("label", &(0..=CLASSES - 1), usize::from(label)),
    }
}

/// The images that `make` makes of latents and, where the model is told them, classes.
pub(super) fn from_latents<'a>(
    feed: &'a Feed,
    request: Request,
    make: impl Fn(Tensor<4>, Option<&[u8]>) -> Tensor<4> + 'a,
) -> Result<Pictures<'a>> {
    if let Request::Chosen {
        z,
        classes: Some(classes),
    } = request
    {
        classes.check(feed.is_conditional())?;
        return Ok(as_classes(feed, z, classes, make));
    }
    let Latents { z, label, first } = latents_of(feed, request)?;
    let latent_dim = feed.latent_dim();
    let count = z.len() / latent_dim;
    Ok(Box::new(chunks(count).map(move |rows| {
        let labels: Option<Vec<u8>> = feed.is_conditional().then(|| {
            rows.clone()
                .map(|index| label.unwrap_or_else(|| class_in_turn(first + index)))
                .collect()
        });
        let z = &z[rows.start * latent_dim..rows.end * latent_dim];
        make(feed.latents(z), labels.as_deref())
    })))
}

/// Images of latents whose classes are told by shares of their one-hot vectors.
fn as_classes<'a>(
    feed: &'a Feed,
    z: Vec<f32>,
    classes: Classes,
    make: impl Fn(Tensor<4>, Option<&[u8]>) -> Tensor<4> + 'a,
) -> Pictures<'a> {
    let latent_dim = feed.latent_dim();
    let (z, count) = match z.len() / latent_dim {
        1 => (z.repeat(classes.len()), classes.len()),
        count => (z, count),
    };
    Box::new(chunks(count).map(move |rows| {
        let z = feed.latents(&z[rows.start * latent_dim..rows.end * latent_dim]);
        // What the network would append for a class, it is given with z.
        make(with_planes(z, classes.shares_of(rows)), None)
    }))
}

/// 0 to `count` in pieces of at most [`CHUNK`].
pub(super) fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count)
        .step_by(CHUNK)
        .map(move |start| start..count.min(start + CHUNK))
}

/// The first image of each batch, the second of each, and so on.
pub(super) fn interleaved(batches: &[Tensor<4>]) -> Tensor<4> {
    let [count, channels, height, width] = batches[0].dims();
    let parts = batches
        .iter()
        .map(|batch| batch.clone().reshape([count, 1, channels * height * width]))
        .collect();
    let together: Tensor<3> = Tensor::cat(parts, 1);
    together.reshape([count * batches.len(), channels, height, width])
}
