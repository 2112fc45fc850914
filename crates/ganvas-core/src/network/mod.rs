//! Networks: structure, parameters and passes; nothing about losses or training.
//!
//! A [`Network`] holds no tensors. All of its parameters live in one flat tensor
//! ([`Parameters`]), in PyTorch's order and layout, so that an optimizer step, a norm, a
//! clip or a download of the whole network is one operation; running statistics of
//! BatchNorm live in a second one. It runs as one differentiable operation, a
//! [`Stack`] of stages.

mod critic;
mod dcgan;
mod encoder;
mod fully_connected;
mod input_gradient;
mod linear_stem;
mod parameters;
mod pass;
mod perceptron;
mod spectral;
mod translator;

use std::sync::Arc;

use ganvas_kernels::Stack;
pub use ganvas_kernels::plan::{Convolution, Initialisation, Plan, TensorSpec, Unsupported};
pub use ganvas_kernels::stack::{Activation, Shape};

pub use critic::critic;
pub use dcgan::{
    conditional_generator, dcgan_discriminator, dcgan_generator, projection_discriminator,
};
pub use encoder::vae_encoder;
pub use fully_connected::{fully_connected_discriminator, fully_connected_generator};
pub use linear_stem::linear_stem_generator;
pub use parameters::Parameters;
pub(crate) use pass::with_planes;
pub use pass::{Bound, Labelled, Mode};
pub use perceptron::{plane_discriminator, plane_generator};
pub use spectral::{SpectralNorm, spectral_norm};
pub use translator::translator;

pub use crate::data::CLASSES;

/// How a network is told the classes of its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditioning {
    /// Not at all.
    Unconditional,
    /// By a plane for each class after the channels of its input, 1 for the class and 0
    /// for the others. A vector is an image of 1×1, so its planes are a one-hot vector.
    Planes,
    /// By a projection at its end; see [`Stack::classes`].
    Projection,
}

/// The structure of a network; see the [module documentation](self).
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    stack: Arc<Stack>,
    heads: Vec<Arc<Stack>>,
    parameters: Vec<TensorSpec>,
    statistics: Vec<TensorSpec>,
    conditioning: Conditioning,
    /// Whether weights are divided by their spectral norm.
    spectral: bool,
}

impl Network {
    /// A network without classes.
    pub fn new(plan: Plan) -> Self {
        let Plan {
            stack,
            parameters,
            statistics,
            heads,
        } = plan;
        let conditioning = if stack.classes.is_some() {
            Conditioning::Projection
        } else {
            Conditioning::Unconditional
        };
        Self {
            stack: Arc::new(stack),
            heads: heads.into_iter().map(Arc::new).collect(),
            parameters,
            statistics,
            conditioning,
            spectral: false,
        }
    }

    /// This network, told the classes by planes: its input has [`CLASSES`] channels more
    /// than the images that it is given.
    #[must_use]
    pub fn with_planes(self) -> Self {
        Self {
            conditioning: Conditioning::Planes,
            ..self
        }
    }

    /// This network with every weight of a linear map divided by its spectral norm;
    /// see [`spectral_norm`].
    ///
    /// # Errors
    ///
    /// For a network with heads, naming the first one: a head reads the parameters as they
    /// are, and its weight would not be divided.
    pub fn with_spectral_norm(self) -> Result<Self, Unsupported> {
        if let Some(head) = self.heads.first() {
            let weight = head.stages[0].weight;
            let mut specs = self.parameters.iter();
            let spec = specs.find(|spec| spec.offset == weight);
            let name = spec.map_or("", |spec| spec.name.trim_end_matches(".weight"));
            return Err(Unsupported {
                layer: name.to_owned(),
                reason: "a head's weight has no spectral normalisation",
            });
        }
        Ok(Self {
            spectral: true,
            ..self
        })
    }

    /// How it runs.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// How it is told classes.
    pub fn conditioning(&self) -> Conditioning {
        self.conditioning
    }

    /// Every parameter, in PyTorch's order.
    pub fn parameters(&self) -> &[TensorSpec] {
        &self.parameters
    }

    /// Every running statistic.
    pub fn statistics(&self) -> &[TensorSpec] {
        &self.statistics
    }

    /// Whether weights are divided by their spectral norm.
    pub fn is_spectral(&self) -> bool {
        self.spectral
    }

    /// The weights under spectral normalisation.
    pub fn spectral_weights(&self) -> impl Iterator<Item = &TensorSpec> {
        self.parameters
            .iter()
            .filter(|spec| self.spectral && spec.shape.len() > 1)
    }

    /// How many numbers are learnt.
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(TensorSpec::len).sum()
    }

    /// Length of the flat parameter tensor, gaps included.
    pub fn flat_len(&self) -> usize {
        self.stack.parameters
    }

    /// Length of the flat statistics tensor (at least 1).
    pub fn statistics_len(&self) -> usize {
        self.stack.statistics
    }
}
