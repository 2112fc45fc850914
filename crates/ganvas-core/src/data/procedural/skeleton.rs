//! How each digit is written: strokes through control points, and the curves between them.
//!
//! Control points are in hundredths of the digit's height, x to the right (0 to about 70) and
//! y down (0 to 100), in the order in which a hand writes them.

/// A point, in whatever unit its owner says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    pub fn distance(self, other: Self) -> f32 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// A control point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Control {
    /// The stroke passes smoothly.
    S(i8, i8),
    /// The stroke turns sharply.
    C(i8, i8),
}
use Control::{C, S};

impl Control {
    fn point(self) -> Point {
        let (S(x, y) | C(x, y)) = self;
        Point {
            x: x.into(),
            y: y.into(),
        }
    }
}

/// One way to write a digit.
pub(super) struct Variant {
    /// How often, beside the digit's other variants.
    weight: f32,
    /// Each is drawn without lifting the pen.
    pub strokes: &'static [&'static [Control]],
}

const fn variant_of(weight: f32, strokes: &'static [&'static [Control]]) -> Variant {
    Variant { weight, strokes }
}

/// The digits 0 to 9.
static DIGITS: [&[Variant]; 10] = [
    // 0: an oval; a round one; one whose ends cross at the top.
    &[
        variant_of(
            4.0,
            &[&[
                S(40, 1),
                S(20, 10),
                S(6, 38),
                S(10, 76),
                S(30, 99),
                S(54, 84),
                S(63, 48),
                S(56, 14),
                S(38, 1),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(38, 4),
                S(14, 14),
                S(0, 48),
                S(12, 84),
                S(38, 97),
                S(64, 82),
                S(74, 48),
                S(62, 16),
                S(36, 4),
            ]],
        ),
        variant_of(
            2.0,
            &[&[
                S(52, 10),
                S(34, 4),
                S(14, 24),
                S(6, 58),
                S(18, 92),
                S(44, 94),
                S(62, 62),
                S(58, 22),
                S(36, 6),
                S(22, 14),
            ]],
        ),
    ],
    // 1: a line; with a flag; with flag and base.
    &[
        variant_of(7.0, &[&[S(35, 0), S(35, 50), S(35, 100)]]),
        variant_of(1.5, &[&[S(18, 20), C(36, 0), S(36, 50), S(35, 100)]]),
        variant_of(
            0.8,
            &[
                &[S(16, 20), C(36, 0), S(36, 50), S(35, 99)],
                &[S(12, 100), S(35, 99), S(60, 99)],
            ],
        ),
    ],
    // 2: with a sharp corner; with a loop at the bottom; a swan's neck with a wavy base.
    &[
        variant_of(
            4.0,
            &[&[
                S(6, 24),
                S(18, 6),
                S(38, 1),
                S(56, 14),
                S(54, 38),
                S(36, 64),
                C(6, 96),
                S(38, 95),
                S(70, 94),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(8, 22),
                S(24, 4),
                S(46, 2),
                S(58, 20),
                S(48, 50),
                S(28, 80),
                S(10, 95),
                S(1, 86),
                S(12, 76),
                S(32, 86),
                S(50, 96),
                S(72, 90),
            ]],
        ),
        variant_of(
            2.0,
            &[&[
                S(10, 16),
                S(28, 2),
                S(50, 6),
                S(56, 28),
                S(42, 58),
                S(22, 82),
                C(6, 94),
                S(24, 87),
                S(46, 95),
                S(70, 88),
            ]],
        ),
    ],
    // 3: two bows; with a small loop between them; a flat top.
    &[
        variant_of(
            4.0,
            &[&[
                S(8, 12),
                S(28, 1),
                S(50, 8),
                S(50, 30),
                C(24, 46),
                S(50, 54),
                S(60, 76),
                S(40, 98),
                S(4, 90),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(6, 14),
                S(26, 2),
                S(52, 10),
                S(48, 34),
                S(26, 48),
                S(22, 44),
                S(44, 50),
                S(60, 70),
                S(46, 94),
                S(20, 100),
                S(2, 88),
            ]],
        ),
        variant_of(
            0.6,
            &[&[
                S(6, 4),
                S(30, 4),
                C(58, 3),
                S(44, 22),
                C(28, 42),
                S(52, 52),
                S(58, 76),
                S(36, 98),
                S(4, 90),
            ]],
        ),
    ],
    // 4: open; open and round; closed.
    &[
        variant_of(
            4.0,
            &[
                &[S(10, 4), S(6, 28), C(2, 52), S(30, 54), S(62, 48)],
                &[S(56, 0), S(54, 48), S(50, 100)],
            ],
        ),
        variant_of(
            3.0,
            &[
                &[
                    S(12, 2),
                    S(4, 28),
                    S(10, 50),
                    S(32, 52),
                    S(52, 36),
                    S(60, 2),
                ],
                &[S(60, 2), S(54, 50), S(50, 100)],
            ],
        ),
        variant_of(
            1.6,
            &[
                &[S(50, 0), S(28, 28), C(2, 58), S(34, 58), S(72, 56)],
                &[S(50, 0), S(49, 50), S(47, 100)],
            ],
        ),
    ],
    // 5: with corners; one flowing line; the hat as a stroke of its own.
    &[
        variant_of(
            3.0,
            &[&[
                S(64, 2),
                S(42, 3),
                C(20, 4),
                S(17, 22),
                C(12, 44),
                S(36, 38),
                S(58, 52),
                S(56, 82),
                S(32, 99),
                S(2, 90),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(66, 4),
                S(40, 2),
                S(22, 8),
                S(16, 32),
                S(34, 46),
                S(54, 62),
                S(52, 86),
                S(28, 99),
                S(4, 90),
            ]],
        ),
        variant_of(
            2.0,
            &[
                &[
                    S(22, 6),
                    S(18, 26),
                    C(14, 44),
                    S(38, 40),
                    S(56, 56),
                    S(52, 84),
                    S(28, 99),
                    S(2, 88),
                ],
                &[S(22, 5), S(44, 5), S(72, 0)],
            ],
        ),
    ],
    // 6: a bowed stem; a straight stem with a small loop; a wide loop.
    &[
        variant_of(
            4.0,
            &[&[
                S(48, 0),
                S(24, 22),
                S(8, 58),
                S(14, 90),
                S(36, 99),
                S(56, 84),
                S(50, 62),
                S(30, 60),
                S(12, 78),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(36, 0),
                S(18, 34),
                S(6, 70),
                S(18, 96),
                S(42, 96),
                S(54, 76),
                S(40, 62),
                S(20, 72),
                S(10, 86),
            ]],
        ),
        variant_of(
            2.0,
            &[&[
                S(46, 1),
                S(24, 16),
                S(6, 50),
                S(10, 84),
                S(34, 99),
                S(60, 86),
                S(60, 64),
                S(36, 54),
                S(12, 72),
            ]],
        ),
    ],
    // 7: plain; with a bar; with a serif at the top.
    &[
        variant_of(
            5.0,
            &[&[S(2, 6), S(30, 5), C(60, 3), S(44, 42), S(28, 100)]],
        ),
        variant_of(
            1.2,
            &[
                &[S(4, 6), S(32, 4), C(62, 3), S(46, 42), S(28, 100)],
                &[S(20, 52), S(40, 50), S(62, 46)],
            ],
        ),
        variant_of(
            2.0,
            &[&[
                S(4, 20),
                C(6, 5),
                S(32, 7),
                C(60, 3),
                S(48, 34),
                S(38, 66),
                S(34, 100),
            ]],
        ),
    ],
    // 8: one closed line; with open ends at the top; narrow.
    &[
        variant_of(
            3.0,
            &[&[
                S(54, 12),
                S(34, 1),
                S(12, 14),
                S(20, 36),
                S(40, 52),
                S(58, 72),
                S(48, 95),
                S(24, 99),
                S(8, 82),
                S(20, 62),
                S(42, 44),
                S(56, 24),
                S(50, 8),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(60, 10),
                S(38, 1),
                S(16, 10),
                S(16, 32),
                S(38, 50),
                S(52, 72),
                S(40, 97),
                S(16, 98),
                S(6, 80),
                S(24, 58),
                S(46, 40),
                S(64, 14),
            ]],
        ),
        variant_of(
            2.0,
            &[&[
                S(38, 2),
                S(20, 10),
                S(16, 30),
                S(32, 46),
                S(50, 60),
                S(54, 82),
                S(36, 99),
                S(14, 90),
                S(12, 68),
                S(30, 50),
                S(50, 32),
                S(50, 10),
                S(36, 2),
            ]],
        ),
    ],
    // 9: a straight tail; a curved one; one flowing line with a small head.
    &[
        variant_of(
            4.0,
            &[&[
                S(54, 16),
                S(36, 3),
                S(12, 14),
                S(6, 36),
                S(24, 48),
                S(46, 36),
                C(57, 12),
                S(54, 54),
                S(48, 100),
            ]],
        ),
        variant_of(
            2.0,
            &[&[
                S(56, 18),
                S(36, 2),
                S(12, 14),
                S(8, 38),
                S(30, 48),
                S(52, 32),
                C(58, 14),
                S(58, 52),
                S(46, 86),
                S(14, 98),
            ]],
        ),
        variant_of(
            3.0,
            &[&[
                S(50, 8),
                S(28, 4),
                S(8, 22),
                S(12, 42),
                S(34, 42),
                S(52, 22),
                S(56, 8),
                S(50, 46),
                S(38, 100),
            ]],
        ),
    ],
];

