//! Work that several threads share, where there are several.
//!
//! Work is cut by the problem, never by the number of threads: into images, rows, tiles or
//! blocks whose sums keep their order. Who does a task changes no bit of it, so that one
//! thread and five give the same numbers.
//!
//! - `share`, `parts`: what the kernels call.
//! - `use_threads`, `help`: what decides how many threads there are. Without a call there
//!   is one, and a task is then an ordinary turn of a loop.
//!
//! In WebAssembly there are threads only in a module that was compiled with atomics, whose
//! host runs `help` in workers of their own. Natively `use_threads` starts them.

#![expect(
    unsafe_code,
    reason = "a slice is cut into parts that several threads write"
)]

#[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
mod pool;

#[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
pub use pool::{fail, help, rest, threads, use_threads};

/// How many threads share the work.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
pub fn threads() -> u32 {
    1
}

use std::marker::PhantomData;
use std::ops::Range;

/// Numbers that a task goes through at least, where there are so many: some ten microseconds,
/// beside which it does not count that somebody has to take it.
const GRAIN: usize = 1 << 13;

/// How many of `count` pieces with `numbers` numbers each make a task.
pub(crate) fn pieces(count: usize, numbers: usize) -> usize {
    (GRAIN / numbers.max(1)).clamp(1, count.max(1))
}

/// Calls `task` with each number below `count` once, in any order and on any thread.
///
/// A task may share work in turn; its thread then does it alone.
#[inline]
pub(crate) fn share(count: usize, task: impl Fn(usize) + Sync) {
    #[cfg(any(not(target_arch = "wasm32"), target_feature = "atomics"))]
    if count > 1 && pool::share(count, &task) {
        return;
    }
    for index in 0..count {
        task(index);
    }
}

/// Calls `task` with ranges that together are `0..count`, each of so many pieces that they
/// have some numbers together.
pub(crate) fn ranges(count: usize, numbers: usize, task: impl Fn(Range<usize>) + Sync) {
    let length = pieces(count, numbers);
    share(count.div_ceil(length), |index| {
        task(index * length..((index + 1) * length).min(count));
    });
}

/// Calls `task` with each part of `length` values and its number; the last may be shorter.
pub(crate) fn parts<T: Send>(
    values: &mut [T],
    length: usize,
    task: impl Fn(usize, &mut [T]) + Sync,
) {
    let all = Shared::new(values);
    share(all.length.div_ceil(length), |index| {
        let start = index * length;
        // SAFETY: parts of different numbers do not overlap.
        task(index, unsafe {
            all.part(start..(start + length).min(all.length))
        });
    });
}

/// The same for two slices that are cut into as many parts.
pub(crate) fn parts_of_two<A: Send, B: Send>(
    (a, a_length): (&mut [A], usize),
    (b, b_length): (&mut [B], usize),
    task: impl Fn(usize, &mut [A], &mut [B]) + Sync,
) {
    let b = Shared::new(b);
    parts(a, a_length, |index, a| {
        let start = (index * b_length).min(b.length);
        // SAFETY: parts of different numbers do not overlap.
        task(index, a, unsafe {
            b.part(start..(start + b_length).min(b.length))
        });
    });
}

/// A slice whose parts go to several threads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a, T> {
    start: *mut T,
    length: usize,
    borrowed: PhantomData<&'a mut [T]>,
}

// SAFETY: it is a unique borrow, of which `part` hands out what its callers keep apart.
unsafe impl<T: Send> Send for Shared<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    pub fn new(values: &'a mut [T]) -> Self {
        Self {
            start: values.as_mut_ptr(),
            length: values.len(),
            borrowed: PhantomData,
        }
    }

    /// How many values there are.
    pub fn length(&self) -> usize {
        self.length
    }

    /// A part of the slice, which is still everybody's.
    pub fn narrow(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.length);
        Self {
            start: self.start.wrapping_add(range.start),
            length: range.len(),
            ..*self
        }
    }

    /// Where a value lies, for who sees to it that nobody else writes there.
    #[inline(always)]
    pub fn at(&self, index: usize) -> *mut T {
        assert!(index < self.length);
        self.start.wrapping_add(index)
    }

    /// Some of the values.
    ///
    /// # Safety
    ///
    /// As long as the part lives, nobody has another one that overlaps it.
    #[inline(always)]
    pub unsafe fn part(&self, range: Range<usize>) -> &'a mut [T] {
        assert!(range.start <= range.end && range.end <= self.length);
        // SAFETY: inside the slice, and by the caller's promise unique.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_everything_once() {
        for threads in 1..=5 {
            use_threads(threads);
            for length in [1, 3, 64, 1000, 5000] {
                let mut values = vec![0u32; 1000];
                let mut pairs = vec![0usize; 3 * 1000usize.div_ceil(length)];
                parts_of_two(
                    (&mut values, length),
                    (&mut pairs, 3),
                    |index, values, pairs| {
                        values.iter_mut().for_each(|value| *value += 1);
                        pairs.fill(index);
                    },
                );
                assert!(values.iter().all(|value| *value == 1), "{length}");
                for (index, pair) in pairs.chunks(3).enumerate() {
                    assert_eq!(pair, [index; 3]);
                }
            }
        }
    }

    #[test]
    fn ranges_follow_each_other() {
        use_threads(3);
        for (count, numbers) in [(0, 5), (1, 1), (10, GRAIN), (1000, 100), (7, 0)] {
            let mut seen = vec![0u8; count];
            let all = Shared::new(&mut seen);
            ranges(count, numbers, |range| {
                // SAFETY: ranges do not overlap, which is what is tested below.
                unsafe { all.part(range) }
                    .iter_mut()
                    .for_each(|seen| *seen += 1);
            });
            assert!(seen.iter().all(|seen| *seen == 1), "{count} {numbers}");
        }
    }

    #[test]
    fn a_task_may_share_in_turn() {
        use_threads(3);
        let mut values = vec![0u32; 64];
        parts(&mut values, 8, |_, values| {
            parts(values, 2, |index, values| values.fill(index as u32));
        });
        assert_eq!(values[..8], [0, 0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(values[..8], values[56..]);
    }

    #[test]
    fn a_task_that_panics_ends_the_call_and_nothing_else() {
        use_threads(3);
        let panicked = std::panic::catch_unwind(|| {
            share(100, |index| assert!(index != 57, "the 57th"));
        });
        assert!(panicked.is_err());
        let mut values = vec![0u32; 100];
        parts(&mut values, 1, |_, value| value[0] += 1);
        assert_eq!(values, [1; 100]);
    }
}
