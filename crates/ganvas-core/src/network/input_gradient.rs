//! The gradient of a network's output by its input, as a forward computation.
//!
//! Automatic differentiation here is of first order only, but a gradient penalty
//! needs the parameters' gradient of a gradient. So ∇ₓD is written out as what
//! it is: a pass backwards through the stages with the transposed maps and
//! the same weights, which can then be differentiated like any other pass. For
//! piecewise linear activations this is exact: their slopes at x are constants
//! almost everywhere (LeakyReLU'' = 0).

use std::sync::Arc;

use burn::tensor::Tensor;
use ganvas_kernels::ops;
use ganvas_kernels::stack::{self, Activation, Map, Norm, Stack, Stage, WeightOrder};

use super::{Bound, Conditioning, Mode, Network};
use crate::{Error, Result};

impl Network {
    /// ∇ₓ Σ D(x) at `x` `[batch, channels, height, width]`, in that shape, tracked by the
    /// parameters of `bound`.
    ///
    /// In PyTorch: `torch.autograd.grad(D(x).sum(), x, create_graph=True)`.
    ///
    /// # Errors
    ///
    /// `internal`, naming the first stage that is more than a linear map with a piecewise
    /// linear activation: a normalisation ties values together, and tanh is not
    /// piecewise linear.
    pub fn input_gradient(&self, bound: &Bound, x: Tensor<4>) -> Result<Tensor<4>> {
        self.check_piecewise_linear()?;
        let shape = x.dims();
        let values = self.every_value(bound, x);
        let mut gradient: Option<Tensor<4>> = None;
        for (stage, value) in self.stack.stages.iter().zip(values).rev() {
            // At first that of the output by itself.
            let outer = gradient.unwrap_or_else(|| value.ones_like());
            let inner = match slopes(&value, stage.activation) {
                Some(slopes) => outer.reshape(value.dims()) * slopes,
                None => outer,
            };
            gradient = Some(self.transposed(stage, bound, inner));
        }
        gradient
            .map(|gradient| gradient.reshape(shape))
            .ok_or_else(|| Error::internal("a network without stages has no gradient"))
    }

    /// Whether [`Network::input_gradient`] has an answer, of images that come without a class.
    pub(crate) fn has_input_gradient(&self) -> bool {
        self.conditioning == Conditioning::Unconditional && self.check_piecewise_linear().is_ok()
    }

    fn check_piecewise_linear(&self) -> Result<()> {
        for (index, stage) in self.stack.stages.iter().enumerate() {
            // Everything that a stage can be is named, so that what comes later has to be.
            let norm = match stage.norm {
                Norm::None => None,
                Norm::Batch(_) | Norm::Image => Some("its normalisation ties values together"),
            };
            let activation = match stage.activation {
                Activation::Identity | Activation::Relu | Activation::LeakyRelu(_) => None,
                Activation::Tanh => Some("tanh is not piecewise linear"),
            };
            let skip = stage.skip.map(|_| "it has a residual connection");
            let spectral =
                (self.spectral).then_some("its weights are divided by their spectral norm");
            let classes = (self.stack.classes.as_ref()).map(|_| "it ends with a projection");
            let Some(problem) = norm.or(activation).or(skip).or(spectral).or(classes) else {
                continue;
            };
            return Err(Error::internal(format!(
                "stage {index} of this network has no inner gradient: {problem}"
            )));
        }
        Ok(())
    }

    /// What every stage gives at x, without gradients.
    fn every_value(&self, bound: &Bound, x: Tensor<4>) -> Vec<Tensor<4>> {
        let mut stack = Stack::clone(&self.stack);
        let last = stack.stages.len().saturating_sub(1);
        for stage in &mut stack.stages[..last] {
            stage.tapped = true;
        }
        let mut fixed = Bound {
            flat: bound.flat.clone().without_autodiff(),
            ..bound.clone()
        };
        let pass = self.pass(&Arc::new(stack), &mut fixed, Mode::Evaluate, x, None, 1);
        let mut values = pass.taps;
        values.push(pass.output);
        values
    }

    /// From the gradient by what a stage's linear map gives to that by what it reads.
    fn transposed(&self, stage: &Stage, bound: &Bound, gradient: Tensor<4>) -> Tensor<4> {
        let back = Stage {
            map: match stage.map {
                Map::Convolution(window) => Map::Transposed(window),
                Map::Transposed(window) => Map::Convolution(window),
                Map::Dense(WeightOrder::OutputMajor) => Map::Dense(WeightOrder::InputMajor),
                Map::Dense(WeightOrder::InputMajor) => Map::Dense(WeightOrder::OutputMajor),
            },
            input: stage.output,
            output: stage.input,
            bias: None,
            activation: Activation::Identity,
            tapped: false,
            ..stage.clone()
        };
        let stack = Stack {
            parameters: self.stack.parameters,
            ..Stack::of_stage(back)
        };
        ops::forward(
            &Arc::new(stack),
            bound.flat.clone(),
            bound.statistics.clone(),
            gradient,
            None,
            stack::Mode::Evaluate,
        )
        .output
    }
}

/// The slope of an activation at every value that it gave: 1 above 0, elsewhere its own.
fn slopes(value: &Tensor<4>, activation: Activation) -> Option<Tensor<4>> {
    let below = match activation {
        Activation::Identity | Activation::Tanh => return None,
        Activation::Relu => 0.0,
        Activation::LeakyRelu(slope) => f64::from(slope),
    };
    Some(value.clone().greater_elem(0.0).float() * (1.0 - below) + below)
}
