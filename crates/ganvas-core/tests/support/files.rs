//! Checkpoint files taken apart, so that tests can look inside and break them.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

/// A safetensors file in parts.
#[derive(Debug, Clone)]
pub struct File {
    /// The tensors by name.
    pub tensors: BTreeMap<String, Content>,
    /// The metadata.
    pub metadata: HashMap<String, String>,
}

/// One tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// Number type.
    pub dtype: Dtype,
    /// Shape.
    pub shape: Vec<usize>,
    /// Little-endian numbers, row-major.
    pub bytes: Vec<u8>,
}

impl File {
    /// Takes a file apart.
    pub fn read(bytes: &[u8]) -> Self {
        let file = SafeTensors::deserialize(bytes).unwrap();
        let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
        let tensors = file.iter().map(|(name, view)| {
            let content = Content {
                dtype: view.dtype(),
                shape: view.shape().to_vec(),
                bytes: view.data().to_vec(),
            };
            (name.to_owned(), content)
        });
        Self {
            tensors: tensors.collect(),
            metadata: header.metadata().clone().unwrap_or_default(),
        }
    }

    /// Puts it together again.
    pub fn write(&self) -> Vec<u8> {
        let views: Vec<_> = self
            .tensors
            .iter()
            .map(|(name, content)| (name, content.view()))
            .collect();
        serialize(views, Some(self.metadata.clone())).unwrap()
    }

    /// A tensor that has to be there.
    pub fn get(&mut self, name: &str) -> &mut Content {
        self.tensors
            .get_mut(name)
            .unwrap_or_else(|| panic!("no tensor {name}"))
    }
}

impl Content {
    /// 32-bit floats.
    pub fn floats(shape: &[usize], values: &[f32]) -> Self {
        Self {
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    /// The same shape with one number in every place.
    pub fn filled(&self, value: f32) -> Self {
        let count = self.shape.iter().product();
        Self::floats(&self.shape, &vec![value; count])
    }

    fn view(&self) -> TensorView<'_> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes).unwrap()
    }
}
