//! The layers that networks are made of, each one forward function.

use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::module::{batch_norm, batch_norm_train, conv_transpose2d, conv2d, linear};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::network::{BoundParameters, Mode, Trace};

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
    /// x `[batch, input, h, w]`, weight `[output, input, k, k]` → `[batch, output, h', w']`.
    fn convolve(&self, x: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<4> {
        let [batch, _, height, width] = x.dims();
        if self.padding == 0 && [height, width] == [self.kernel; 2] {
            // The kernel covers the whole image once: one matrix product for the
            // batch, where a convolution would make one small product per image.
            let weight: Tensor<2> = weight.flatten(1, 3);
            return linear(x.flatten::<2>(1, 3), weight.transpose(), bias).reshape([
                batch,
                self.output,
                1,
                1,
            ]);
        }
        let options = ConvOptions::new([self.stride; 2], [self.padding; 2], [1, 1], 1);
        conv2d(x, weight, bias, options)
    }

    /// x `[batch, input, h, w]`, weight `[input, output, k, k]` → `[batch, output, h', w']`.
    fn convolve_transposed(
        &self,
        x: Tensor<4>,
        weight: Tensor<4>,
        bias: Option<Tensor<1>>,
    ) -> Tensor<4> {
        let [batch, _, height, width] = x.dims();
        if self.padding == 0 && [height, width] == [1, 1] && bias.is_none() {
            // A single pixel spreads one kernel: a matrix product, as above.
            let weight: Tensor<2> = weight.flatten(1, 3);
            return x.flatten::<2>(1, 3).matmul(weight).reshape([
                batch,
                self.output,
                self.kernel,
                self.kernel,
            ]);
        }
        let options =
            ConvTransposeOptions::new([self.stride; 2], [self.padding; 2], [0, 0], [1, 1], 1);
        conv_transpose2d(x, weight, bias, options)
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
                let weight = parameters.weight(*weight, mode, trace);
                let bias = bias.map(|bias| parameters.get(bias));
                geometry.convolve(x, weight, bias)
            }
            Layer::ConvTranspose2d {
                geometry,
                weight,
                bias,
            } => {
                let weight = parameters.weight(*weight, mode, trace);
                let bias = bias.map(|bias| parameters.get(bias));
                geometry.convolve_transposed(x, weight, bias)
            }
            Layer::Linear { weight, bias } => {
                let batch = x.dims()[0];
                let weight: Tensor<2> = parameters.weight(*weight, mode, trace);
                let output = weight.dims()[0];
                let x: Tensor<2> = x.flatten(1, 3);
                let bias = bias.map(|bias| parameters.get(bias));
                linear(x, weight.transpose(), bias).reshape([batch, output, 1, 1])
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
