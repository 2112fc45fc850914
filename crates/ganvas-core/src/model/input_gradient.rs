//! The gradient of a network's output by its input, as a forward graph.
//!
//! Automatic differentiation here is of first order only, but a gradient penalty
//! needs the parameters' gradient of a gradient. So ∇ₓD is written out as what
//! it is: a pass backwards through the layers with the transposed operations and
//! the same weights, which can then be differentiated like any other pass. For
//! piecewise linear activations this is exact: their slopes at x are constants
//! almost everywhere (LeakyReLU'' = 0).

use burn::tensor::Tensor;
use ganvas_kernels::stack::{Map, Shape, Weights};

use super::layer::Layer;
use super::network::{BoundParameters, Mode, Network, Trace};
use crate::linear_map::linear_map;

/// What a layer's backward pass needs to know of its forward pass.
enum Visited<'a> {
    Layer(&'a Layer, [usize; 4]),
    /// The activation's slope at every value.
    Slopes(Box<Tensor<4>>),
}

impl Network {
    /// ∇ₓ Σ D(x) at `x` `[batch, channels, height, width]`, tracked by the parameters
    /// of `tracked`. `plain` binds the same parameters without gradients.
    ///
    /// `None` for networks with other layers than convolutions, linear layers,
    /// ReLUs and reshapes: BatchNorm ties the images of a batch together, and
    /// tanh is not piecewise linear.
    ///
    /// In PyTorch: `torch.autograd.grad(D(x).sum(), x, create_graph=True)`.
    pub fn input_gradient(
        &self,
        tracked: &BoundParameters,
        plain: &BoundParameters,
        x: Tensor<4>,
    ) -> Option<Tensor<4>> {
        let mut trace = Trace::default();
        let mut visited = Vec::with_capacity(self.layers().len());
        let mut x = x;
        for layer in self.layers() {
            visited.push(match layer {
                Layer::LeakyRelu(slope) => Visited::Slopes(Box::new(slopes(&x, *slope))),
                Layer::Relu => Visited::Slopes(Box::new(slopes(&x, 0.0))),
                Layer::Conv2d { .. } | Layer::Linear { .. } => Visited::Layer(layer, x.dims()),
                Layer::Reshape(_) | Layer::Flatten => Visited::Layer(layer, x.dims()),
                _ => return None,
            });
            x = layer.forward(plain, Mode::Train, &mut trace, x);
        }
        let seed = Tensor::ones(x.dims(), &x.device());
        let gradient = visited
            .into_iter()
            .rev()
            .fold(seed, |gradient, visited| match visited {
                Visited::Slopes(slopes) => gradient * *slopes,
                Visited::Layer(layer, dims) => transposed(layer, tracked, dims, gradient),
            });
        Some(gradient)
    }
}

/// 1 where x > 0, `slope` elsewhere.
fn slopes(x: &Tensor<4>, slope: f64) -> Tensor<4> {
    x.clone().greater_elem(0.0).float() * (1.0 - slope) + slope
}

/// The layer's transposed linear map: from the gradient by its output to that by
/// its input of shape `dims`.
fn transposed(
    layer: &Layer,
    parameters: &BoundParameters,
    dims: [usize; 4],
    gradient: Tensor<4>,
) -> Tensor<4> {
    let mut trace = Trace::default();
    let [_, channels, height, width] = dims;
    let output = Shape {
        channels,
        height,
        width,
    };
    match layer {
        Layer::Conv2d {
            geometry, weight, ..
        } => {
            let weight: Tensor<4> = parameters.weight(*weight, Mode::Evaluate, &mut trace);
            let map = match geometry.gather(output) {
                (Map::Dense(_), _) => Map::Dense(Weights::InputMajor),
                _ => Map::Transposed(geometry.window()),
            };
            linear_map(map, output, weight, gradient)
        }
        Layer::Linear { weight, .. } => {
            let weight: Tensor<2> = parameters.weight(*weight, Mode::Evaluate, &mut trace);
            let map = Map::Dense(Weights::InputMajor);
            linear_map(map, output, weight, gradient)
        }
        _ => gradient.reshape(dims),
    }
}
