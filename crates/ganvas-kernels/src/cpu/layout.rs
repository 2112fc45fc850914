//! Between channels before pixels and pixels before channels.

use std::borrow::Cow;

use super::lanes::Lanes;
use crate::stack::Shape;

/// `[outer, a, b, inner]` → `[outer, b, a, inner]`.
pub(super) fn exchange(from: &[f32], to: &mut [f32], a: usize, b: usize, inner: usize) {
    assert_eq!(from.len(), to.len());
    if from.is_empty() {
        return;
    }
    let block = a * b * inner;
    for (from, to) in from.chunks_exact(block).zip(to.chunks_exact_mut(block)) {
        if inner == 1 {
            transpose([a, b], from, b, to, a);
        } else {
            for (j, to) in to.chunks_exact_mut(a * inner).enumerate() {
                let rows = from[j * inner..].chunks(b * inner);
                for (to, from) in to.chunks_exact_mut(inner).zip(rows) {
                    to.copy_from_slice(&from[..inner]);
                }
            }
        }
    }
}

/// `to`\[j\]\[i\] ← `from`\[i\]\[j\] for i < m, j < n, the rows of both at the given
/// strides: in blocks of four rows and columns, which are turned in registers.
pub(super) fn transpose(
    [m, n]: [usize; 2],
    from: &[f32],
    from_stride: usize,
    to: &mut [f32],
    to_stride: usize,
) {
    let (whole_m, whole_n) = (m - m % 4, n - n % 4);
    for i in (0..whole_m).step_by(4) {
        for j in (0..whole_n).step_by(4) {
            let start = i * from_stride + j;
            let rows = [0, 1, 2, 3].map(|row| Lanes::load(from, start + row * from_stride));
            let start = j * to_stride + i;
            for (column, values) in Lanes::transpose(rows).into_iter().enumerate() {
                values.store(to, start + column * to_stride);
            }
        }
    }
    for i in 0..m {
        // What the blocks left: the last columns, and all of the last rows.
        for j in if i < whole_m { whole_n } else { 0 }..n {
            to[j * to_stride + i] = from[i * from_stride + j];
        }
    }
}

/// Whether both orders are the same thing.
fn indifferent(shape: Shape) -> bool {
    shape.channels == 1 || shape.pixels() == 1
}

/// `[batch, channels, pixels]` → `[batch, pixels, channels]`.
pub(super) fn channels_last(x: &[f32], shape: Shape) -> Cow<'_, [f32]> {
    if indifferent(shape) {
        return Cow::Borrowed(x);
    }
    let mut y = vec![0.0; x.len()];
    exchange(x, &mut y, shape.channels, shape.pixels(), 1);
    Cow::Owned(y)
}

/// Images with channels last in the shape `from`, read as images of another shape: the
/// same numbers if channels came first, so another order here.
pub(super) fn reshaped(x: &[f32], from: Shape, to: Shape) -> Cow<'_, [f32]> {
    if from == to {
        return Cow::Borrowed(x);
    }
    match channels_first(x, from) {
        Cow::Borrowed(x) => channels_last(x, to),
        Cow::Owned(x) => Cow::Owned(channels_last(&x, to).into_owned()),
    }
}

/// `[batch, pixels, channels]` → `[batch, channels, pixels]`.
pub(super) fn channels_first(x: &[f32], shape: Shape) -> Cow<'_, [f32]> {
    if indifferent(shape) {
        return Cow::Borrowed(x);
    }
    let mut y = vec![0.0; x.len()];
    exchange(x, &mut y, shape.pixels(), shape.channels, 1);
    Cow::Owned(y)
}
