//! Memory that comes back: large buffers are needed again in the next pass, and fresh
//! memory costs a page fault or a zero for everything in it.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// Requests after which a buffer that nobody took is given back to the allocator: a few
/// training steps, so that those of a network of another size do not stay.
const PATIENCE: u64 = 1000;

thread_local! {
    static POOL: RefCell<Pool> = const {
        RefCell::new(Pool {
            requests: 0,
            waiting: Vec::new(),
        })
    };
}

struct Pool {
    /// Requests so far.
    requests: u64,
    /// Buffers with the request after which they came back, in this order.
    waiting: Vec<(u64, Vec<f32>)>,
}

impl Pool {
    /// The smallest buffer that holds `length` numbers and is not much too long.
    fn take(&mut self, length: usize) -> Option<Vec<f32>> {
        self.requests += 1;
        let fits = |buffer: &[f32]| (length..=2 * length).contains(&buffer.len());
        let (index, _) = (self.waiting.iter().enumerate())
            .filter(|(_, (_, buffer))| fits(buffer))
            .min_by_key(|(_, (_, buffer))| buffer.len())?;
        Some(self.waiting.remove(index).1)
    }

    fn give(&mut self, buffer: Vec<f32>) {
        let now = self.requests;
        self.waiting.push((now, buffer));
        let stale = self
            .waiting
            .partition_point(|(since, _)| since + PATIENCE < now);
        self.waiting.drain(..stale);
    }
}

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
        let waiting = POOL.with_borrow_mut(|pool| pool.take(length));
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
        let _ = POOL.try_with(|pool| pool.borrow_mut().give(buffer));
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
