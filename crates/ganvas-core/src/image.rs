//! Pictures: the only conversion between bytes and `[-1, 1]`, between the images of data
//! sets and the samples of networks, and the grids in which digits are shown.
//!
//! Bytes are 0 for background and 255 for ink, as in MNIST. A data set's images are 28×28.
//! Samples are NCHW in `[-1, 1]`, 32×32 or a power of two larger, because the networks
//! halve and double that size without remainders: the image, enlarged as often as the
//! sample is larger than 32×32, and background around it. A picture is a sample without
//! that margin, 28×28 or as much larger.

use ganvas_kernels::stack::Shape;

use crate::{Error, Result};

/// Rows and columns of a data set's image.
pub const SIDE: usize = 28;
/// Pixels of a data set's image.
pub const PIXELS: usize = SIDE * SIDE;
/// Rows and columns of the smallest sample.
pub const SMALLEST_SIDE: usize = 32;
/// Rows and columns that a sample may have.
pub const SIDES: [usize; 2] = [SMALLEST_SIDE, 2 * SMALLEST_SIDE];

/// The margin around the smallest sample's picture, in pixels.
const MARGIN: usize = (SMALLEST_SIDE - SIDE) / 2;
/// The grey between the images of a grid: neither background nor ink.
const GAP_SHADE: u8 = 64;
/// The largest grid in bytes, far above any that is shown.
const MAX_GRID: usize = 1 << 28;

/// Rows and columns of the picture in a sample of `side` rows and columns.
///
/// ```
/// use ganvas_core::image::picture_side;
///
/// assert_eq!([picture_side(32), picture_side(64)], [28, 56]);
/// ```
pub const fn picture_side(side: usize) -> usize {
    SIDE * side / SMALLEST_SIDE
}

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

/// Converts one grey image to a plane of a sample of `side` × `side`.
///
/// `image` is 28×28 bytes, `out` the plane, every value of which is written. A larger
/// sample shows the image larger, by bilinear interpolation between pixel centres
/// (`torch.nn.functional.interpolate` without aligned corners).
///
/// # Panics
///
/// Where the slices have other lengths.
pub fn enlarge(image: &[u8], side: usize, out: &mut [f32]) {
    assert_eq!((image.len(), out.len()), (PIXELS, side * side), "one image");
    out.fill(to_signed(0));
    let scale = side / SMALLEST_SIDE;
    let (margin, picture) = (MARGIN * scale, picture_side(side));
    let rows = out.chunks_exact_mut(side).skip(margin).take(picture);
    for (y, row) in rows.enumerate() {
        for (x, value) in row[margin..margin + picture].iter_mut().enumerate() {
            *value = if scale == 1 {
                to_signed(image[y * SIDE + x])
            } else {
                between(image, y, x, scale)
            };
        }
    }
}

/// The value at row `y` and column `x` of an image that was made `scale` times larger.
fn between(image: &[u8], y: usize, x: usize, scale: usize) -> f32 {
    // Of a position: the pixel before it, the one after it, and how far it is between.
    let place = |position: usize| {
        let at = ((position as f32 + 0.5) / scale as f32 - 0.5).max(0.0);
        let before = (at as usize).min(SIDE - 1);
        (before, (before + 1).min(SIDE - 1), at - before as f32)
    };
    let ((top, bottom, down), (left, right, along)) = (place(y), place(x));
    let pixel = |row: usize, column: usize| to_signed(image[row * SIDE + column]);
    let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
    mix(
        mix(pixel(top, left), pixel(top, right), along),
        mix(pixel(bottom, left), pixel(bottom, right), along),
        down,
    )
}

/// Converts samples to pictures: bytes, without the margin.
///
/// `values` is `[count, channels, side, side]` (planes one after another); the result is
/// `[count, picture, picture, channels]` bytes (interleaved, as RGB pixels are) with
/// picture = [`picture_side`]. Samples that `values` does not wholly hold are left out.
pub fn to_pictures(values: &[f32], count: usize, sample: Shape) -> Vec<u8> {
    pixels_of(values, count, sample).map(to_byte).collect()
}