/// The variant of a digit that `chance` in `[0, 1)` falls on.
pub(super) fn variant(digit: u8, chance: f32) -> &'static Variant {
    let variants = DIGITS[usize::from(digit % 10)];
    let total: f32 = variants.iter().map(|variant| variant.weight).sum();
    let mut rest = chance * total;
    let chosen = variants.iter().position(|variant| {
        rest -= variant.weight;
        rest < 0.0
    });
    // Rounding may leave nothing chosen at the very end.
    &variants[chosen.unwrap_or(variants.len() - 1)]
}

/// The most control points of a stroke.
const MAX_CONTROLS: usize = 16;

/// Pieces into which the curve from one control point to the next is cut.
const PIECES: usize = 7;

/// Turns the strokes into chains of points, each control point moved by `jitter`.
///
/// Control points that lie where the first stroke starts stay together with it.
pub(super) fn flatten(
    variant: &Variant,
    strokes: &mut Vec<Vec<Point>>,
    mut jitter: impl FnMut() -> (f32, f32),
) {
    strokes.resize_with(variant.strokes.len(), Vec::new);
    let mut start: Option<(Point, Point)> = None;
    for (controls, chain) in variant.strokes.iter().zip(strokes) {
        let mut points = [Point { x: 0.0, y: 0.0 }; MAX_CONTROLS];
        for (to, control) in points.iter_mut().zip(*controls) {
            let point = control.point();
            let (dx, dy) = jitter();
            *to = match start {
                Some((drawn, moved)) if drawn == point => moved,
                _ => Point {
                    x: point.x + dx,
                    y: point.y + dy,
                },
            };
        }
        start = start.or_else(|| Some((controls.first()?.point(), points[0])));
        chain.clear();
        curve(controls, &points[..controls.len().min(MAX_CONTROLS)], chain);
    }
}

