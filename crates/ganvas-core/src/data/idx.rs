//! The IDX format: MNIST's own, also used by Fashion-MNIST, KMNIST and EMNIST.
//!
//! All numbers are big-endian:
//!
//! | bytes | images | labels |
//! |---|---|---|
//! | 0–3 | magic 2051: two zeros, type 8 (unsigned byte), 3 dimensions | magic 2049: the same, 1 dimension |
//! | 4–7 | count | count |
//! | 8–11, 12–15 | rows, columns | – |
//! | then | one byte a pixel | one byte a label |
//!
//! Every reader takes plain or gzip bytes and trusts no number of the header before it is
//! checked against the bytes that are there.

use std::borrow::Cow;

use super::gzip::maybe_gunzip;
use crate::image::{PIXELS, SIDE};
use crate::{Error, Result};

/// The most images in one file: 130,000, about 100 MB. MNIST and its like have 60,000 or
/// 70,000, EMNIST's letters 124,800. A browser tab has to hold them all.
pub const MAX_IMAGES: usize = 130_000;

/// Labels are below this: 10 classes in MNIST and its like, up to 62 in EMNIST.
pub const MAX_CLASSES: u8 = 62;

const UNSIGNED_BYTE: u8 = 8;
const IMAGES_MAGIC: u32 = 2051;
const LABELS_MAGIC: u32 = 2049;
const IMAGES_HEADER: usize = 16;
const LABELS_HEADER: usize = 8;
/// Bytes that a file may have beyond its largest correct size and still be told precisely
/// that it has too many, instead of failing as a gzip bomb would.
const SLACK: usize = 1024;

/// Grey images of 28×28 pixels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Images {
    /// How many.
    pub count: usize,
    /// `count × 28 × 28` bytes, row by row from the top left, 0 for background, 255 for ink.
    pub pixels: Vec<u8>,
}

impl Images {
    /// The 784 pixels of one image, `None` beyond the last.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_mul(PIXELS)?;
        self.pixels.get(start..start.checked_add(PIXELS)?)
    }
}

/// Reads IDX images, plain or gzip.
///
/// # Errors
/// [`ErrorCode::BadDataset`](crate::ErrorCode::BadDataset), with a sentence that says what is
/// wrong: not IDX, another element type, a label file, images that are not 28×28, none at all,
/// more than [`MAX_IMAGES`], fewer or more bytes than the header announces, damaged gzip.
///
/// ```
/// use ganvas_core::data::idx::{Images, parse_images, write_images};
///
/// let images = Images { count: 2, pixels: vec![7; 2 * 28 * 28] };
/// assert_eq!(parse_images(&write_images(&images)).unwrap(), images);
/// ```
pub fn parse_images(bytes: &[u8]) -> Result<Images> {
    let bytes = maybe_gunzip(bytes, IMAGES_HEADER + MAX_IMAGES * PIXELS + SLACK)?;
    check_magic(&bytes, IMAGES_MAGIC)?;
    let count = word(&bytes, 4, "images")?;
    let rows = word(&bytes, 8, "images")?;
    let columns = word(&bytes, 12, "images")?;
    if (rows, columns) != (SIDE as u32, SIDE as u32) {
        return Err(Error::dataset(format!(
            "the images are {rows}×{columns} pixels; only {SIDE}×{SIDE} can be used"
        )));
    }
    let count = check_count(count, "images")?;
    // At most 130,000 × 784: no overflow, also where usize has 32 bits.
    check_length(&bytes, IMAGES_HEADER, count * PIXELS, count, "images")?;
    Ok(Images {
        count,
        pixels: without_header(bytes, IMAGES_HEADER),
    })
}

/// Reads IDX labels, plain or gzip: one byte each, below [`MAX_CLASSES`].
///
/// # Errors
/// [`ErrorCode::BadDataset`](crate::ErrorCode::BadDataset), as [`parse_images`], and when a
/// label is too large.
pub fn parse_labels(bytes: &[u8]) -> Result<Vec<u8>> {
    let bytes = maybe_gunzip(bytes, LABELS_HEADER + MAX_IMAGES + SLACK)?;
    check_magic(&bytes, LABELS_MAGIC)?;
    let count = check_count(word(&bytes, 4, "labels")?, "labels")?;
    check_length(&bytes, LABELS_HEADER, count, count, "labels")?;
    let labels = without_header(bytes, LABELS_HEADER);
    match labels.iter().position(|&label| label >= MAX_CLASSES) {
        Some(index) => Err(Error::dataset(format!(
            "label {} at position {index} is too large: labels go from 0 to {}",
            labels[index],
            MAX_CLASSES - 1
        ))),
        None => Ok(labels),
    }
}

/// The largest label, `None` without any. The number of classes is one more.
pub fn max_label(labels: &[u8]) -> Option<u8> {
    labels.iter().copied().max()
}

/// Checks that there is one label for each image.
///
/// # Errors
/// [`ErrorCode::BadDataset`](crate::ErrorCode::BadDataset), naming both numbers.
pub fn check_match(images: &Images, labels: &[u8]) -> Result<()> {
    if images.count == labels.len() {
        return Ok(());
    }
    Err(Error::dataset(format!(
        "the labels do not belong to the images: there are {} images and {} labels",
        images.count,
        labels.len()
    )))
}

