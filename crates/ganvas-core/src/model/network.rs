//! A network's structure, its parameters, and one pass through it.

mod builder;

pub use builder::NetworkBuilder;

use std::sync::Arc;

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use ganvas_kernels::stack::{Mode as StackMode, Stack};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::layer::{BatchStatistics, Layer};
use super::stack;
use crate::regularizer::spectral_norm;

/// Parameters start at multiples of this many numbers in the flat tensor: 256
/// bytes, the alignment that WebGPU asks of a buffer binding, so that a slice
/// of the flat tensor needs no copy.
const ALIGNMENT: usize = 64;

/// Share of the newest batch in the running statistics: `momentum` of
/// PyTorch's BatchNorm (burn and Keras count from the other end).
const STATISTICS_MOMENTUM: f64 = 0.1;

/// How a parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Initialisation {
    /// Draws from N(mean, deviation²).
    Normal {
        /// Mean.
        mean: f32,
        /// Standard deviation.
        deviation: f32,
    },
    /// Draws from U(−limit, limit).
    Uniform {
        /// Largest absolute value.
        limit: f32,
    },
    /// All the same value.
    Constant(f32),
}

/// Name, shape and place of one parameter or running statistic.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorSpec {
    /// The name in a PyTorch `state_dict`, such as `model.0.weight`.
    pub name: String,
    /// The shape, in PyTorch's layout.
    pub shape: Vec<usize>,
    /// Where it starts in the flat tensor.
    pub offset: usize,
    /// How it starts.
    pub initialisation: Initialisation,
}

impl TensorSpec {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Whether BatchNorm uses the batch's own statistics or the running ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `module.train()` in PyTorch.
    Train,
    /// `module.eval()` in PyTorch.
    Evaluate,
}

/// The structure of a network; see the [module documentation](super).
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
    heads: Vec<Layer>,
    parameters: Vec<TensorSpec>,
    statistics: Vec<TensorSpec>,
    /// Indices of the weights that are divided by their spectral norm.
    spectral: Vec<usize>,
}

/// The numbers of a network, without gradients.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// All parameters, one after the other, with gaps (zeros) for alignment.
    pub flat: Tensor<1>,
    /// All running means and variances of BatchNorm; empty networks hold one unused number.
    pub statistics: Tensor<1>,
    /// For each weight under spectral normalisation, the left singular vector `[out]`
    /// that the power iteration has found so far; `weight_u` in PyTorch.
    pub directions: Vec<Tensor<1>>,
}

/// Parameters made ready for a forward pass, tracked for gradients or not.
#[derive(Debug, Clone)]
pub struct BoundParameters {
    held: Held,
    /// Where each parameter is, and its shape.
    places: Vec<(usize, Vec<usize>)>,
    statistics: Tensor<1>,
    /// Where each running statistic is, and its length.
    statistic_places: Vec<(usize, usize)>,
    /// (index of the weight, its u) under spectral normalisation.
    directions: Vec<(usize, Tensor<1>)>,
}

/// The parameters as one tensor, for networks that run as one [`Stack`], or cut up,
/// for those that run layer by layer: a gradient then arrives where it is used.
#[derive(Debug, Clone)]
enum Held {
    Whole(Box<Tensor<1>>),
    Cut(Vec<Tensor<1>>),
}

/// What a pass through a network gives.
#[derive(Debug)]
pub struct Pass {
    /// The last layer's output.
    pub output: Tensor<4>,
    /// The input of the last layer with a weight, where [`Network::forward_with_features`]
    /// was asked for it.
    pub features: Option<Tensor<4>>,
    /// The vectors u of the spectral norms after the pass, in the order of their weights.
    pub directions: Vec<Tensor<1>>,
    seen: Seen,
}

/// What a pass found out about its batch.
#[derive(Debug)]
enum Seen {
    /// Mean and variance of each BatchNorm, in order.
    Batches(Vec<BatchStatistics>),
    /// The running statistics with them taken in.
    Followed(Box<Tensor<1>>),
}

/// What the layers leave behind on the way.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub seen: Vec<BatchStatistics>,
    pub directions: Vec<Tensor<1>>,
}

