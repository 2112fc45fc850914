//! Pictures and what they were drawn from, as a safetensors file.

use std::path::Path;

use ganvas_core::{Error, ErrorCode, Result};
use safetensors::tensor::{Dtype, SafeTensorError, TensorView, serialize};

use super::files;

/// Images, one after the other.
pub struct Images<'a> {
    /// 0 for background to 255 for ink.
    pub bytes: &'a [u8],
    /// Rows and columns of one.
    pub side: usize,
    /// Bytes of a pixel.
    pub channels: usize,
}

/// Latents, row after row.
pub struct Latents {
    /// What they are called.
    pub name: &'static str,
    /// `count` × `latent_dim` numbers.
    pub values: Vec<f32>,
    /// Numbers in a row.
    pub latent_dim: usize,
}

/// Writes `images` `[count, side, side, channels]` and latents `[count, latent_dim]`.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write(path: &Path, images: &Images<'_>, latents: &[Latents]) -> Result<()> {
    let bytes = encode(images, latents)
        .map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
    files::write(ErrorCode::Internal, path, &bytes)
}

fn encode(images: &Images<'_>, latents: &[Latents]) -> Result<Vec<u8>, SafeTensorError> {
    let Images {
        bytes,
        side,
        channels,
    } = *images;
    let shape = vec![bytes.len() / (side * side * channels), side, side, channels];
    let mut tensors = vec![("images", TensorView::new(Dtype::U8, shape, bytes)?)];
    let numbers: Vec<Vec<u8>> = latents
        .iter()
        .map(|latents| {
            latents
                .values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        })
        .collect();
    for (latents, numbers) in latents.iter().zip(&numbers) {
        let Latents {
            name,
            values,
            latent_dim,
        } = latents;
        let shape = vec![values.len() / latent_dim, *latent_dim];
        tensors.push((*name, TensorView::new(Dtype::F32, shape, numbers)?));
    }
    serialize(tensors, None)
}