/// Writes images as plain IDX; [`parse_images`] reads it back. Pixels that do not fill a
/// whole image are left out.
pub fn write_images(images: &Images) -> Vec<u8> {
    let count = images.pixels.len() / PIXELS;
    let mut bytes = Vec::with_capacity(IMAGES_HEADER + count * PIXELS);
    for number in [IMAGES_MAGIC, saturated(count), SIDE as u32, SIDE as u32] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend_from_slice(&images.pixels[..count * PIXELS]);
    bytes
}

/// Writes labels as plain IDX; [`parse_labels`] reads it back.
pub fn write_labels(labels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LABELS_HEADER + labels.len());
    for number in [LABELS_MAGIC, saturated(labels.len())] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend_from_slice(labels);
    bytes
}

fn saturated(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The big-endian number at `offset` of the header.
fn word(bytes: &[u8], offset: usize, what: &str) -> Result<u32> {
    bytes
        .get(offset..offset + 4)
        .and_then(|slice| <[u8; 4]>::try_from(slice).ok())
        .map(u32::from_be_bytes)
        .ok_or_else(|| {
            Error::dataset(format!(
                "the file of {what} is truncated: it ends within its header, after {} bytes",
                bytes.len()
            ))
        })
}

fn check_magic(bytes: &[u8], expected: u32) -> Result<()> {
    let what = kind(expected);
    let magic = word(bytes, 0, what)?;
    if magic == expected {
        return Ok(());
    }
    let [zero0, zero1, element, dimensions] = magic.to_be_bytes();
    let problem = if magic == IMAGES_MAGIC || magic == LABELS_MAGIC {
        format!("this is an IDX file of {}, not of {what}", kind(magic))
    } else if (zero0, zero1) != (0, 0) || !matches!(element, 8 | 9 | 11..=14) {
        format!("this is not an IDX file of {what}: it starts with {magic:#010x}")
    } else if element != UNSIGNED_BYTE {
        format!("the IDX file has elements of type {element:#04x}; only unsigned bytes (0x08) work")
    } else {
        format!(
            "the IDX file has {dimensions} dimensions; {what} have {}",
            expected & 0xff
        )
    };
    Err(Error::dataset(problem))
}

fn kind(magic: u32) -> &'static str {
    if magic == IMAGES_MAGIC {
        "images"
    } else {
        "labels"
    }
}

fn check_count(count: u32, what: &str) -> Result<usize> {
    match usize::try_from(count) {
        Ok(0) => Err(Error::dataset(format!("the file holds no {what}"))),
        Ok(count) if count <= MAX_IMAGES => Ok(count),
        _ => Err(Error::dataset(format!(
            "the file announces {count} {what}; at most {MAX_IMAGES} can be used"
        ))),
    }
}

/// The bytes after the header must be exactly those that it announces.
fn check_length(bytes: &[u8], header: usize, body: usize, count: usize, what: &str) -> Result<()> {
    let found = bytes.len().saturating_sub(header);
    if found == body {
        return Ok(());
    }
    let problem = if found < body {
        "truncated"
    } else {
        "too long"
    };
    Err(Error::dataset(format!(
        "the file of {what} is {problem}: {count} {what} need {body} bytes after the header, \
         there are {found}"
    )))
}

