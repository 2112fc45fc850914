//! What JavaScript calls. A call that makes no sense gives 0 and draws nothing.

// Names have to reach the module's table of exports as they are. Nothing else in this
// crate has them, which is what `no_mangle` asks for.
#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::{Generator, Shape};

/// One drawing at a time.
struct Desk {
    shape: Shape,
    inbox: Vec<u8>,
    pixels: Vec<u8>,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

fn at_desk<T: Default>(work: impl FnOnce(&mut Desk) -> T) -> T {
    DESK.with_borrow_mut(|desk| desk.as_mut().map(work))
        .unwrap_or_default()
}

/// Makes room for a generator and `count` latents; the length in bytes, or 0.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(width: usize, latent_dim: usize, count: usize) -> usize {
    let shape = Shape {
        width,
        latent_dim,
        count,
    };
    let desk = shape.is_allowed().then(|| Desk {
        shape,
        inbox: vec![0; 2 * shape.len()],
        pixels: Vec::new(),
    });
    DESK.set(desk);
    at_desk(|desk| desk.inbox.len())
}

/// Where the numbers are to be written, as [`Generator::new`] wants them.
#[unsafe(no_mangle)]
pub extern "C" fn inbox() -> usize {
    at_desk(|desk| desk.inbox.as_mut_ptr() as usize)
}

/// Draws; the length in bytes, or 0 when the numbers are no generator.
#[unsafe(no_mangle)]
pub extern "C" fn draw() -> usize {
    at_desk(|desk| {
        let generator = Generator::new(desk.shape, &desk.inbox);
        desk.pixels = generator.map(|found| found.draw()).unwrap_or_default();
        desk.pixels.len()
    })
}

/// Where the digits are.
#[unsafe(no_mangle)]
pub extern "C" fn pixels() -> usize {
    at_desk(|desk| desk.pixels.as_ptr() as usize)
}