impl Network {
    /// An empty network.
    pub fn builder() -> NetworkBuilder {
        NetworkBuilder::default()
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Every parameter, in PyTorch's order.
    pub fn parameters(&self) -> &[TensorSpec] {
        &self.parameters
    }

    /// Every running statistic.
    pub fn statistics(&self) -> &[TensorSpec] {
        &self.statistics
    }

    /// The weights under spectral normalisation.
    pub fn spectral_weights(&self) -> impl Iterator<Item = &TensorSpec> {
        self.spectral.iter().map(|&index| &self.parameters[index])
    }

    /// This network with every weight of a convolution or linear layer divided
    /// by its spectral norm; see [`crate::regularizer::spectral_norm`].
    #[must_use]
    pub fn with_spectral_norm(mut self) -> Self {
        self.spectral = self
            .layers
            .iter()
            .filter_map(Layer::normalisable_weight)
            .collect();
        self
    }

    /// How many numbers are learnt.
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(TensorSpec::len).sum()
    }

    /// Length of the flat parameter tensor, gaps included.
    pub fn flat_len(&self) -> usize {
        flat_len(&self.parameters)
    }

    /// Length of the flat statistics tensor (at least 1).
    pub fn statistics_len(&self) -> usize {
        packed_len(&self.statistics).max(1)
    }

    /// Draws initial parameters.
    pub fn initialise(&self, mut rng: ChaCha8Rng, device: &Device) -> Parameters {
        let mut flat = vec![0.0; self.flat_len()];
        for spec in &self.parameters {
            fill(
                &mut flat[spec.offset..spec.offset + spec.len()],
                spec,
                &mut rng,
            );
        }
        let mut statistics = vec![0.0; self.statistics_len()];
        for spec in &self.statistics {
            fill(
                &mut statistics[spec.offset..spec.offset + spec.len()],
                spec,
                &mut rng,
            );
        }
        let directions = self
            .spectral_weights()
            .map(|spec| {
                let values: Vec<f32> = (0..spec.shape[0])
                    .map(|_| StandardNormal.sample(&mut rng))
                    .collect();
                let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
                values.iter().map(|v| v / norm).collect()
            })
            .collect();
        Parameters::from_vecs(flat, statistics, device).with_directions(directions, device)
    }

    /// Cuts the parameters up for passes without gradients.
    pub fn bind(&self, parameters: &Parameters) -> BoundParameters {
        self.hold(parameters, |tensor| tensor)
    }

    /// Cuts the parameters up for passes whose gradients are wanted.
    pub fn bind_tracked(&self, parameters: &Parameters) -> BoundParameters {
        self.hold(parameters, |tensor| tensor.autodiff().require_grad())
    }

    fn hold(
        &self,
        parameters: &Parameters,
        prepare: impl Fn(Tensor<1>) -> Tensor<1>,
    ) -> BoundParameters {
        let flat = &parameters.flat;
        let piece = |spec: &TensorSpec| flat.clone().narrow(0, spec.offset, spec.len());
        BoundParameters {
            held: if self.stackable() {
                Held::Whole(Box::new(prepare(flat.clone())))
            } else {
                let pieces = self.parameters.iter().map(piece);
                Held::Cut(pieces.map(prepare).collect())
            },
            places: self
                .parameters
                .iter()
                .map(|spec| (spec.offset, spec.shape.clone()))
                .collect(),
            statistics: parameters.statistics.clone(),
            statistic_places: self
                .statistics
                .iter()
                .map(|spec| (spec.offset, spec.len()))
                .collect(),
            directions: self
                .spectral
                .iter()
                .copied()
                .zip(parameters.directions.iter().cloned())
                .collect(),
        }
    }

    /// Whether its layers are of the kinds that kernels exist for.
    fn stackable(&self) -> bool {
        let alone = |layer: &Layer| matches!(layer, Layer::InstanceNorm | Layer::Residual(_));
        self.spectral.is_empty() && !self.layers.iter().any(alone)
    }

    /// This network as one stack of kernels for images of `[channels, height, width]`,
    /// if there are kernels for all of it.
    pub fn stack(&self, image: [usize; 3]) -> Option<Stack> {
        let lengths = [self.flat_len(), self.statistics_len()];
        if !self.stackable() {
            return None;
        }
        stack::compile(
            &self.layers,
            &self.parameters,
            &self.statistics,
            lengths,
            image,
        )
    }

    /// One pass: `x` is `[batch, channels, height, width]`.
    pub fn forward(&self, parameters: &BoundParameters, mode: Mode, x: Tensor<4>) -> Pass {
        self.forward_grouped(parameters, mode, vec![x])
    }

