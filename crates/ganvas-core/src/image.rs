//! Pictures: the only conversion between bytes and `[-1, 1]`, between 28×28 and 32×32, and
//! the grids in which digits are shown.
//!
//! Bytes are 0 for background and 255 for ink, as in MNIST. Tensors are NCHW in `[-1, 1]`,
//! 32×32 pixels because the networks halve and double that size without remainders.

use crate::{Error, Result};

/// Rows and columns of a data set's image.
pub const SIDE: usize = 28;
/// Pixels of a data set's image.
pub const PIXELS: usize = SIDE * SIDE;
/// Rows and columns of an image in a network.
pub const PADDED_SIDE: usize = 32;
/// Pixels of an image in a network, for each channel.
pub const PADDED_PIXELS: usize = PADDED_SIDE * PADDED_SIDE;

/// The padding on each side, in pixels.
const MARGIN: usize = (PADDED_SIDE - SIDE) / 2;
/// The grey between the images of a grid: neither background nor ink.
const GAP_SHADE: u8 = 64;
/// The largest grid in bytes, far above any that is shown.
const MAX_GRID: usize = 1 << 28;

/// A byte as a network sees it: `x / 127.5 - 1`, so 0 is -1 and 255 is 1.
pub fn to_signed(byte: u8) -> f32 {
    f32::from(byte) / 127.5 - 1.0
}

/// The nearest byte to a network's output. Values outside `[-1, 1]` are clamped and NaN is 0.
///
/// ```
/// use ganvas_core::image::{to_byte, to_signed};
///
/// assert_eq!(to_byte(to_signed(200)), 200);
/// assert_eq!(to_byte(7.0), 255);
/// assert_eq!(to_byte(f32::NAN), 0);
/// ```
pub fn to_byte(signed: f32) -> u8 {
    // `as` saturates and turns NaN into 0; it cuts off the fraction, hence the half.
    ((signed + 1.0) * 127.5 + 0.5) as u8
}

/// Converts grey images to the networks' size and range, with 2 pixels of background (-1)
/// on each side.
///
/// `pixels_28` is `[count, 28, 28]` bytes and `out` `[count, 1, 32, 32]`, every value of which
/// is written. Where one holds fewer whole images than the other, the rest of `out` is
/// background.
pub fn pad_to_32(pixels_28: &[u8], out: &mut [f32]) {
    out.fill(to_signed(0));
    for (small, large) in pixels_28
        .chunks_exact(PIXELS)
        .zip(out.chunks_exact_mut(PADDED_PIXELS))
    {
        let rows = large.chunks_exact_mut(PADDED_SIDE).skip(MARGIN);
        for (from, to) in small.chunks_exact(SIDE).zip(rows) {
            for (byte, value) in from.iter().zip(&mut to[MARGIN..]) {
                *value = to_signed(*byte);
            }
        }
    }
}

/// Converts a network's images to bytes and cuts the padding off.
///
/// `signed_32` is `[count, channels, 32, 32]` (planes one after another); the result is
/// `[count, 28, 28, channels]` bytes (interleaved, as RGB pixels are). Images that
/// `signed_32` does not wholly hold are left out.
pub fn crop_to_28(signed_32: &[f32], count: usize, channels: usize) -> Vec<u8> {
    let image = channels.saturating_mul(PADDED_PIXELS).max(1);
    let count = count.min(signed_32.len() / image);
    let mut bytes = Vec::with_capacity(count * PIXELS * channels);
    for planes in signed_32.chunks_exact(image).take(count) {
        for row in MARGIN..MARGIN + SIDE {
            for column in MARGIN..MARGIN + SIDE {
                let first = row * PADDED_SIDE + column;
                for channel in 0..channels {
                    bytes.push(to_byte(planes[channel * PADDED_PIXELS + first]));
                }
            }
        }
    }
    bytes
}

