//! A [`Stack`](crate::stack::Stack) on a GPU: which kernels run, in which order, on which buffers.
//!
//! What a GPU is here is a trait of three functions, so that the same schedule
//! drives burn's WebGPU client, and can be recorded to be looked at or timed.

mod backward;
mod forward;
mod map;
mod tiles;

pub use backward::backward;
pub use forward::{Forward, Saved, forward};
pub use tiles::Tiles;

use crate::wgsl::Program;

/// A queue that kernels are given to, and where their buffers come from.
pub trait Gpu {
    /// `f32` numbers in the GPU's memory; a clone is the same memory.
    type Buffer: Clone;

    /// This many numbers of any value.
    fn allocate(&mut self, len: usize) -> Self::Buffer;

    /// This many zeros.
    fn zeros(&mut self, len: usize) -> Self::Buffer;

    /// Runs `program` on `buffers`, in the order of its documentation.
    /// `info` are the batch and what else the program's documentation asks for.
    fn launch<P: Program>(&mut self, program: P, buffers: &[&Self::Buffer], info: &[usize]);
}