    /// One pass through several batches of one size, whose outputs come one after the
    /// other. In training, BatchNorm does not mix them: they are as many passes.
    pub fn forward_grouped(
        &self,
        parameters: &BoundParameters,
        mode: Mode,
        batches: Vec<Tensor<4>>,
    ) -> Pass {
        let groups = batches.len();
        let [_, channels, height, width] = batches[0].dims();
        let stack = match &parameters.held {
            Held::Whole(flat) => self
                .stack([channels, height, width])
                .map(|stack| (stack, flat)),
            Held::Cut(_) => None,
        };
        let Some((stack, flat)) = stack else {
            return self.forward_layers(parameters, mode, batches);
        };
        let mode = match mode {
            Mode::Train => StackMode::Train { groups },
            Mode::Evaluate => StackMode::Evaluate,
        };
        let (output, statistics) = ganvas_kernels::ops::forward(
            &Arc::new(stack),
            flat.as_ref().clone(),
            parameters.statistics.clone(),
            concatenate(batches),
            mode,
        );
        Pass {
            output,
            features: None,
            directions: Vec::new(),
            seen: Seen::Followed(Box::new(statistics.without_autodiff())),
        }
    }

    /// [`Network::forward`] that also keeps the features before the last layer with a
    /// weight, for which it has to go layer by layer.
    pub fn forward_with_features(
        &self,
        parameters: &BoundParameters,
        mode: Mode,
        x: Tensor<4>,
    ) -> Pass {
        self.forward_layers(parameters, mode, vec![x])
    }

    /// Layer by layer, batch by batch.
    fn forward_layers(
        &self,
        parameters: &BoundParameters,
        mode: Mode,
        batches: Vec<Tensor<4>>,
    ) -> Pass {
        let mut parameters = parameters.clone();
        let mut passes: Vec<Pass> = Vec::with_capacity(batches.len());
        for x in batches {
            let pass = self.pass(&parameters, mode, x);
            parameters.follow(&pass);
            passes.push(pass);
        }
        let mut seen = Vec::new();
        let (mut outputs, mut features, mut directions) = (Vec::new(), Vec::new(), Vec::new());
        for pass in passes {
            if let Seen::Batches(found) = pass.seen {
                seen.extend(found);
            }
            outputs.push(pass.output);
            features.extend(pass.features);
            directions = pass.directions;
        }
        Pass {
            output: concatenate(outputs),
            features: (!features.is_empty()).then(|| concatenate(features)),
            directions,
            seen: Seen::Batches(seen),
        }
    }

    fn pass(&self, parameters: &BoundParameters, mode: Mode, x: Tensor<4>) -> Pass {
        let last = self.layers.iter().rposition(Layer::has_weight);
        let mut trace = Trace::default();
        let mut features = None;
        let mut x = x;
        for (index, layer) in self.layers.iter().enumerate() {
            if Some(index) == last {
                features = Some(x.clone());
            }
            x = layer.forward(parameters, mode, &mut trace, x);
        }
        Pass {
            output: x,
            features,
            directions: trace.directions,
            seen: Seen::Batches(trace.seen),
        }
    }

    /// Each head's output, `[batch, outputs]`, on the output of a pass.
    pub fn heads(&self, parameters: &BoundParameters, x: &Tensor<4>) -> Vec<Tensor<2>> {
        self.heads
            .iter()
            .map(|head| {
                let mut trace = Trace::default();
                head.forward(parameters, Mode::Train, &mut trace, x.clone())
                    .flatten(1, 3)
            })
            .collect()
    }

    /// The gradient of all parameters as one flat tensor, gaps included.
    ///
    /// A parameter that the loss does not depend on has gradient zero.
    pub fn gradient(&self, parameters: &BoundParameters, gradients: &mut Gradients) -> Tensor<1> {
        let tensors = match &parameters.held {
            Held::Whole(flat) => {
                return flat
                    .grad_remove(gradients)
                    .unwrap_or_else(|| flat.as_ref().clone().without_autodiff().zeros_like());
            }
            Held::Cut(tensors) => tensors,
        };
        let mut pieces = Vec::with_capacity(2 * self.parameters.len());
        let mut end = 0;
        for (spec, tensor) in self.parameters.iter().zip(tensors) {
            let device = tensor.device().without_autodiff();
            if spec.offset > end {
                pieces.push(Tensor::zeros([spec.offset - end], &device));
            }
            pieces.push(
                tensor
                    .grad_remove(gradients)
                    .unwrap_or_else(|| Tensor::zeros([spec.len()], &device)),
            );
            end = spec.offset + spec.len();
        }
        let gap = self.flat_len() - end;
        if gap > 0
            && let Some(piece) = pieces.first()
        {
            let device = piece.device();
            pieces.push(Tensor::zeros([gap], &device));
        }
        Tensor::cat(pieces, 0)
    }