/// Lays out `count` images from left to right and top to bottom on dark grey, `gap` pixels
/// between them and around, and returns `(width, height, pixels)`, for a PNG.
///
/// `images` is `[count, 28, 28, channels]` bytes and `pixels` `[height, width, channels]`.
/// There are no more columns than images.
///
/// # Errors
/// [`ErrorCode::Internal`](crate::ErrorCode::Internal) when `channels` is not 1 or 3, `count`
/// or `columns` is 0, `images` has another length or the grid would be absurdly large.
pub fn grid(
    images: &[u8],
    count: usize,
    columns: usize,
    gap: usize,
    channels: usize,
) -> Result<(usize, usize, Vec<u8>)> {
    if channels != 1 && channels != 3 {
        return Err(Error::internal(format!(
            "images have 1 or 3 channels, not {channels}"
        )));
    }
    let image = PIXELS * channels;
    if count == 0 || columns == 0 || count.checked_mul(image) != Some(images.len()) {
        return Err(Error::internal(format!(
            "no grid of {columns} columns can be made of {count} images in {} bytes",
            images.len()
        )));
    }
    let columns = columns.min(count);
    let rows = count.div_ceil(columns);
    let extent = |tiles: usize| {
        let pitch = gap.checked_add(SIDE)?;
        tiles.checked_mul(pitch)?.checked_add(gap)
    };
    let sizes = extent(columns)
        .zip(extent(rows))
        .and_then(|(width, height)| {
            let bytes = width.checked_mul(height)?.checked_mul(channels)?;
            (bytes <= MAX_GRID).then_some((width, height, bytes))
        });
    let Some((width, height, bytes)) = sizes else {
        return Err(Error::internal(format!(
            "a grid of {count} images with gaps of {gap} pixels is too large"
        )));
    };
    let mut pixels = vec![GAP_SHADE; bytes];
    for (index, tile) in images.chunks_exact(image).enumerate() {
        let left = gap + index % columns * (SIDE + gap);
        let top = gap + index / columns * (SIDE + gap);
        for (row, line) in tile.chunks_exact(SIDE * channels).enumerate() {
            let start = ((top + row) * width + left) * channels;
            pixels[start..start + line.len()].copy_from_slice(line);
        }
    }
    Ok((width, height, pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        for byte in 0..=255 {
            assert_eq!(to_byte(to_signed(byte)), byte);
        }
        assert_eq!(to_signed(0), -1.0);
        assert_eq!(to_signed(255), 1.0);
    }

    #[test]
    fn bytes_are_clamped_and_rounded_to_the_nearest() {
        for (signed, byte) in [
            (f32::NEG_INFINITY, 0),
            (-1.5, 0),
            (-1.0, 0),
            (0.49 / 127.5 - 1.0, 0),
            (0.51 / 127.5 - 1.0, 1),
            (254.4 / 127.5 - 1.0, 254),
            (254.6 / 127.5 - 1.0, 255),
            (1.0, 255),
            (1e30, 255),
            (f32::INFINITY, 255),
            (f32::NAN, 0),
        ] {
            assert_eq!(to_byte(signed), byte, "{signed}");
        }
    }

    #[test]
    fn padding_is_background_and_cropping_undoes_it() {
        let small: Vec<u8> = (0..2 * PIXELS).map(|i| (i % 256) as u8).collect();
        let mut large = vec![f32::NAN; 2 * PADDED_PIXELS];
        pad_to_32(&small, &mut large);
        for (index, value) in large.iter().enumerate() {
            let (row, column) = (index / 32 % 32, index % 32);
            if !(2..30).contains(&row) || !(2..30).contains(&column) {
                assert_eq!(*value, -1.0, "row {row}, column {column}");
            }
        }
        assert_eq!(large[2 * 32 + 3], to_signed(1));
        assert_eq!(large[1024 + 2 * 32 + 2], to_signed((784 % 256) as u8));
        assert_eq!(crop_to_28(&large, 2, 1), small);
    }

    #[test]
    fn planes_become_interleaved_pixels() {
        let mut planes = vec![-1.0; 2 * 3 * PADDED_PIXELS];
        planes[..PADDED_PIXELS].fill(1.0);
        planes[5 * PADDED_PIXELS..].fill(1.0);
        let bytes = crop_to_28(&planes, 2, 3);
        assert_eq!(bytes.len(), 2 * PIXELS * 3);
        for (index, pixel) in bytes.chunks_exact(3).enumerate() {
            let expected = if index < PIXELS {
                [255, 0, 0]
            } else {
                [0, 0, 255]
            };
            assert_eq!(pixel, expected);
        }
    }

    #[test]
    fn only_whole_images_are_converted() {
        let mut out = vec![0.5; 2 * PADDED_PIXELS + 7];
        pad_to_32(&[255; PIXELS + 5], &mut out);
        assert_eq!(out[2 * 32 + 2], 1.0);
        assert!(out[PADDED_PIXELS..].iter().all(|&value| value == -1.0));
        pad_to_32(&[255; 2 * PIXELS], &mut out[..PADDED_PIXELS]);
        pad_to_32(&[255; PIXELS], &mut []);

        assert_eq!(crop_to_28(&out, 5, 1).len(), 2 * PIXELS);
        assert_eq!(crop_to_28(&out, 1, 1).len(), PIXELS);
        for (count, channels) in [(0, 1), (1, 0), (1, 3), (usize::MAX, usize::MAX)] {
            assert!(crop_to_28(&out, count, channels).is_empty());
        }
    }

    #[test]
    fn grids_place_their_images() {
        let images: Vec<u8> = [1, 2, 3].iter().flat_map(|&v| vec![v; PIXELS]).collect();
        let (width, height, pixels) = grid(&images, 3, 2, 1, 1).unwrap();
        assert_eq!((width, height), (2 * 28 + 3, 2 * 28 + 3));
        let at = |x: usize, y: usize| pixels[y * width + x];
        assert_eq!([at(1, 1), at(28, 28), at(30, 1), at(1, 30)], [1, 1, 2, 3]);
        assert_eq!([at(0, 0), at(29, 5), at(58, 58), at(40, 40)], [64; 4]);

        let coloured: Vec<u8> = (0..PIXELS * 3).map(|i| (i % 256) as u8).collect();
        assert_eq!(grid(&coloured, 1, 8, 0, 3).unwrap(), (28, 28, coloured));
    }

    #[test]
    fn impossible_grids_are_errors() {
        let images = [0; PIXELS];
        assert!(grid(&images, 0, 1, 0, 1).is_err());
        assert!(grid(&images, 1, 0, 0, 1).is_err());
        assert!(grid(&images, 2, 1, 0, 1).is_err());
        assert!(grid(&images, usize::MAX, 1, 0, 3).is_err());
        assert!(grid(&images, 1, 1, 0, 3).is_err());
        assert!(grid(&images, 1, 1, 0, 4).is_err());
        assert!(grid(&images, 1, 1, usize::MAX, 1).is_err());
        assert!(grid(&images, 1, 1, 1 << 20, 1).is_err());
        assert!(grid(&images, 1, usize::MAX, 1, 1).is_ok());
    }
}
