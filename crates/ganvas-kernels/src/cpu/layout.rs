//! Between channels before pixels and pixels before channels.

use std::borrow::Cow;

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
            for (j, to) in to.chunks_exact_mut(a).enumerate() {
                for (to, from) in to.iter_mut().zip(from[j..].iter().step_by(b)) {
                    *to = *from;
                }
            }
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

/// `[batch, pixels, channels]` → `[batch, channels, pixels]`.
pub(super) fn channels_first(x: &[f32], shape: Shape) -> Cow<'_, [f32]> {
    if indifferent(shape) {
        return Cow::Borrowed(x);
    }
    let mut y = vec![0.0; x.len()];
    exchange(x, &mut y, shape.pixels(), shape.channels, 1);
    Cow::Owned(y)
}
