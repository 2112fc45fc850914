//! Strokes to pixels: the distance to the nearest stroke, with a soft edge.

use super::skeleton::Point;
use crate::image::{PIXELS, SIDE};

/// A straight piece of a stroke. All in pixels; a pixel's centre is at halves.
pub(super) struct Dab {
    pub from: Point,
    pub to: Point,
    /// Half the width.
    pub radius: f32,
    /// Over how many pixels the edge goes from ink to background.
    pub softness: f32,
}

/// How much of each pixel is covered, 0 to 1, and the bytes made of it.
pub(super) struct Canvas {
    cover: [f32; PIXELS],
    bytes: [u8; PIXELS],
}

impl Default for Canvas {
    fn default() -> Self {
        Self {
            cover: [0.0; PIXELS],
            bytes: [0; PIXELS],
        }
    }
}

impl Canvas {
    pub fn clear(&mut self) {
        self.cover.fill(0.0);
    }

    /// Covers the pixels near the piece; where pieces overlap, the most covered counts.
    pub fn add(&mut self, dab: &Dab) {
        let reach = dab.radius + dab.softness / 2.0;
        let columns = pixels_between(dab.from.x, dab.to.x, reach);
        let rows = pixels_between(dab.from.y, dab.to.y, reach);
        let (dx, dy) = (dab.to.x - dab.from.x, dab.to.y - dab.from.y);
        let per_length = 1.0 / (dx * dx + dy * dy).max(1e-9);
        for row in rows {
            for column in columns.clone() {
                let (px, py) = (
                    column as f32 + 0.5 - dab.from.x,
                    row as f32 + 0.5 - dab.from.y,
                );
                let along = ((px * dx + py * dy) * per_length).clamp(0.0, 1.0);
                let (ox, oy) = (px - along * dx, py - along * dy);
                let square = ox * ox + oy * oy;
                if square < reach * reach {
                    let cover = ((reach - square.sqrt()) / dab.softness).min(1.0);
                    let pixel = &mut self.cover[row * SIDE + column];
                    *pixel = pixel.max(cover);
                }
            }
        }
    }

    /// Turns the cover into bytes, smoothly at both ends of the edge.
    pub fn develop(&mut self, ink: f32) {
        for (byte, cover) in self.bytes.iter_mut().zip(&self.cover) {
            *byte = (cover * cover * (3.0 - 2.0 * cover) * ink).min(255.0) as u8;
        }
    }

    pub fn write_to(&self, pixels: &mut Vec<u8>) {
        pixels.extend_from_slice(&self.bytes);
    }
}

/// The rows or columns whose centre is within `reach` of a stretch, none outside the image.
fn pixels_between(from: f32, to: f32, reach: f32) -> std::ops::Range<usize> {
    // `as` saturates at 0 below.
    let first = (from.min(to) - reach) as usize;
    let last = (from.max(to) + reach) as usize;
    first.min(SIDE)..last.saturating_add(1).min(SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dab(x0: f32, y0: f32, x1: f32, y1: f32) -> Dab {
        Dab {
            from: Point { x: x0, y: y0 },
            to: Point { x: x1, y: y1 },
            radius: 1.5,
            softness: 1.0,
        }
    }

    fn drawn(dab: &Dab) -> Vec<u8> {
        let mut canvas = Canvas::default();
        canvas.add(dab);
        canvas.develop(255.0);
        let mut bytes = Vec::new();
        canvas.write_to(&mut bytes);
        bytes
    }

    #[test]
    fn a_line_has_its_width_and_soft_edges() {
        // Along the centres of column 14; the edge at 1.5 passes through no pixel's centre
        // but half-covers those at distance 1.5: columns 12 and 16 are 2 away, so clear.
        let bytes = drawn(&dab(14.5, 8.0, 14.5, 20.0));
        let row = &bytes[14 * SIDE..15 * SIDE];
        assert_eq!(row[13..16], [255; 3]);
        assert_eq!(row.iter().filter(|&&value| value > 0).count(), 3);
        // Between two columns: both sides alike, the outer two half covered.
        let bytes = drawn(&dab(14.0, 8.0, 14.0, 20.0));
        assert_eq!(bytes[14 * SIDE..][11..17], [0, 127, 255, 255, 127, 0]);
    }

    #[test]
    fn points_and_strokes_outside_do_no_harm() {
        assert!(drawn(&dab(14.0, 14.0, 14.0, 14.0)).contains(&255));
        assert!(
            drawn(&dab(-50.0, -50.0, -40.0, -40.0))
                .iter()
                .all(|&b| b == 0)
        );
        assert!(drawn(&dab(90.0, 3.0, 1e20, 3.0)).iter().all(|&b| b == 0));
        drawn(&dab(f32::NAN, 3.0, 4.0, f32::INFINITY));
    }
}