/// A Catmull-Rom spline through `points`, broken at corners.
fn curve(controls: &[Control], points: &[Point], chain: &mut Vec<Point>) {
    let smooth = |index: usize| matches!(controls[index], S(..));
    for index in 1..points.len() {
        let (from, to) = (points[index - 1], points[index]);
        let before = if index > 1 && smooth(index - 1) {
            points[index - 2]
        } else {
            from
        };
        let after = if index + 1 < points.len() && smooth(index) {
            points[index + 1]
        } else {
            to
        };
        for piece in 0..PIECES {
            let t = piece as f32 / PIECES as f32;
            chain.push(Point {
                x: between(before.x, from.x, to.x, after.x, t),
                y: between(before.y, from.y, to.y, after.y, t),
            });
        }
    }
    chain.extend(points.last());
}

/// The cubic from `from` to `to` with Catmull-Rom slopes, half the way between neighbours.
fn between(before: f32, from: f32, to: f32, after: f32, t: f32) -> f32 {
    let (m0, m1) = (0.5 * (to - before), 0.5 * (after - from));
    let a = 2.0 * (from - to) + m0 + m1;
    let b = 3.0 * (to - from) - 2.0 * m0 - m1;
    ((a * t + b) * t + m0) * t + from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(variant: &Variant, jitter: impl FnMut() -> (f32, f32)) -> Vec<Vec<Point>> {
        let mut strokes = Vec::new();
        flatten(variant, &mut strokes, jitter);
        strokes
    }

    #[test]
    fn skeletons_fit_the_buffers_and_fill_the_height() {
        for (digit, variants) in DIGITS.iter().enumerate() {
            assert!(!variants.is_empty());
            for variant in *variants {
                assert!(variant.weight > 0.0);
                assert!(!variant.strokes.is_empty());
                for stroke in variant.strokes {
                    assert!((2..=MAX_CONTROLS).contains(&stroke.len()), "{digit}");
                }
                let strokes = flat(variant, || (0.0, 0.0));
                let points = || strokes.iter().flatten();
                assert!(points().all(|p| (-10.0..=85.0).contains(&p.x)), "{digit}");
                assert!(points().all(|p| (-10.0..=110.0).contains(&p.y)), "{digit}");
                assert!(points().any(|p| p.y < 10.0) && points().any(|p| p.y > 90.0));
            }
        }
    }

    #[test]
    fn curves_pass_through_their_control_points() {
        let variant = &DIGITS[2][0];
        let strokes = flat(variant, || (0.0, 0.0));
        for (index, control) in variant.strokes[0].iter().enumerate() {
            assert!(strokes[0][index * PIECES].distance(control.point()) < 1e-4);
        }
        assert_eq!(
            strokes[0].len(),
            (variant.strokes[0].len() - 1) * PIECES + 1
        );
    }

    #[test]
    fn strokes_that_start_together_stay_together() {
        let mut step = 0.0;
        let strokes = flat(&DIGITS[4][2], || {
            step += 1.0;
            (step, -step)
        });
        assert_eq!(strokes[0][0], strokes[1][0]);
        assert!(strokes[0][PIECES] != strokes[1][PIECES]);
    }

    #[test]
    fn chances_choose_by_weight_and_any_digit_is_safe() {
        let is = |chance, index: usize| std::ptr::eq(variant(1, chance), &DIGITS[1][index]);
        assert!(is(0.0, 0) && is(0.5, 0) && is(0.8, 1) && is(0.95, 2));
        for chance in [-1.0, 1.0, 7.0, f32::NAN] {
            variant(255, chance);
        }
    }
}
