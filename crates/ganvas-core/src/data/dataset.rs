//! Real samples: images in memory and their seeded order, or a distribution of points.

use rand::seq::SliceRandom;

use super::distribution::Distribution;
use super::idx::{self, Images};
use super::procedural;
use crate::image::PIXELS;
use crate::random::{Stream, random};
use crate::{Error, Result};

/// Classes of the labels that conditional models are told: the digits.
pub const CLASSES: usize = 10;

/// Points of a distribution that count as one pass through it.
const EPOCH: usize = 10_000;

/// What real samples are drawn from.
#[derive(Debug, Clone)]
pub struct Dataset {
    name: String,
    source: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    /// Grey 28×28 images, with labels where they are known.
    Images {
        images: Images,
        labels: Option<Vec<u8>>,
    },
    /// Points, drawn when they are asked for.
    Points(Distribution),
}

impl Dataset {
    /// `count` embedded drawn digits; needs no file and no network.
    pub fn procedural(count: usize, seed: u64) -> Self {
        let (images, labels) = procedural::draw(count, seed);
        Self {
            name: "procedural".into(),
            source: "drawn by the program".into(),
            content: Content::Images {
                images,
                labels: Some(labels),
            },
        }
    }

    /// Points of a distribution in the plane, drawn anew for every batch.
    pub fn plane(distribution: Distribution) -> Self {
        let drawn = matches!(distribution, Distribution::Points(_));
        let source = if drawn {
            "drawn by the reader"
        } else {
            "drawn by the program"
        };
        Self {
            name: distribution.name().into(),
            source: source.into(),
            content: Content::Points(distribution),
        }
    }

    /// Images and labels from IDX bytes, plain or gzip.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when the bytes are not IDX images of 28×28, are truncated
    /// or too large, or when the labels do not match.
    pub fn from_idx(
        name: &str,
        source: &str,
        images: &[u8],
        labels: Option<&[u8]>,
    ) -> Result<Self> {
        let images = idx::parse_images(images)?;
        let labels = labels.map(idx::parse_labels).transpose()?;
        if let Some(labels) = &labels {
            idx::check_match(&images, labels)?;
        }
        Ok(Self {
            name: name.into(),
            source: source.into(),
            content: Content::Images { images, labels },
        })
    }

    /// Short name, such as `mnist`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it comes from, for people.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many images there are. Of a distribution, the points that count as one pass.
    pub fn count(&self) -> usize {
        match &self.content {
            Content::Images { images, .. } => images.count,
            Content::Points(_) => EPOCH,
        }
    }

    /// The labels, where they are known.
    pub fn labels(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Images { labels, .. } => labels.as_deref(),
            Content::Points(_) => None,
        }
    }

    /// The bytes of image `index`, row by row, 0 background to 255 ink; nothing where there
    /// is no such image.
    pub fn image(&self, index: usize) -> &[u8] {
        match &self.content {
            Content::Images { images, .. } => {
                let place = index * PIXELS..(index + 1) * PIXELS;
                images.pixels.get(place).unwrap_or_default()
            }
            Content::Points(_) => &[],
        }
    }

    /// The distribution, where samples are points of the plane.
    pub fn distribution(&self) -> Option<&Distribution> {
        match &self.content {
            Content::Images { .. } => None,
            Content::Points(distribution) => Some(distribution),
        }
    }

    /// The labels for a system that is told the digits' classes.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when there are none or when one is not a digit.
    pub(crate) fn digit_labels(&self) -> Result<&[u8]> {
        let labels = self.labels().ok_or_else(|| {
            Error::dataset(
                "a conditional model needs labels, and this dataset has none: \
                 add the labels file",
            )
        })?;
        match labels.iter().find(|&&label| usize::from(label) >= CLASSES) {
            None => Ok(labels),
            Some(label) => Err(Error::dataset(format!(
                "a conditional model knows the classes 0 to 9, and this dataset has a label {label}"
            ))),
        }
    }

    /// # Errors
    ///
    /// `bad_experiment` when a batch is larger than the dataset.
    pub(crate) fn check_batch_size(&self, batch_size: usize) -> Result<()> {
        if batch_size > self.count() {
            return Err(Error::experiment(
                "batch_size",
                format!(
                    "a batch of {batch_size} is more than the {} images of the dataset",
                    self.count()
                ),
            ));
        }
        Ok(())
    }
}

/// Which images make up which batch: every image once per epoch in a seeded
/// order, the incomplete batch at an epoch's end left out.
#[derive(Debug, Clone)]
pub(crate) struct Shuffle {
    stream: Stream,
    seed: u64,
    count: usize,
    batch_size: usize,
    epoch: u64,
    order: Vec<usize>,
}

impl Shuffle {
    pub fn new(seed: u64, count: usize, batch_size: usize) -> Self {
        Self::of(Stream::Shuffle, seed, count, batch_size)
    }

    /// An order of its own for a second data set.
    pub fn of(stream: Stream, seed: u64, count: usize, batch_size: usize) -> Self {
        Self {
            stream,
            seed,
            count,
            batch_size,
            epoch: 0,
            order: order(stream, seed, 0, count),
        }
    }

    /// The epoch that batch number `index` belongs to.
    pub fn epoch(&self, index: u64) -> u64 {
        index / self.batches_per_epoch()
    }

    /// The images of batch number `index`.
    pub fn batch(&mut self, index: u64) -> &[usize] {
        let epoch = self.epoch(index);
        if epoch != self.epoch {
            self.epoch = epoch;
            self.order = order(self.stream, self.seed, epoch, self.count);
        }
        let start = (index % self.batches_per_epoch()) as usize * self.batch_size;
        &self.order[start..start + self.batch_size]
    }

    fn batches_per_epoch(&self) -> u64 {
        (self.count / self.batch_size).max(1) as u64
    }
}

fn order(stream: Stream, seed: u64, epoch: u64, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut random(seed, stream, epoch));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_shows_every_image_once() {
        let mut shuffle = Shuffle::new(1, 12, 4);
        let mut seen: Vec<usize> = (0..3).flat_map(|i| shuffle.batch(i).to_vec()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..12).collect::<Vec<_>>());
        assert_eq!(shuffle.epoch(2), 0);
        assert_eq!(shuffle.epoch(3), 1);
    }

    #[test]
    fn the_order_depends_on_the_batch_number_only() {
        let mut straight = Shuffle::new(5, 100, 10);
        let all: Vec<Vec<usize>> = (0..25).map(|i| straight.batch(i).to_vec()).collect();
        let mut resumed = Shuffle::new(5, 100, 10);
        assert_eq!(resumed.batch(17), all[17]);
        assert_ne!(all[0], all[10], "each epoch has an order of its own");
    }

    #[test]
    fn batches_larger_than_the_dataset_are_refused() {
        let digits = Dataset::procedural(10, 1);
        assert!(digits.check_batch_size(10).is_ok());
        let error = digits.check_batch_size(11).unwrap_err();
        assert_eq!(error.field(), Some("batch_size"));
    }
}
