//! Memory that comes back: large buffers are needed again in the next pass, and fresh
//! memory costs a page fault or a zero for everything in it.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    static POOL: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Buffers that wait at most; more are given back to the allocator, the one first that
/// has waited longest.
const WAITING: usize = 64;

/// Numbers of any value, to be written before they are read.
#[derive(Debug)]
pub(super) struct Scratch {
    /// As long as it ever was: cutting it would mean to fill it again.
    buffer: Vec<f32>,
    length: usize,
}

impl Scratch {
    /// `length` numbers.
    pub fn new(length: usize) -> Self {
        let waiting = POOL.with_borrow_mut(|pool| {
            let fits = |buffer: &Vec<f32>| (length..=2 * length).contains(&buffer.len());
            let best = (0..pool.len())
                .filter(|i| fits(&pool[*i]))
                .min_by_key(|i| pool[*i].len())?;
            Some(pool.remove(best))
        });
        let buffer = waiting.unwrap_or_else(|| vec![0.0; length]);
        Self { buffer, length }
    }

    /// A copy of `values`.
    pub fn copy_of(values: &[f32]) -> Self {
        let mut copy = Self::new(values.len());
        copy.copy_from_slice(values);
        copy
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        if buffer.is_empty() {
            return;
        }
        // The pool is gone where a thread is ending; so is then the buffer.
        let _ = POOL.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            pool.push(buffer);
            if pool.len() > WAITING {
                pool.remove(0);
            }
        });
    }
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::copy_of(self)
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.buffer[..self.length]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[..self.length]
    }
}