/// The numbers of samples in the places of their pictures' bytes, as
/// [`to_pictures`] has them: without the margin, channels interleaved.
pub fn to_numbers(values: &[f32], count: usize, sample: Shape) -> Vec<f32> {
    pixels_of(values, count, sample).collect()
}

/// The values of samples in the order of their pictures.
fn pixels_of(values: &[f32], count: usize, sample: Shape) -> impl Iterator<Item = f32> {
    let side = sample.height;
    let picture = picture_side(side);
    let margin = MARGIN * (side / SMALLEST_SIDE);
    let within = move || margin..margin + picture;
    values
        .chunks_exact(sample.len().max(1))
        .take(count)
        .flat_map(move |planes| within().map(move |row| (planes, row * side)))
        .flat_map(move |(planes, start)| within().map(move |column| (planes, start + column)))
        .flat_map(move |(planes, at)| {
            let pixels = planes.chunks_exact(sample.pixels());
            pixels.map(move |plane| plane[at])
        })
}

/// Pictures of `side` × `side` at a data set's size, each pixel the mean of those that it
/// covers: what reads digits reads them at 28×28.
pub fn shrink(pictures: &[u8], side: usize, channels: usize) -> Vec<u8> {
    let scale = side / SIDE;
    if scale <= 1 {
        return pictures.to_vec();
    }
    let area = (scale * scale) as u32;
    let mut bytes = Vec::with_capacity(pictures.len() / area as usize);
    for picture in pictures.chunks_exact(side * side * channels) {
        for at in 0..PIXELS {
            let (top, left) = (at / SIDE * scale, at % SIDE * scale);
            for channel in 0..channels {
                let covered = (0..scale * scale).map(|k| {
                    let (row, column) = (top + k / scale, left + k % scale);
                    u32::from(picture[(row * side + column) * channels + channel])
                });
                bytes.push(((covered.sum::<u32>() + area / 2) / area) as u8);
            }
        }
    }
    bytes
}

