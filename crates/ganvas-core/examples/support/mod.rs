//! What the examples share: the command line's common parts, data, pictures
//! and the way in which mistakes are told.

// Every example compiles this module for itself and uses a part of it.
#![allow(dead_code)]

pub mod device;
pub mod digits;
pub mod failure;
pub mod files;
pub mod picture;
pub mod points;
pub mod tensors;
