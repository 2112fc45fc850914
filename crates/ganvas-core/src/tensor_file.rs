//! Named tensors in a safetensors file.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView, serialize};

use crate::network::TensorSpec;
use crate::{Error, Result};

/// Largest file that is looked at: several times the largest experiment.
const MAX_BYTES: usize = 1 << 30;

/// Number type of a checkpoint's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, with optimizer state: resumes exactly.
    Full,
    /// 16 bits, weights only: half the bytes, for showing.
    Half,
}

/// One tensor on its way into a file.
pub(crate) struct Entry {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Entry {
    fn view(&self) -> Result<TensorView<'_>, SafeTensorError> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes)
    }

    /// A count, as PyTorch keeps `num_batches_tracked`.
    pub(crate) fn count(name: String, count: u64) -> Self {
        Self {
            name,
            dtype: Dtype::I64,
            shape: Vec::new(),
            bytes: count.to_le_bytes().to_vec(),
        }
    }

    /// # Errors
    ///
    /// `bad_checkpoint` for a finite number that is none in half precision, which ends at 65504:
    /// no reader would take the file.
    pub(crate) fn floats(
        name: String,
        shape: Vec<usize>,
        values: &[f32],
        precision: Precision,
    ) -> Result<Self> {
        let (dtype, bytes) = match precision {
            Precision::Full => (
                Dtype::F32,
                values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            ),
            Precision::Half => {
                let halves: Vec<_> = values.iter().map(|v| half::f16::from_f32(*v)).collect();
                let lost =
                    |(value, half): &(&f32, &half::f16)| value.is_finite() && half.is_infinite();
                if let Some((value, _)) = values.iter().zip(&halves).find(lost) {
                    return Err(Error::checkpoint(format!(
                        "the tensor {name} holds {value}, too large for half precision: save it in full"
                    )));
                }
                let bytes = halves.iter().flat_map(|v| v.to_le_bytes()).collect();
                (Dtype::F16, bytes)
            }
        };
        Ok(Self {
            name,
            dtype,
            shape,
            bytes,
        })
    }
}

/// Safetensors bytes with the given tensors.
pub(crate) fn to_file(entries: &[Entry], metadata: HashMap<String, String>) -> Result<Vec<u8>> {
    let views: Vec<(&str, TensorView<'_>)> = entries
        .iter()
        .map(|entry| Ok((entry.name.as_str(), entry.view()?)))
        .collect::<Result<_, SafeTensorError>>()
        .map_err(|error| Error::internal(error.to_string()))?;
    serialize(views, Some(metadata)).map_err(|error| Error::internal(error.to_string()))
}

pub(crate) fn open(bytes: &[u8]) -> Result<SafeTensors<'_>> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::checkpoint("the file is larger than 1 GiB"));
    }
    SafeTensors::deserialize(bytes)
        .map_err(|error| Error::checkpoint(format!("this is not a safetensors file: {error}")))
}

/// The tensor of a name, if it has the shape that is asked for.
pub(crate) fn check_shape<'a>(
    file: &SafeTensors<'a>,
    name: &str,
    shape: &[usize],
) -> Result<TensorView<'a>> {
    let view = file
        .tensor(name)
        .map_err(|_| Error::checkpoint(format!("the tensor {name} is missing")))?;
    if view.shape() != shape {
        return Err(Error::checkpoint(format!(
            "the tensor {name} has shape {:?}, the experiment asks for {shape:?}",
            view.shape()
        )));
    }
    Ok(view)
}

/// The named tensors in one flat vector.
pub(crate) fn gather(
    file: &SafeTensors<'_>,
    specs: &[TensorSpec],
    length: usize,
    name_of: impl Fn(&TensorSpec) -> String,
) -> Result<Vec<f32>> {
    let mut flat = vec![0.0; length];
    for spec in specs {
        let name = name_of(spec);
        let view = check_shape(file, &name, &spec.shape)?;
        let values = floats(&view).ok_or_else(|| {
            Error::checkpoint(format!("the tensor {name} is not of 16 or 32-bit floats"))
        })?;
        if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
            return Err(Error::checkpoint(format!("the tensor {name} holds {bad}")));
        }
        // Their roots are taken: one number below zero would spoil the whole run.
        if (name.ends_with("running_var") || name.ends_with("exp_avg_sq"))
            && values.iter().any(|value| *value < 0.0)
        {
            return Err(Error::checkpoint(format!(
                "the tensor {name} holds numbers below zero"
            )));
        }
        flat[spec.range()].copy_from_slice(&values);
    }
    Ok(flat)
}

fn floats(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Some(
            data.as_chunks::<4>()
                .0
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
        ),
        Dtype::F16 => Some(
            data.as_chunks::<2>()
                .0
                .iter()
                .map(|bytes| half::f16::from_le_bytes(*bytes).to_f32())
                .collect(),
        ),
        _ => None,
    }
}
