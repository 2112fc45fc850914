//! Points of the plane as files: a table of numbers, or a picture of dots.

use std::path::Path;

use ganvas_core::{ErrorCode, Result};

use super::{failure::of_file, files, picture};

/// Pixels of the picture along each axis.
const SIDE: usize = 480;
/// Half the side of the square that it shows.
const EXTENT: f32 = 3.0;
/// As on the page: real points teal, generated ones orange, on white.
const REAL: [u8; 3] = [15, 118, 110];
const FAKE: [u8; 3] = [194, 65, 12];

/// Writes points, x and y in turn, as two columns.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write_table(path: &Path, points: &[f32]) -> Result<()> {
    let mut text = String::from("x,y\n");
    for point in points.chunks_exact(2) {
        text.push_str(&format!("{},{}\n", point[0], point[1]));
    }
    files::write(ErrorCode::Internal, path, text.as_bytes())
}

/// Writes real points and fake ones over them as a picture.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write_picture(path: &Path, real: &[f32], fake: &[f32]) -> Result<()> {
    let mut pixels = vec![255; SIDE * SIDE * 3];
    for (points, colour) in [(real, REAL), (fake, FAKE)] {
        for point in points.chunks_exact(2) {
            dot(&mut pixels, [point[0], point[1]], colour);
        }
    }
    let bytes = picture::encode(SIDE, SIDE, 3, &pixels)
        .map_err(|error| of_file(ErrorCode::Internal, path, &error))?;
    files::write(ErrorCode::Internal, path, &bytes)
}

/// Two by two pixels; what lies outside is left out.
fn dot(pixels: &mut [u8], [x, y]: [f32; 2], colour: [u8; 3]) {
    let place = |value: f32| {
        let at = (value / EXTENT + 1.0) / 2.0 * SIDE as f32;
        (0.0..(SIDE - 1) as f32)
            .contains(&at)
            .then_some(at as usize)
    };
    let (Some(column), Some(row)) = (place(x), place(-y)) else {
        return;
    };
    for (row, column) in [
        (row, column),
        (row + 1, column),
        (row, column + 1),
        (row + 1, column + 1),
    ] {
        let start = 3 * (row * SIDE + column);
        pixels[start..start + 3].copy_from_slice(&colour);
    }
}
