//! The innermost loop of matrix products: a few rows and eight columns of the result, held in
//! registers while a column of a and a row of b come by.
//!
//! What fits the sixteen registers of x86 beside what is read, as the engines' compilers use
//! them, is four rows where a product needs a register before it is added, and six where both
//! are one instruction. Six run at 99 % of what the machine can do, where four leave the adder
//! idle at times. They need the loads and sums in the order in which they are written here: see
//! `pre-RA-sched` in `.cargo/config.toml`.

#![expect(
    unsafe_code,
    reason = "its callers check the bounds, once for all tiles"
)]

use super::lanes::Lanes;

/// Rows of a tile of which nothing is said, and what all heights of tiles can make up.
pub(super) const ROWS: usize = 4;
/// Columns of a tile.
pub(super) const COLUMNS: usize = 2 * Lanes::COUNT;

/// Rows of b that are worked on at a time: with eight columns they take 16 kB, half of a
/// first cache, and the four rows of a half as much.
#[cfg(any(target_arch = "wasm32", feature = "portable", test))]
pub(super) const DEPTH: usize = 512;

/// How many rows a tile has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Height {
    /// Four, everywhere.
    Four,
    /// Six, with relaxed SIMD.
    Six,
}

impl Height {
    /// As a number.
    pub const fn rows(self) -> usize {
        match self {
            Self::Four => ROWS,
            Self::Six => 6,
        }
    }

    /// Where tiles begin that make up so many rows, and how high they are: six rows where that
    /// pays, and then four. The last may go beyond by less than four rows.
    pub fn of(rows: usize) -> impl Iterator<Item = (usize, Self)> {
        let rows = rows.next_multiple_of(ROWS);
        let high = match SIX {
            // Two rows would be left: two tiles of four are a tile of six and these.
            true if rows % 6 == 2 => rows - 8,
            true => rows - rows % 6,
            false => 0,
        };
        let sixes = (0..high).step_by(6).map(|start| (start, Self::Six));
        let fours = (high..rows).step_by(ROWS);
        sixes.chain(fours.map(|start| (start, Self::Four)))
    }
}

/// Whether tiles of six rows pay; tests try both.
const SIX: bool = cfg!(any(feature = "relaxed", test));

/// How the rows of a lie.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(any(target_arch = "wasm32", feature = "portable", test)),
    expect(
        dead_code,
        reason = "elsewhere a crate does the products of whole matrices"
    )
)]
pub(super) enum Left {
    /// Row i at the address of the first plus i; the next column `step` further.
    Columns {
        /// Numbers between two columns.
        step: usize,
    },
    /// The same, but rows come in panels of eight; the first row of the tile is row `first` of
    /// its panel, and row 0 of the next panel lies `panel` after row 0 of this one.
    Panels {
        /// Place of the first row in its panel: even, and with tiles of four a multiple of four.
        first: usize,
        /// Numbers between two panels.
        panel: usize,
    },
    /// Eight columns of a row side by side, then those of the next row; the next eight
    /// columns `block` further.
    Blocks {
        /// Numbers between the starts of two blocks.
        block: usize,
    },
    /// One row after the other, `row` apart; columns side by side.
    Rows {
        /// Numbers between two rows.
        row: usize,
    },
    /// Row i at 2i: windows of an image with a single channel that move by two pixels.
    /// Columns are the windows' pixels, a line of four after the other, `line` apart.
    Windows {
        /// Numbers between two lines.
        line: usize,
    },
    /// Row i at i, one for each pixel of a line of such windows; columns are the `count`
    /// windows of a line, and then those of the next one, `line` further.
    Taps {
        /// Windows of a line.
        count: usize,
        /// Numbers between the lines of two rows of windows.
        line: usize,
    },
}