    /// Running statistics after a training pass:
    /// running ← 0.9 · running + 0.1 · batch, with the unbiased variance, as PyTorch does.
    #[must_use]
    pub fn updated_statistics(&self, statistics: Tensor<1>, pass: &Pass) -> Tensor<1> {
        let seen = match &pass.seen {
            Seen::Followed(followed) => return followed.as_ref().clone(),
            Seen::Batches(seen) => seen,
        };
        // Two numbers of each BatchNorm make up one pass; a grouped pass is several.
        let norms = (self.statistics.len() / 2).max(1);
        seen.chunks(norms).fold(statistics, |statistics, seen| {
            let pieces = seen
                .iter()
                .flat_map(|seen| {
                    let unbiased = seen.samples as f64 / (seen.samples.max(2) - 1) as f64;
                    [seen.mean.clone(), seen.variance.clone() * unbiased]
                })
                .collect();
            statistics * (1.0 - STATISTICS_MOMENTUM) + Tensor::cat(pieces, 0) * STATISTICS_MOMENTUM
        })
    }
}

impl Parameters {
    /// From flat numbers in host memory.
    pub fn from_vecs(flat: Vec<f32>, statistics: Vec<f32>, device: &Device) -> Self {
        let upload = |values: Vec<f32>| {
            let length = values.len();
            Tensor::from_data(TensorData::new(values, [length]), device)
        };
        Self {
            flat: upload(flat),
            statistics: upload(statistics),
            directions: Vec::new(),
        }
    }

    /// These numbers with the vectors u of the spectral norms.
    #[must_use]
    pub fn with_directions(mut self, directions: Vec<Vec<f32>>, device: &Device) -> Self {
        self.directions = directions
            .into_iter()
            .map(|values| {
                let length = values.len();
                Tensor::from_data(TensorData::new(values, [length]), device)
            })
            .collect();
        self
    }
}

impl BoundParameters {
    /// Parameter `index` in its own shape.
    pub(super) fn get<const D: usize>(&self, index: usize) -> Tensor<D> {
        let (offset, shape) = &self.places[index];
        let tensor = match &self.held {
            Held::Whole(flat) => flat
                .as_ref()
                .clone()
                .narrow(0, *offset, shape.iter().product()),
            Held::Cut(tensors) => tensors[index].clone(),
        };
        let shape: [usize; D] = std::array::from_fn(|axis| shape[axis]);
        tensor.reshape(shape)
    }

    /// Weight `index` as the layer uses it: divided by its spectral norm, if it
    /// has one. In training the power iteration advances, and `trace` takes the new u.
    pub(super) fn weight<const D: usize>(
        &self,
        index: usize,
        mode: Mode,
        trace: &mut Trace,
    ) -> Tensor<D> {
        let weight = self.get(index);
        let Some((_, u)) = self.directions.iter().find(|(of, _)| *of == index) else {
            return weight;
        };
        let normalised = spectral_norm(weight, u.clone());
        trace.directions.push(match mode {
            Mode::Train => normalised.u,
            Mode::Evaluate => u.clone(),
        });
        normalised.weight
    }

    /// Takes over what a pass leaves behind (the power iteration, the running
    /// statistics), so that the next pass goes on from there.
    pub fn follow(&mut self, pass: &Pass) {
        if let Seen::Followed(statistics) = &pass.seen {
            self.statistics = statistics.as_ref().clone();
        }
        for ((_, u), new) in self.directions.iter_mut().zip(&pass.directions) {
            *u = new.clone();
        }
    }

    pub(super) fn statistic(&self, index: usize) -> Tensor<1> {
        let (offset, len) = self.statistic_places[index];
        self.statistics.clone().narrow(0, offset, len)
    }
}

/// Batches one after the other; a single one stays as it is.
fn concatenate(mut batches: Vec<Tensor<4>>) -> Tensor<4> {
    if batches.len() == 1 {
        return batches.swap_remove(0);
    }
    Tensor::cat(batches, 0)
}

fn fill(values: &mut [f32], spec: &TensorSpec, rng: &mut ChaCha8Rng) {
    match spec.initialisation {
        Initialisation::Constant(value) => values.fill(value),
        Initialisation::Uniform { limit } => {
            for value in values {
                *value = rng.random_range(-limit..=limit);
            }
        }
        Initialisation::Normal { mean, deviation } => {
            for value in values {
                let draw: f32 = StandardNormal.sample(rng);
                *value = mean + deviation * draw;
            }
        }
    }
}

fn packed_len(specs: &[TensorSpec]) -> usize {
    specs.last().map_or(0, |spec| spec.offset + spec.len())
}

fn flat_len(specs: &[TensorSpec]) -> usize {
    packed_len(specs).next_multiple_of(ALIGNMENT)
}
