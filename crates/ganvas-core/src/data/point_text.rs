//! A drawing: points of the plane as text, short enough for a link.
//!
//! A coordinate is one of [`LEVELS`] levels from −[`REACH`] to [`REACH`]; two of them are 18
//! bits, three characters of base64url (RFC 4648 §5), the most significant first: the level
//! of x, then that of y.

use crate::{Error, Result};

/// Characters of a point.
pub const UNIT: usize = 3;
/// Most points: 1536 characters, which all browsers take in a link.
pub const MAX_POINTS: usize = 512;
/// Fewest points.
pub const MIN_POINTS: usize = 2;
/// Largest coordinate, and the negative of the smallest.
pub const REACH: f32 = 2.5;
/// Levels of a coordinate: about 0.01 from one to the next.
pub const LEVELS: u32 = 512;

/// Most points that are given, of which [`MAX_POINTS`] are kept.
const MAX_GIVEN: usize = 1 << 16;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Points as text: `pairs` holds x and y in turn. Of more than [`MAX_POINTS`] as many are
/// kept, at equal distances in their order; coordinates beyond [`REACH`] are moved there.
///
/// ```
/// use ganvas_core::data::point_text;
///
/// let text = point_text::encode(&[0.0, 1.0, -2.5, 2.5])?;
/// assert_eq!(text, "gFmAH_");
/// let [x, y] = point_text::decode(&text)?[0];
/// assert!(x.abs() < 0.005 && (y - 1.0).abs() < 0.005);
/// # Ok::<(), ganvas_core::Error>(())
/// ```
///
/// # Errors
///
/// `bad_dataset` for an odd count of numbers, numbers that are not finite, fewer than
/// [`MIN_POINTS`] points or absurdly many.
pub fn encode(pairs: &[f32]) -> Result<String> {
    if !pairs.len().is_multiple_of(2) {
        return Err(Error::dataset(format!(
            "points are pairs of numbers, and {} is no even count",
            pairs.len()
        )));
    }
    if pairs.iter().any(|value| !value.is_finite()) {
        return Err(Error::dataset("a point has a coordinate that is no number"));
    }
    let count = pairs.len() / 2;
    if !(MIN_POINTS..=MAX_GIVEN).contains(&count) {
        return Err(Error::dataset(format!(
            "there must be {MIN_POINTS} to {MAX_GIVEN} points, not {count}"
        )));
    }
    let kept = count.min(MAX_POINTS);
    let mut text = String::with_capacity(kept * UNIT);
    for index in 0..kept {
        let at = index * count / kept;
        let bits = level(pairs[2 * at]) * LEVELS + level(pairs[2 * at + 1]);
        for shift in [12, 6, 0] {
            text.push(LETTERS[(bits >> shift & 63) as usize].into());
        }
    }
    Ok(text)
}

/// The points of a text, each in the middle of its levels.
///
/// # Errors
///
/// `bad_dataset` for text that [`encode`] does not write.
pub fn decode(text: &str) -> Result<Vec<[f32; 2]>> {
    let count = text.len() / UNIT;
    if !text.len().is_multiple_of(UNIT) || !(MIN_POINTS..=MAX_POINTS).contains(&count) {
        return Err(Error::dataset(format!(
            "a drawing has {MIN_POINTS} to {MAX_POINTS} points of {UNIT} characters each, \
             and not {} characters",
            text.len()
        )));
    }
    let letters = text.as_bytes().chunks_exact(UNIT).map(|letters| {
        letters.iter().try_fold(0, |bits, letter| {
            let value = LETTERS.iter().position(|it| it == letter)?;
            Some(bits << 6 | value as u32)
        })
    });
    letters
        .map(|bits| bits.map(|bits| [coordinate(bits / LEVELS), coordinate(bits % LEVELS)]))
        .collect::<Option<_>>()
        .ok_or_else(|| Error::dataset("a drawing consists of letters, digits, - and _"))
}

fn level(coordinate: f32) -> u32 {
    let share = (coordinate / REACH + 1.0) / 2.0;
    // `as` saturates, also below 0.
    ((share * LEVELS as f32) as u32).min(LEVELS - 1)
}

fn coordinate(level: u32) -> f32 {
    ((level as f32 + 0.5) / LEVELS as f32 * 2.0 - 1.0) * REACH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_survives() {
        let pairs: Vec<f32> = (0..LEVELS)
            .flat_map(|level| [coordinate(level), coordinate(LEVELS - 1 - level)])
            .collect();
        let text = encode(&pairs).unwrap();
        assert_eq!(text.len(), UNIT * MAX_POINTS);
        let again: Vec<f32> = decode(&text).unwrap().into_flattened();
        assert_eq!(again, pairs);
        assert_eq!(encode(&again).unwrap(), text);
    }

    #[test]
    fn points_outside_move_to_the_edge_and_many_are_thinned() {
        let text = encode(&[9.0, -9.0, f32::MAX, f32::MIN]).unwrap();
        for [x, y] in decode(&text).unwrap() {
            assert!(x > 2.49 && y < -2.49, "{x}, {y}");
        }
        let many: Vec<f32> = (0..2048)
            .flat_map(|i| [i as f32 / 1024.0 - 1.0, 0.0])
            .collect();
        let kept = decode(&encode(&many).unwrap()).unwrap();
        assert_eq!(kept.len(), MAX_POINTS);
        assert!(kept.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
        assert!(kept[0][0] < -0.99 && kept[MAX_POINTS - 1][0] > 0.98);
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        let absurd = vec![0.0; 2 * MAX_GIVEN + 2];
        let bad: [&[f32]; 6] = [
            &[],
            &[1.0],
            &[1.0, 2.0],
            &[1.0, 2.0, 3.0],
            &[1.0, f32::NAN, 0.0, 0.0],
            &absurd,
        ];
        for pairs in bad {
            let error = encode(pairs).unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::BadDataset);
        }
        for text in ["", "AAA", "AAAA", "AAAAA!", "AAAAAé", &"A".repeat(3 * 513)] {
            let error = decode(text).unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::BadDataset, "{text}");
        }
    }
}
