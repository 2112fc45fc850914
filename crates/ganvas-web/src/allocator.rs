//! Remembers that memory ran out. An allocation that fails ends the module without a panic, by an
//! instruction that says nothing.

#![expect(unsafe_code, reason = "an allocator is unsafe to call")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of the latest allocation that failed.
static FAILED: AtomicUsize = AtomicUsize::new(0);

/// The system's, with an eye on what fails.
struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

fn noted(place: *mut u8, size: usize) -> *mut u8 {
    if place.is_null() {
        FAILED.store(size, Ordering::Relaxed);
    }
    place
}

// SAFETY: everything is the system's.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        noted(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        noted(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        noted(unsafe { System.realloc(place, layout, size) }, size)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) };
    }
}

/// What failed last, in words.
pub(crate) fn failure() -> Option<String> {
    let size = FAILED.load(Ordering::Relaxed);
    (size > 0).then(|| format!("out of memory: no {size} bytes are left"))
}
