//! Digits as PNG files.

use std::path::Path;

use ganvas_core::{ErrorCode, Result, image};

use super::failure::of_file;
use super::files;

/// Pixels between the digits.
const GAP: usize = 2;

/// Writes `count` images of `side` × `side` pixels as one picture, about as wide as high.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write(path: &Path, images: &[u8], count: usize, [side, channels]: [usize; 2]) -> Result<()> {
    let columns = (1..).find(|side| side * side >= count).unwrap_or(1);
    let (width, height, pixels) = image::grid(images, count, columns, GAP, [side, channels])?;
    let bytes = encode(width, height, channels, &pixels)
        .map_err(|error| of_file(ErrorCode::Internal, path, &error))?;
    files::write(ErrorCode::Internal, path, &bytes)
}

/// The bytes of a PNG.
pub fn encode(
    width: usize,
    height: usize,
    channels: usize,
    pixels: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(if channels == 3 {
        png::ColorType::Rgb
    } else {
        png::ColorType::Grayscale
    });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
