//! The layers that networks are made of, each one forward function.

use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::module::{batch_norm, batch_norm_train};
use ganvas_kernels::stack::{Map, Shape, Weights, Window};

use super::network::{BoundParameters, Mode, Trace};
use crate::linear_map::{linear_map, vector};

/// Added to the variance before the square root, as in PyTorch's `BatchNorm2d`.
pub(super) const BATCH_NORM_EPSILON: f64 = 1e-5;

/// Geometry of a square (transposed) convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convolution {
    /// Channels in.
    pub input: usize,
    /// Channels out.
    pub output: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Step in pixels: of the input for a convolution, of the output for a transposed one.
    pub stride: usize,
    /// Pixels of padding on each side: added, or cropped for a transposed convolution.
    pub padding: usize,
}

impl Convolution {
    /// As the kernels know it, on images of the shape `input`: the map, and the shape
    /// of what it gives. A kernel that covers the whole image once is one matrix
    /// product for the batch, where a convolution would be a small one per image.
    pub(super) fn gather(&self, input: Shape) -> (Map, Shape) {
        if self.padding == 0 && [input.height, input.width] == [self.kernel; 2] {
            return (Map::Dense(Weights::OutputMajor), vector(self.output));
        }
        let side =
            |side: usize| (side + 2 * self.padding).saturating_sub(self.kernel) / self.stride + 1;
        let output = Shape {
            channels: self.output,
            height: side(input.height),
            width: side(input.width),
        };
        (Map::Convolution(self.window()), output)
    }

    /// The same transposed. A single pixel spreads one kernel: a matrix product, too.
    pub(super) fn scatter(&self, input: Shape) -> (Map, Shape) {
        let side = |side: usize| {
            (side.saturating_sub(1) * self.stride + self.kernel).saturating_sub(2 * self.padding)
        };
        let output = Shape {
            channels: self.output,
            height: side(input.height),
            width: side(input.width),
        };
        if self.padding == 0 && [input.height, input.width] == [1, 1] {
            return (Map::Dense(Weights::InputMajor), output);
        }
        (Map::Transposed(self.window()), output)
    }

    pub(super) fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
        }
    }
}

/// Shape of the images of a batch.
pub(super) fn shape_of(x: &Tensor<4>) -> Shape {
    let [_, channels, height, width] = x.dims();
    Shape {
        channels,
        height,
        width,
    }
}

/// Adds one number to each channel.
fn add_bias(x: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<4> {
    match bias {
        None => x,
        Some(bias) => {
            let [channels] = bias.dims();
            x + bias.reshape([1, channels, 1, 1])
        }
    }
}

/// One layer. Numbers named `weight`, `bias` and `statistics` are indices into
/// the network's parameters and running statistics.
///
/// Activations are `[batch, channels, height, width]` throughout; a vector is
/// an image of 1×1.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// `torch.nn.Conv2d`: weight `[output, input, kernel, kernel]`.
    Conv2d {
        /// Geometry.
        geometry: Convolution,
        /// Index of the weight.
        weight: usize,
        /// Index of the bias, where there is one.
        bias: Option<usize>,
    },
    /// `torch.nn.ConvTranspose2d`: weight `[input, output, kernel, kernel]`.
    ConvTranspose2d {
        /// Geometry.
        geometry: Convolution,
        /// Index of the weight.
        weight: usize,
        /// Index of the bias, where there is one.
        bias: Option<usize>,
    },
    /// `torch.nn.Linear`: weight `[output, input]`, on all values of an image.
    Linear {
        /// Index of the weight.
        weight: usize,
        /// Index of the bias, where there is one.
        bias: Option<usize>,
    },
    /// `torch.nn.BatchNorm2d` (or `BatchNorm1d` on 1×1 images): y = γ(x − μ)/√(σ² + 1e-5) + β
    /// per channel, with the batch's own μ and σ² in training and running ones otherwise.
    BatchNorm {
        /// Index of γ, `weight` in PyTorch.
        weight: usize,
        /// Index of β, `bias` in PyTorch.
        bias: usize,
        /// Index of the running mean; the running variance follows it.
        statistics: usize,
    },
    /// max(x, 0).
    Relu,
    /// x where x ≥ 0, otherwise slope · x.
    LeakyRelu(f64),
    /// tanh x.
    Tanh,
    /// The same values as `[channels, height, width]`, `torch.nn.Unflatten`.
    Reshape([usize; 3]),
    /// All values of an image as `[values, 1, 1]`, `torch.nn.Flatten`.
    Flatten,
    /// `torch.nn.InstanceNorm2d` with its defaults: (x − μ)/√(σ² + 1e-5) with μ and σ²
    /// of each channel of each image; no parameters, the same in training and evaluation.
    InstanceNorm,
    /// x + block(x): He et al., *Deep Residual Learning for Image Recognition*, 2016.
    Residual(Vec<Layer>),
}

