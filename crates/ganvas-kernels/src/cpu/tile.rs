//! The innermost loop of matrix products: four rows and eight columns of the result, held in
//! eight registers while a column of a and a row of b come by.
//!
//! It is the largest tile that fits the sixteen registers of x86 beside what it reads, as
//! the engines' compilers use them; 5×8, 6×8 and 8×4 run at half its speed there, and so
//! does this one with its loop unrolled.

#![expect(
    unsafe_code,
    reason = "its callers check the bounds, once for all tiles"
)]

use super::lanes::Lanes;

/// Rows of a tile.
pub(super) const ROWS: usize = 4;
/// Columns of a tile.
pub(super) const COLUMNS: usize = 2 * Lanes::COUNT;

/// Rows of b that are worked on at a time: with eight columns they take 16 kB, half of a
/// first cache, and the four rows of a half as much.
#[cfg(any(target_arch = "wasm32", feature = "portable", test))]
pub(super) const DEPTH: usize = 512;

/// How the four rows of a lie.
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

/// c ← a · b, or c ← c + a · b where `add` says so: a is 4×k, b is k×8 with its rows
/// `right` apart, c is 4×8 with its rows `stride` apart.
///
/// # Safety
///
/// All of that can be read, c can be written and overlaps neither a nor b.
#[inline(always)]
pub(super) unsafe fn multiply(
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
    // SAFETY: the caller's promise.
    unsafe {
        match left {
            Left::Columns { step } => fixed::<1>(to, a, [k, step, 0]),
            Left::Blocks { block } => fixed::<COLUMNS>(to, a, [COLUMNS, 1, block]),
            Left::Rows { row } => free(to, a, row),
            Left::Windows { line } => fixed::<2>(to, a, [4, 1, line]),
            Left::Taps { count, line } => fixed::<1>(to, a, [count, 2, line]),
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

/// Row i of a at i · ROW, column j of each `inner` columns at j · `step`, and these `block`
/// apart.
///
/// # Safety
///
/// As of [`multiply`].
#[inline(never)]
#[cfg_attr(
    all(target_arch = "wasm32", feature = "relaxed"),
    target_feature(enable = "relaxed-simd")
)]
unsafe fn fixed<const ROW: usize>(tile: Tile, a: *const f32, steps: [usize; 3]) {
    // SAFETY: the caller's promise.
    unsafe { along(tile, a, ROW, steps) }
}

/// The same with rows as far apart as the machine is told when it runs.
///
/// # Safety
///
/// As of [`multiply`].
#[inline(never)]
#[cfg_attr(
    all(target_arch = "wasm32", feature = "relaxed"),
    target_feature(enable = "relaxed-simd")
)]
unsafe fn free(tile: Tile, a: *const f32, row: usize) {
    // SAFETY: the caller's promise.
    unsafe { along(tile, a, row, [tile.k, 1, 0]) }
}

/// # Safety
///
/// As of [`multiply`].
#[inline(always)]
unsafe fn along(tile: Tile, mut a: *const f32, row: usize, [inner, step, block]: [usize; 3]) {
    let Tile {
        k,
        mut b,
        right,
        c,
        stride,
        add,
    } = tile;
    let mut sums = [[Lanes::zero(); 2]; ROWS];
    // SAFETY: the caller's promise. After the last column `a` and `b` may point outside,
    // where they are not read.
    unsafe {
        let mut left = k;
        while left > 0 {
            let columns = left.min(inner);
            let mut column = a;
            let end = b.wrapping_add(columns * right);
            while b != end {
                let next = [Lanes::read(b), Lanes::read(b.add(Lanes::COUNT))];
                for (i, sums) in sums.iter_mut().enumerate() {
                    let factor = Lanes::read_one(column.add(i * row));
                    for (sum, next) in sums.iter_mut().zip(next) {
                        *sum = sum.add_product(factor, next);
                    }
                }
                column = column.wrapping_add(step);
                b = b.wrapping_add(right);
            }
            a = a.wrapping_add(block);
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