/// The body, without a second copy when the bytes were unpacked from gzip.
fn without_header(bytes: Cow<'_, [u8]>, header: usize) -> Vec<u8> {
    match bytes {
        Cow::Borrowed(bytes) => bytes.get(header..).unwrap_or_default().to_vec(),
        Cow::Owned(mut bytes) => {
            bytes.drain(..header.min(bytes.len()));
            bytes
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};

    use super::*;
    use crate::ErrorCode;

    fn some_images(count: usize) -> Images {
        let pixels = (0..count * PIXELS).map(|i| (i % 256) as u8).collect();
        Images { count, pixels }
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn header(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    #[track_caller]
    fn refused<T: std::fmt::Debug>(result: Result<T>, expected: &str) {
        let error = result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadDataset);
        assert!(error.message().contains(expected), "{error}");
    }

    #[test]
    fn the_format_is_the_published_one() {
        let bytes = write_images(&some_images(3));
        assert_eq!(bytes[..16], *b"\0\0\x08\x03\0\0\0\x03\0\0\0\x1c\0\0\0\x1c");
        assert_eq!(bytes.len(), 16 + 3 * 784);
        assert_eq!(write_labels(&[5, 0]), *b"\0\0\x08\x01\0\0\0\x02\x05\0");
    }

    #[test]
    fn round_trips_plain_and_gzip() {
        let images = some_images(3);
        let labels = vec![0, 9, 61];
        for pack in [|bytes: &[u8]| bytes.to_vec(), gzip] {
            assert_eq!(parse_images(&pack(&write_images(&images))).unwrap(), images);
            assert_eq!(parse_labels(&pack(&write_labels(&labels))).unwrap(), labels);
        }
        assert_eq!(images.get(1).unwrap(), &images.pixels[784..1568]);
        assert_eq!(images.get(3), None);
        assert_eq!(images.get(usize::MAX), None);
        assert_eq!(max_label(&labels), Some(61));
        assert_eq!(max_label(&[]), None);
    }

    #[test]
    fn every_truncation_is_an_error() {
        let images = write_images(&some_images(1));
        for length in 0..images.len() {
            refused(parse_images(&images[..length]), "truncated");
            if length < 40 {
                refused(parse_images(&gzip(&images[..length])), "truncated");
            }
        }
        let labels = write_labels(&[1, 2, 3]);
        for length in 0..labels.len() {
            refused(parse_labels(&labels[..length]), "truncated");
            refused(parse_labels(&gzip(&labels[..length])), "truncated");
        }
    }

    #[test]
    fn trailing_bytes_are_an_error() {
        let mut images = write_images(&some_images(1));
        images.push(0);
        refused(parse_images(&images), "too long");
        refused(parse_images(&gzip(&images)), "too long");
        refused(
            parse_labels(&[write_labels(&[1]), vec![0]].concat()),
            "too long",
        );
    }

    #[test]
    fn hostile_headers_are_refused() {
        let huge = u32::MAX;
        refused(
            parse_images(&header(&[2051, huge, 28, 28])),
            "at most 130000",
        );
        refused(
            parse_images(&header(&[2051, 130_001, 28, 28])),
            "at most 130000",
        );
        refused(parse_images(&header(&[2051, 130_000, 28, 28])), "truncated");
        refused(
            parse_images(&header(&[2051, huge, huge, huge])),
            "only 28×28",
        );
        // 2^16 × 2^16 rows and columns: 0 when multiplied in 32 bits.
        refused(
            parse_images(&header(&[2051, 1, 1 << 16, 1 << 16])),
            "only 28×28",
        );
        refused(parse_images(&header(&[2051, 1, 32, 32])), "32×32");
        refused(parse_images(&header(&[2051, 1, 0, 0])), "only 28×28");
        refused(parse_images(&header(&[2051, 0, 28, 28])), "no images");
        refused(parse_labels(&header(&[2049, 0])), "no labels");
        refused(parse_labels(&header(&[2049, huge])), "at most 130000");
    }

    #[test]
    fn wrong_files_are_named() {
        refused(
            parse_images(&write_labels(&[1; 20])),
            "of labels, not of images",
        );
        refused(
            parse_labels(&write_images(&some_images(1))),
            "of images, not of labels",
        );
        refused(parse_images(b"<!DOCTYPE html><html>"), "not an IDX file");
        refused(
            parse_images(&header(&[0x0000_0d03, 1, 28, 28])),
            "type 0x0d",
        );
        refused(
            parse_images(&header(&[0x0000_0804, 1, 28, 28])),
            "4 dimensions",
        );
        refused(
            parse_images(&header(&[0x0000_ff03, 1, 28, 28])),
            "not an IDX file",
        );
        refused(
            parse_images(&header(&[0x0308_0000, 1, 28, 28])),
            "not an IDX file",
        );
        refused(parse_images(b""), "truncated");
    }

    #[test]
    fn labels_are_bounded() {
        assert!(parse_labels(&write_labels(&[61])).is_ok());
        refused(
            parse_labels(&write_labels(&[3, 62])),
            "label 62 at position 1",
        );
        refused(parse_labels(&write_labels(&[255])), "from 0 to 61");
    }

    #[test]
    fn a_gzip_bomb_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&header(&[2051, 60_000, 28, 28])).unwrap();
        let zeros = vec![0; 1_000_000];
        for _ in 0..110 {
            encoder.write_all(&zeros).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        refused(parse_images(&bomb), "unpacks to more than");
        refused(parse_labels(&bomb), "unpacks to more than");
    }

    #[test]
    fn labels_must_match_the_images() {
        let images = some_images(2);
        assert!(check_match(&images, &[1, 2]).is_ok());
        refused(check_match(&images, &[1, 2, 3]), "2 images and 3 labels");
    }

    #[test]
    fn noise_never_panics() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let good = write_images(&some_images(1));
        for round in 0..5000 {
            let mut bytes = if round % 2 == 0 {
                // A good file with a few bytes of its header changed.
                let mut bytes = good.clone();
                for _ in 0..1 + rng.next_u32() % 3 {
                    let position = (rng.next_u32() % 16) as usize;
                    bytes[position] = rng.next_u32() as u8;
                }
                bytes
            } else {
                let mut bytes = vec![0; (rng.next_u32() % 64) as usize];
                rng.fill_bytes(&mut bytes);
                bytes
            };
            bytes.truncate((rng.next_u32() % 2000) as usize);
            if let Ok(images) = parse_images(&bytes) {
                assert_eq!(images.pixels.len(), images.count * PIXELS);
            }
            if let Ok(labels) = parse_labels(&bytes) {
                assert!(labels.iter().all(|&label| label < MAX_CLASSES));
            }
        }
    }
}