/// Lays out `count` images from left to right and top to bottom on dark grey, `gap` pixels
/// between them and around, and returns `(width, height, pixels)`, for a PNG.
///
/// `images` is `[count, side, side, channels]` bytes and `pixels` `[height, width, channels]`.
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
    [side, channels]: [usize; 2],
) -> Result<(usize, usize, Vec<u8>)> {
    if channels != 1 && channels != 3 {
        return Err(Error::internal(format!(
            "images have 1 or 3 channels, not {channels}"
        )));
    }
    let image = side * side * channels;
    if count == 0 || columns == 0 || image == 0 || count.checked_mul(image) != Some(images.len()) {
        return Err(Error::internal(format!(
            "no grid of {columns} columns can be made of {count} images in {} bytes",
            images.len()
        )));
    }
    let columns = columns.min(count);
    let rows = count.div_ceil(columns);
    let extent = |tiles: usize| {
        let pitch = gap.checked_add(side)?;
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
        let left = gap + index % columns * (side + gap);
        let top = gap + index / columns * (side + gap);
        for (row, line) in tile.chunks_exact(side * channels).enumerate() {
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
    fn a_sample_has_a_margin_and_a_picture_does_not() {
        let image: Vec<u8> = (0..PIXELS).map(|i| (i % 256) as u8).collect();
        let mut sample = vec![f32::NAN; 32 * 32];
        enlarge(&image, 32, &mut sample);
        for (index, value) in sample.iter().enumerate() {
            let (row, column) = (index / 32, index % 32);
            if !(2..30).contains(&row) || !(2..30).contains(&column) {
                assert_eq!(*value, -1.0, "row {row}, column {column}");
            }
        }
        assert_eq!(sample[2 * 32 + 3], to_signed(1));
        assert_eq!(to_pictures(&sample, 1, Shape::square(1, 32)), image);
    }

    #[test]
    fn larger_samples_show_the_image_larger() {
        let image: Vec<u8> = (0..PIXELS).map(|i| (i * 7 % 256) as u8).collect();
        let mut sample = vec![f32::NAN; 64 * 64];
        enlarge(&image, 64, &mut sample);
        assert!(sample[..4 * 64].iter().all(|&value| value == -1.0));
        // Corners keep their pixels; between two pixels it is a quarter of the way.
        assert_eq!(sample[4 * 64 + 4], to_signed(image[0]));
        let quarter = to_signed(image[0]) * 0.75 + to_signed(image[1]) * 0.25;
        assert!((sample[4 * 64 + 5] - quarter).abs() < 1e-6);
        let picture = to_pictures(&sample, 1, Shape::square(1, 64));
        assert_eq!(picture.len(), 56 * 56);

        let flat = vec![200; 2 * 56 * 56 * 3];
        assert_eq!(shrink(&flat, 56, 3), vec![200; 2 * PIXELS * 3]);
        assert_eq!(shrink(&image, 28, 1), image);
        let mut dots = vec![0; 56 * 56];
        dots[0] = 255;
        dots[57] = 255;
        assert_eq!(shrink(&dots, 56, 1)[0], 128);
    }

    #[test]
    fn planes_become_interleaved_pixels() {
        let plane = 32 * 32;
        let mut planes = vec![-1.0; 2 * 3 * plane];
        planes[..plane].fill(1.0);
        planes[5 * plane..].fill(1.0);
        let bytes = to_pictures(&planes, 2, Shape::square(3, 32));
        assert_eq!(bytes.len(), 2 * PIXELS * 3);
        for (index, pixel) in bytes.chunks_exact(3).enumerate() {
            let expected = if index < PIXELS {
                [255, 0, 0]
            } else {
                [0, 0, 255]
            };
            assert_eq!(pixel, expected);
        }
        assert_eq!(
            to_pictures(&planes[1..], 5, Shape::square(3, 32)).len(),
            3 * PIXELS
        );
    }

    #[test]
    fn grids_place_their_images() {
        let images: Vec<u8> = [1, 2, 3].iter().flat_map(|&v| vec![v; PIXELS]).collect();
        let (width, height, pixels) = grid(&images, 3, 2, 1, [28, 1]).unwrap();
        assert_eq!((width, height), (2 * 28 + 3, 2 * 28 + 3));
        let at = |x: usize, y: usize| pixels[y * width + x];
        assert_eq!([at(1, 1), at(28, 28), at(30, 1), at(1, 30)], [1, 1, 2, 3]);
        assert_eq!([at(0, 0), at(29, 5), at(58, 58), at(40, 40)], [64; 4]);

        let coloured: Vec<u8> = (0..PIXELS * 3).map(|i| (i % 256) as u8).collect();
        assert_eq!(
            grid(&coloured, 1, 8, 0, [28, 3]).unwrap(),
            (28, 28, coloured)
        );
    }

    #[test]
    fn impossible_grids_are_errors() {
        let images = [0; PIXELS];
        assert!(grid(&images, 0, 1, 0, [28, 1]).is_err());
        assert!(grid(&images, 1, 0, 0, [28, 1]).is_err());
        assert!(grid(&images, 2, 1, 0, [28, 1]).is_err());
        assert!(grid(&images, usize::MAX, 1, 0, [28, 3]).is_err());
        assert!(grid(&images, 1, 1, 0, [28, 3]).is_err());
        assert!(grid(&images, 1, 1, 0, [28, 4]).is_err());
        assert!(grid(&images, 1, 1, usize::MAX, [28, 1]).is_err());
        assert!(grid(&images, 1, 1, 1 << 20, [28, 1]).is_err());
        assert!(grid(&images, 1, usize::MAX, 1, [28, 1]).is_ok());
    }
}