/// Mean and biased variance that a BatchNorm layer saw, each `[channels]`, and
/// the number of values behind each.
#[derive(Debug, Clone)]
pub(super) struct BatchStatistics {
    pub mean: Tensor<1>,
    pub variance: Tensor<1>,
    pub samples: usize,
}

impl Layer {
    /// Whether it is a convolution or a linear layer.
    pub(super) fn has_weight(&self) -> bool {
        self.normalisable_weight().is_some()
    }

    /// The index of a weight that spectral normalisation applies to.
    pub(super) fn normalisable_weight(&self) -> Option<usize> {
        match self {
            Layer::Conv2d { weight, .. }
            | Layer::ConvTranspose2d { weight, .. }
            | Layer::Linear { weight, .. } => Some(*weight),
            _ => None,
        }
    }

    pub(super) fn forward(
        &self,
        parameters: &BoundParameters,
        mode: Mode,
        trace: &mut Trace,
        x: Tensor<4>,
    ) -> Tensor<4> {
        match self {
            Layer::Conv2d {
                geometry,
                weight,
                bias,
            } => {
                let weight: Tensor<4> = parameters.weight(*weight, mode, trace);
                let (map, output) = geometry.gather(shape_of(&x));
                let bias = bias.map(|bias| parameters.get(bias));
                add_bias(linear_map(map, output, weight, x), bias)
            }
            Layer::ConvTranspose2d {
                geometry,
                weight,
                bias,
            } => {
                let weight: Tensor<4> = parameters.weight(*weight, mode, trace);
                let (map, output) = geometry.scatter(shape_of(&x));
                let bias = bias.map(|bias| parameters.get(bias));
                add_bias(linear_map(map, output, weight, x), bias)
            }
            Layer::Linear { weight, bias } => {
                let weight: Tensor<2> = parameters.weight(*weight, mode, trace);
                let output = vector(weight.dims()[0]);
                let bias = bias.map(|bias| parameters.get(bias));
                let map = Map::Dense(Weights::OutputMajor);
                add_bias(linear_map(map, output, weight, x), bias)
            }
            Layer::BatchNorm {
                weight,
                bias,
                statistics,
            } => {
                let (gamma, beta) = (parameters.get(*weight), parameters.get(*bias));
                match mode {
                    Mode::Train => {
                        let [batch, _, height, width] = x.dims();
                        let result = batch_norm_train(x, gamma, beta, BATCH_NORM_EPSILON);
                        trace.seen.push(BatchStatistics {
                            mean: result.mean.without_autodiff(),
                            variance: result.variance.without_autodiff(),
                            samples: batch * height * width,
                        });
                        result.output
                    }
                    Mode::Evaluate => batch_norm(
                        x,
                        gamma,
                        beta,
                        parameters.statistic(*statistics),
                        parameters.statistic(statistics + 1),
                        BATCH_NORM_EPSILON,
                    ),
                }
            }
            Layer::Relu => relu(x),
            Layer::LeakyRelu(slope) => leaky_relu(x, *slope),
            Layer::Tanh => tanh(x),
            Layer::Reshape([channels, height, width]) => {
                let batch = x.dims()[0];
                x.reshape([batch, *channels, *height, *width])
            }
            Layer::Flatten => {
                let [batch, channels, height, width] = x.dims();
                x.reshape([batch, channels * height * width, 1, 1])
            }
            Layer::InstanceNorm => {
                // Each channel of each image becomes a channel of one image: then it
                // is BatchNorm, which backends have as one kernel.
                let [batch, channels, height, width] = x.dims();
                let device = x.device().without_autodiff();
                let planes = batch * channels;
                batch_norm_train(
                    x.reshape([1, planes, height, width]),
                    Tensor::ones([planes], &device),
                    Tensor::zeros([planes], &device),
                    BATCH_NORM_EPSILON,
                )
                .output
                .reshape([batch, channels, height, width])
            }
            Layer::Residual(block) => {
                let inner = block.iter().fold(x.clone(), |x, layer| {
                    layer.forward(parameters, mode, trace, x)
                });
                x + inner
            }
        }
    }
}
