//! What was drawn and what it was drawn from, as a safetensors file.

use std::path::Path;

use ganvas_core::{Error, ErrorCode, Result};
use safetensors::tensor::{Dtype, SafeTensorError, TensorView, serialize};

use super::files;

/// A tensor with its name.
pub struct Named {
    name: &'static str,
    shape: Vec<usize>,
    dtype: Dtype,
    bytes: Vec<u8>,
}

impl Named {
    /// Bytes of pictures: 0 for background to 255 for ink.
    pub fn bytes(name: &'static str, shape: &[usize], bytes: &[u8]) -> Self {
        Self {
            name,
            shape: shape.to_vec(),
            dtype: Dtype::U8,
            bytes: bytes.to_vec(),
        }
    }

    /// Rows of this many numbers.
    pub fn rows(name: &'static str, values: &[f32], columns: usize) -> Self {
        Self {
            name,
            shape: vec![values.len() / columns, columns],
            dtype: Dtype::F32,
            bytes: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        }
    }
}

/// Writes the tensors.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write(path: &Path, tensors: &[Named]) -> Result<()> {
    let bytes =
        encode(tensors).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
    files::write(ErrorCode::Internal, path, &bytes)
}

fn encode(tensors: &[Named]) -> Result<Vec<u8>, SafeTensorError> {
    let views = tensors
        .iter()
        .map(|tensor| {
            let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes)?;
            Ok((tensor.name, view))
        })
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    serialize(views, None)
}
