//! Matrix products: in WebAssembly by the loop of [`tile`](super::tile), elsewhere by the
//! crate `gemm`, which chooses the widest SIMD of the machine when it runs.
//!
//! The crate's own loop for WebAssembly holds tiles of 12×4 entries and needs more registers
//! than x86 has: it reaches about half of what tiles of 4×8 do.

#![expect(
    unsafe_code,
    reason = "the innermost loops take addresses; the bounds are checked here"
)]

/// A matrix inside a slice: entry (i, j) at `i · row + j · column`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub values: &'a [f32],
    pub row: usize,
    pub column: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` numbers, one after the other.
    pub fn rows(values: &'a [f32], columns: usize) -> Self {
        Self {
            values,
            row: columns,
            column: 1,
        }
    }

    /// The same numbers with the axes exchanged.
    pub fn transposed(self) -> Self {
        Self {
            row: self.column,
            column: self.row,
            ..self
        }
    }

    /// What begins at entry (i, j).
    #[cfg(any(target_arch = "wasm32", feature = "portable", test))]
    fn part(self, i: usize, j: usize) -> Self {
        Self {
            values: &self.values[i * self.row + j * self.column..],
            ..self
        }
    }

    /// Whether an m×n matrix of these strides lies inside the slice.
    fn holds(&self, m: usize, n: usize) -> bool {
        (m - 1) * self.row + (n - 1) * self.column < self.values.len()
    }
}

/// out ← a · b, or out ← out + a · b where `add` says so:
/// a is m×k, b is k×n and out is m×n, its rows one after the other.
pub(super) fn multiply([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
    assert_eq!(out.len(), m * n, "length of a product");
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if !add {
            out.fill(0.0);
        }
        return;
    }
    assert!(a.holds(m, k) && b.holds(k, n), "a matrix outside its slice");
    // SAFETY: a (m×k) and b (k×n) lie inside their slices, `out` has exactly m·n numbers in
    // rows of n, and as a unique borrow it does not overlap the others.
    unsafe { way::product([m, n, k], a, b, out, add) }
}

#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
use library as way;
#[cfg(any(target_arch = "wasm32", feature = "portable"))]
use own as way;

/// By tiles, from copies that lie as a tile reads them.
#[cfg(any(target_arch = "wasm32", feature = "portable", test))]
mod own {
    use super::super::layout::transpose;
    use super::super::scratch::Scratch;
    use super::super::tile::{self, COLUMNS, DEPTH, Height, Left, ROWS};
    use super::Matrix;
    use crate::threads::{self, Shared};

    /// Multiplications of a task: some ten microseconds.
    const WORK: usize = 1 << 18;
    /// Rows of a task where there are few columns.
    const TALL: usize = 9 * ROWS;

    /// # Safety
    ///
    /// `out` has m·n numbers. Everything else is checked where it is copied.
    pub unsafe fn product([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
        let depth = k.min(DEPTH);
        let mut left = Scratch::new(m.next_multiple_of(ROWS) * depth);
        // Tasks are columns, or where there are hardly any, rows.
        let panels = (WORK / (m * depth * COLUMNS)).max(1);
        let wide = n.div_ceil(COLUMNS) >= 4;
        let rows = if wide { m } else { TALL.min(m) };
        let columns = if wide { panels * COLUMNS } else { n };
        let (row_tasks, column_tasks) = (m.div_ceil(rows), n.div_ceil(columns));
        // The tiles of each task begin anew.
        let tiles: Vec<_> = (0..m)
            .step_by(rows)
            .flat_map(|first| {
                Height::of(rows.min(m - first)).map(move |(i, height)| (first + i, height))
            })
            .collect();
        let whole = Shared::new(out);
        for start in (0..k).step_by(DEPTH) {
            let depth = DEPTH.min(k - start);
            let add = add || start > 0;
            let left = &mut left[..m.next_multiple_of(ROWS) * depth];
            let all = Shared::new(left);
            threads::ranges(tiles.len(), ROWS * depth, |range| {
                for (i, height) in &tiles[range] {
                    let (i, rows) = (*i, height.rows());
                    // SAFETY: tiles do not overlap.
                    let panel = unsafe { all.part(i * depth..(i + rows) * depth) };
                    let (a, rows) = (a.part(i, start), rows.min(m - i));
                    match height {
                        Height::Four => pack::<ROWS>(a, rows, depth, panel),
                        Height::Six => pack::<{ Height::Six.rows() }>(a, rows, depth, panel),
                    }
                }
            });
            let left = &*left;
            threads::share(row_tasks * column_tasks, |index| {
                let first = index / column_tasks * rows;
                let begin = index % column_tasks * columns;
                let mut right = Scratch::new(COLUMNS * depth);
                for j in (begin..(begin + columns).min(n)).step_by(COLUMNS) {
                    let columns = COLUMNS.min(n - j);
                    pack::<COLUMNS>(b.part(start, j).transposed(), columns, depth, &mut right);
                    for (i, height) in Height::of(rows.min(m - first)) {
                        let i = first + i;
                        let tile = (height, depth, &left[i * depth..], &right[..]);
                        let size = [height.rows().min(m - i), columns];
                        // SAFETY: a tile inside `out`, which only this task writes.
                        unsafe { one(tile, whole.at(i * n + j), n, size, add) };
                    }
                }
            });
        }
    }

    /// Column by column, `WIDTH` numbers for each: a\[0..rows\], and zeros.
    fn pack<const WIDTH: usize>(a: Matrix, rows: usize, columns: usize, to: &mut [f32]) {
        if rows < WIDTH {
            to.fill(0.0);
        }
        if a.column == 1 {
            transpose([rows, columns], a.values, a.row, to, WIDTH);
            return;
        }
        for (k, to) in to.chunks_exact_mut(WIDTH).enumerate() {
            let from = &a.values[k * a.column..];
            match <&[f32; WIDTH]>::try_from(from.get(..WIDTH).unwrap_or_default()) {
                Ok(from) if a.row == 1 && rows == WIDTH => to.copy_from_slice(from),
                _ => {
                    for (i, to) in to[..rows].iter_mut().enumerate() {
                        *to = from[i * a.row];
                    }
                }
            }
        }
    }

    /// A tile of the result, of which some rows and columns may be outside.
    ///
    /// # Safety
    ///
    /// Those that are inside can be written from `out` on, its rows `stride` apart, and
    /// nobody else does.
    unsafe fn one(
        (height, depth, left, right): (Height, usize, &[f32], &[f32]),
        out: *mut f32,
        stride: usize,
        [rows, columns]: [usize; 2],
        add: bool,
    ) {
        let whole_rows = height.rows();
        assert!(left.len() >= whole_rows * depth && right.len() >= COLUMNS * depth);
        let left = (left.as_ptr(), Left::Columns { step: whole_rows });
        let right = (right.as_ptr(), COLUMNS);
        if rows == whole_rows && columns == COLUMNS {
            // SAFETY: both panels have `depth` columns or rows, and `out` a whole tile.
            unsafe { tile::multiply(height, depth, left, right, (out, stride), add) };
            return;
        }
        let mut whole = [0.0; Height::Six.rows() * COLUMNS];
        let place = (whole.as_mut_ptr(), COLUMNS);
        // SAFETY: both panels have `depth` columns or rows, and `whole` is a whole tile.
        unsafe { tile::multiply(height, depth, left, right, place, false) };
        for (i, whole) in whole.chunks_exact(COLUMNS).take(rows).enumerate() {
            for (j, whole) in whole[..columns].iter().enumerate() {
                // SAFETY: a row and a column that are inside.
                unsafe {
                    let out = out.add(i * stride + j);
                    *out = if add { *out + whole } else { *whole };
                }
            }
        }
    }
}

/// By the crate.
#[cfg(not(any(target_arch = "wasm32", feature = "portable")))]
mod library {
    use gemm::Parallelism;

    use super::Matrix;

    /// A stride as the crate takes it.
    fn signed(stride: usize) -> isize {
        isize::try_from(stride).expect("a stride inside a slice")
    }

    /// # Safety
    ///
    /// a (m×k) and b (k×n) lie inside their slices, and `out` has m·n numbers.
    pub unsafe fn product([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &mut [f32], add: bool) {
        // SAFETY: the caller's promise.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                out.as_mut_ptr(),
                1,
                signed(n),
                add,
                a.values.as_ptr(),
                signed(a.column),
                signed(a.row),
                b.values.as_ptr(),
                signed(b.column),
                signed(b.row),
                1.0f32,
                1.0f32,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that differ, from an index.
    fn numbers(length: usize, seed: usize) -> Vec<f32> {
        (0..length)
            .map(|i| ((i * 7 + seed * 13) as f32 * 0.37).sin())
            .collect()
    }

    /// a · b in f64, added to `out`.
    fn plain([m, n, k]: [usize; 3], a: Matrix, b: Matrix, out: &[f32]) -> Vec<f32> {
        let at = |x: &Matrix, i: usize, j: usize| f64::from(x.values[i * x.row + j * x.column]);
        let entry = |i: usize, j: usize| {
            let sum: f64 = (0..k).map(|l| at(&a, i, l) * at(&b, l, j)).sum();
            (f64::from(out[i * n + j]) + sum) as f32
        };
        (0..m * n)
            .map(|place| entry(place / n, place % n))
            .collect()
    }

    #[test]
    fn own_tiles_of_any_size_and_order_give_the_product() {
        let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 17];
        let all = sizes
            .iter()
            .flat_map(|m| sizes.map(|n| [*m, n, (m * n) % 19 + 1]));
        for size in all.chain([[5, 9, 511], [4, 8, 512], [6, 10, 1100]]) {
            let [m, n, k] = size;
            let (left, right) = (numbers(m * k, 1), numbers(k * n, 2));
            let lefts = [Matrix::rows(&left, k), Matrix::rows(&left, m).transposed()];
            let rights = [
                Matrix::rows(&right, n),
                Matrix::rows(&right, k).transposed(),
            ];
            for (a, b) in lefts
                .iter()
                .flat_map(|a| rights.iter().map(move |b| (*a, *b)))
            {
                for add in [false, true] {
                    let before = numbers(m * n, 3);
                    let mut out = if add {
                        before.clone()
                    } else {
                        vec![f32::NAN; m * n]
                    };
                    // SAFETY: the matrices have these sizes.
                    unsafe { own::product(size, a, b, &mut out, add) };
                    let start = if add { before } else { vec![0.0; m * n] };
                    let expected = plain(size, a, b, &start);
                    for (found, expected) in out.iter().zip(expected) {
                        assert!(
                            (found - expected).abs() < 1e-5 * (10.0 + expected.abs()),
                            "{size:?} {found} {expected}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_number_reaches_its_row_or_column_and_no_other() {
        let [m, n, k] = [6, 11, 9];
        let (mut left, right) = (numbers(m * k, 1), numbers(k * n, 2));
        left[2 * k + 5] = f32::NAN;
        let mut out = vec![0.0; m * n];
        let (a, b) = (Matrix::rows(&left, k), Matrix::rows(&right, n));
        // SAFETY: the matrices have these sizes.
        unsafe { own::product([m, n, k], a, b, &mut out, false) };
        for (place, x) in out.iter().enumerate() {
            assert_eq!(x.is_nan(), place / n == 2, "{place}");
        }
    }
}