/// c ← a · b, or c ← c + a · b where `add` says so: a is height×k, b is k×8 with its rows
/// `right` apart, c is height×8 with its rows `stride` apart.
///
/// # Safety
///
/// All of that can be read, c can be written and overlaps neither a nor b.
#[inline(always)]
pub(super) unsafe fn multiply(
    height: Height,
    k: usize,
    (a, left): (*const f32, Left),
    (b, right): (*const f32, usize),
    (c, stride): (*mut f32, usize),
    add: bool,
) {
    let to = Tile {
        k,
        b,
        right,
        c,
        stride,
        add,
    };
    let plain = |inner, step, block| Steps {
        inner,
        step,
        block,
        gap: 0,
    };
    // SAFETY: the caller's promise.
    unsafe {
        match (left, height) {
            (Left::Columns { step }, Height::Four) => fixed::<1, 4, 4>(to, a, plain(k, step, 0)),
            (Left::Columns { step }, Height::Six) => fixed::<1, 6, 6>(to, a, plain(k, step, 0)),
            (Left::Panels { first, panel }, height) => {
                let gap = panel - COLUMNS;
                let steps = Steps {
                    gap,
                    ..plain(k, COLUMNS, 0)
                };
                match (height, first) {
                    (Height::Four, _) => fixed::<1, 4, 4>(to, a, steps),
                    (Height::Six, 0 | 2) => fixed::<1, 6, 6>(to, a, steps),
                    (Height::Six, 4) => fixed::<1, 6, 4>(to, a, steps),
                    (Height::Six, _) => fixed::<1, 6, 2>(to, a, steps),
                }
            }
            (Left::Blocks { block }, Height::Four) => {
                fixed::<COLUMNS, 4, 4>(to, a, plain(COLUMNS, 1, block))
            }
            (Left::Blocks { block }, Height::Six) => {
                fixed::<COLUMNS, 6, 6>(to, a, plain(COLUMNS, 1, block))
            }
            (Left::Rows { row }, Height::Four) => free::<4>(to, a, row),
            (Left::Rows { row }, Height::Six) => free::<6>(to, a, row),
            (Left::Windows { line }, Height::Four) => fixed::<2, 4, 4>(to, a, plain(4, 1, line)),
            (Left::Windows { line }, Height::Six) => fixed::<2, 6, 6>(to, a, plain(4, 1, line)),
            (Left::Taps { count, line }, _) => fixed::<1, 4, 4>(to, a, plain(count, 2, line)),
        }
    }
}

/// What all kinds of `Left` share; see [`multiply`].
#[derive(Clone, Copy)]
struct Tile {
    k: usize,
    b: *const f32,
    right: usize,
    c: *mut f32,
    stride: usize,
    add: bool,
}

/// How the columns of a follow each other, and where its later rows are.
#[derive(Clone, Copy)]
struct Steps {
    /// Columns that are `step` apart.
    inner: usize,
    step: usize,
    /// Numbers between the starts of such groups of columns.
    block: usize,
    /// How much further than the others rows from `SPLIT` on lie.
    gap: usize,
}

/// Row i of a at i · ROW, from row SPLIT on further by the gap.
///
/// # Safety
///
/// As of [`multiply`].
#[inline(never)]
#[cfg_attr(
    all(target_arch = "wasm32", feature = "relaxed"),
    target_feature(enable = "relaxed-simd")
)]
unsafe fn fixed<const ROW: usize, const HEIGHT: usize, const SPLIT: usize>(
    tile: Tile,
    a: *const f32,
    steps: Steps,
) {
    // SAFETY: the caller's promise.
    unsafe { along::<HEIGHT, SPLIT>(tile, a, ROW, steps) }
}

/// Rows as far apart as the machine is told when it runs.
///
/// # Safety
///
/// As of [`multiply`].
#[inline(never)]
#[cfg_attr(
    all(target_arch = "wasm32", feature = "relaxed"),
    target_feature(enable = "relaxed-simd")
)]
unsafe fn free<const HEIGHT: usize>(tile: Tile, a: *const f32, row: usize) {
    let steps = Steps {
        inner: tile.k,
        step: 1,
        block: 0,
        gap: 0,
    };
    // SAFETY: the caller's promise.
    unsafe { along::<HEIGHT, HEIGHT>(tile, a, row, steps) }
}

/// # Safety
///
/// As of [`multiply`].
#[inline(always)]
unsafe fn along<const HEIGHT: usize, const SPLIT: usize>(
    tile: Tile,
    mut a: *const f32,
    row: usize,
    steps: Steps,
) {
    let Tile {
        k,
        mut b,
        right,
        c,
        stride,
        add,
    } = tile;
    let mut sums = [[Lanes::zero(); 2]; HEIGHT];
    // SAFETY: the caller's promise. After the last column `a` and `b` may point outside,
    // where they are not read.
    unsafe {
        let mut left = k;
        while left > 0 {
            let columns = left.min(steps.inner);
            let (mut column, mut further) = (a, a.wrapping_add(steps.gap));
            let end = b.wrapping_add(columns * right);
            while b != end {
                let next = [Lanes::read(b), Lanes::read(b.add(Lanes::COUNT))];
                for (i, sums) in sums.iter_mut().enumerate() {
                    let from = if i < SPLIT { column } else { further };
                    let factor = Lanes::read_one(from.add(i * row));
                    for (sum, next) in sums.iter_mut().zip(next) {
                        *sum = sum.add_product(factor, next);
                    }
                }
                column = column.wrapping_add(steps.step);
                further = further.wrapping_add(steps.step);
                b = b.wrapping_add(right);
            }
            a = a.wrapping_add(steps.block);
            left -= columns;
        }
        for (i, row) in sums.into_iter().enumerate() {
            for (j, sum) in row.into_iter().enumerate() {
                // Sums of their own first, as precise as their number of terms allows.
                let to = c.add(i * stride + j * Lanes::COUNT);
                let whole = if add { Lanes::read(to) + sum } else { sum };
                whole.write(to);
            }
        }
    }
}
