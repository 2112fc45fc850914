//! Layers one after the other, as in a PyTorch `Sequential`.

use super::{Initialisation, Plan, TensorSpec, Unsupported};
use crate::stack::{Activation, BatchNorm, Map, Norm, Shape, Stack, Stage, WeightOrder, Window};

/// Parameters start at multiples of this many numbers in the flat tensor: kernels read
/// vectors of four. Most tensors are whole vectors, so that nothing lies between them.
const ALIGNMENT: usize = 4;

/// Convolution weights: N(0, 0.02²), as in the DCGAN paper.
const WEIGHTS: Initialisation = Initialisation::Normal {
    mean: 0.0,
    deviation: 0.02,
};
/// BatchNorm's γ: N(1, 0.02²), as DCGAN's implementations do.
const GAMMA: Initialisation = Initialisation::Normal {
    mean: 1.0,
    deviation: 0.02,
};

/// PyTorch's default for layers that sum `inputs` numbers.
fn torch_default(inputs: usize) -> Initialisation {
    Initialisation::Uniform {
        limit: 1.0 / (inputs as f32).sqrt(),
    }
}

/// Geometry of a square (transposed) convolution, and the channels that it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convolution {
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
    fn window(self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
        }
    }
}

/// Adds layers one by one; indices and names count as in a PyTorch `Sequential`
/// called `model`.
#[derive(Debug, Clone)]
pub struct Builder {
    /// The name of the list of layers, `model` or that of a residual block.
    prefix: String,
    /// Layers of that list so far.
    layers: usize,
    /// What the next layer reads.
    current: Shape,
    input: Shape,
    stages: Vec<Stage>,
    heads: Vec<Stage>,
    parameters: Vec<TensorSpec>,
    statistics: Vec<TensorSpec>,
    classes: Option<usize>,
    /// The first thing that cannot be done.
    refused: Option<Unsupported>,
}

impl Builder {
    pub(super) fn new(input: Shape) -> Self {
        Self {
            prefix: "model".to_owned(),
            layers: 0,
            current: input,
            input,
            stages: Vec::new(),
            heads: Vec::new(),
            parameters: Vec::new(),
            statistics: Vec::new(),
            classes: None,
            refused: None,
        }
    }

    /// What the next layer reads.
    pub fn shape(&self) -> Shape {
        self.current
    }

    /// `torch.nn.Conv2d` without bias, its weight `[output, input, kernel, kernel]` started
    /// as in the DCGAN paper.
    #[must_use]
    pub fn conv2d(self, convolution: Convolution) -> Self {
        self.convolution(convolution, WEIGHTS, None)
    }

    /// `torch.nn.Conv2d` with bias, both started as PyTorch does: U(−1/√n, 1/√n) with
    /// n = input · kernel².
    #[must_use]
    pub fn conv2d_biased(self, convolution: Convolution) -> Self {
        let Convolution { kernel, .. } = convolution;
        let start = torch_default(self.current.channels * kernel * kernel);
        self.convolution(convolution, start, Some(start))
    }

    fn convolution(
        mut self,
        convolution: Convolution,
        start: Initialisation,
        bias: Option<Initialisation>,
    ) -> Self {
        let Convolution { output, kernel, .. } = convolution;
        let (input, window) = (self.current, convolution.window());
        if !window.fits(input) {
            return self.refuse("a window larger than the image, or of no size");
        }
        // A kernel that covers the whole image once is one matrix product for the
        // batch, where a convolution would be a small one per image.
        let (map, shape) = if window.padding == 0 && [input.height, input.width] == [kernel; 2] {
            (Map::Dense(WeightOrder::OutputMajor), Shape::vector(output))
        } else {
            (Map::Convolution(window), window.convolved(input, output))
        };
        let weight = self.parameter("weight", &[output, input.channels, kernel, kernel], start);
        let bias = bias.map(|start| self.parameter("bias", &[output], start));
        self.map(map, shape, weight, bias)
    }

    /// `torch.nn.ConvTranspose2d` without bias, its weight `[input, output, kernel, kernel]`
    /// started as in the DCGAN paper.
    #[must_use]
    pub fn conv_transpose2d(mut self, convolution: Convolution) -> Self {
        let Convolution { output, kernel, .. } = convolution;
        let (input, window) = (self.current, convolution.window());
        let shape = window.transposed(input, output);
        if shape.is_empty() {
            return self.refuse("a window that leaves no image");
        }
        // A single pixel spreads one kernel: a matrix product, too.
        let map = if window.padding == 0 && [input.height, input.width] == [1, 1] {
            Map::Dense(WeightOrder::InputMajor)
        } else {
            Map::Transposed(window)
        };
        let weight = self.parameter("weight", &[input.channels, output, kernel, kernel], WEIGHTS);
        self.map(map, shape, weight, None)
    }

    /// `torch.nn.Linear` on all values of an image, with bias, both started as PyTorch
    /// does: U(−1/√input, 1/√input).
    #[must_use]
    pub fn linear(mut self, output: usize) -> Self {
        let input = self.current.len();
        let start = torch_default(input);
        let weight = self.parameter("weight", &[output, input], start);
        let bias = self.parameter("bias", &[output], start);
        self.map(
            Map::Dense(WeightOrder::OutputMajor),
            Shape::vector(output),
            weight,
            Some(bias),
        )
    }

    /// A linear layer with bias that stands beside the list and reads its output; its
    /// parameters are `name.weight` and `name.bias`, started as PyTorch does.
    #[must_use]
    pub fn head(mut self, name: &str, output: usize) -> Self {
        let input = Shape::vector(self.current.len());
        let start = torch_default(input.len());
        let weight = self.named(format!("{name}.weight"), &[output, input.len()], start);
        let bias = self.named(format!("{name}.bias"), &[output], start);
        self.heads.push(Stage {
            map: Map::Dense(WeightOrder::OutputMajor),
            input,
            output: Shape::vector(output),
            weight,
            bias: Some(bias),
            norm: Norm::None,
            skip: None,
            activation: Activation::Identity,
            tapped: false,
        });
        self
    }

    /// An embedding of `classes` classes, `embedding.weight` `[classes, values]`, added to
    /// what the linear map before it gives.
    ///
    /// The map is the first one, a matrix product of a vector. It then reads the vector
    /// with the one-hot vector of the class after it: the embedding's rows continue the
    /// weight's, and one product serves both.
    #[must_use]
    pub fn class_embedding(mut self, classes: usize) -> Self {
        let values = self.current.len();
        let end = self.parameters.last().map_or(0, |spec| spec.range().end);
        let offset = self.named("embedding.weight".to_owned(), &[classes, values], WEIGHTS);
        let fits = |stage: &&mut Stage| {
            stage.map == Map::Dense(WeightOrder::InputMajor) && is_bare(stage) && offset == end
        };
        let alone = self.stages.len() == 1;
        match self.open().filter(fits).filter(|_| alone) {
            Some(stage) => {
                stage.input = Shape::vector(stage.input.len() + classes);
                self.input = stage.input;
                self
            }
            None => self.refuse(
                "a class embedding is added to a first transposed convolution of a vector, \
                 to a multiple of 4 values",
            ),
        }
    }

    /// A projection of `classes` classes, `embedding.weight` `[classes, features]`: the
    /// features that the last linear map reads, times the row of the image's class, are
    /// added to its single output. See [`Stack::classes`].
    #[must_use]
    pub fn projection(mut self, classes: usize) -> Self {
        let features = self.stages.last().map_or(0, |stage| stage.input.len());
        let end = self.parameters.last().map_or(0, |spec| spec.range().end);
        let offset = self.named("embedding.weight".to_owned(), &[classes, features], WEIGHTS);
        let fits = |stage: &&mut Stage| {
            stage.map == Map::Dense(WeightOrder::OutputMajor)
                && stage.output.len() == 1
                && stage.bias.is_none()
                && is_bare(stage)
                && offset == end
        };
        match self.open().filter(fits) {
            Some(stage) => {
                stage.output = Shape::vector(1 + classes);
                self.classes = Some(classes);
                self
            }
            None => self.refuse(
                "a projection goes with a last map to one number without bias, \
                 from a multiple of 4 values",
            ),
        }
    }

    /// `torch.nn.BatchNorm2d` (or `BatchNorm1d` of a vector) over the channels.
    #[must_use]
    pub fn batch_norm(mut self) -> Self {
        let channels = self.current.channels;
        let gamma = self.parameter("weight", &[channels], GAMMA);
        let beta = self.parameter("bias", &[channels], Initialisation::Constant(0.0));
        let [mean, variance] =
            [("running_mean", 0.0), ("running_var", 1.0)].map(|(name, start)| {
                let spec = TensorSpec {
                    name: self.name(name),
                    shape: vec![channels],
                    offset: packed_len(&self.statistics),
                    initialisation: Initialisation::Constant(start),
                };
                let offset = spec.offset;
                self.statistics.push(spec);
                offset
            });
        self.norm(Norm::Batch(BatchNorm {
            gamma,
            beta,
            mean,
            variance,
        }))
    }

    /// `torch.nn.InstanceNorm2d` with its defaults: each channel of each image by itself.
    #[must_use]
    pub fn instance_norm(self) -> Self {
        self.norm(Norm::Image)
    }

    fn norm(mut self, norm: Norm) -> Self {
        let current = self.current;
        let fits = |stage: &&mut Stage| is_bare(stage) && stage.output == current;
        match self.open().filter(fits) {
            Some(stage) => {
                stage.norm = norm;
                self.next()
            }
            None => self.refuse("a normalisation follows a linear map, once"),
        }
    }

    /// max(x, 0).
    #[must_use]
    pub fn relu(self) -> Self {
        self.activation(Activation::Relu)
    }

    /// x where x > 0, otherwise slope · x. The slope is above 0.
    #[must_use]
    pub fn leaky_relu(self, slope: f32) -> Self {
        self.activation(Activation::LeakyRelu(slope))
    }

    /// tanh x.
    #[must_use]
    pub fn tanh(self) -> Self {
        self.activation(Activation::Tanh)
    }

    /// Any activation.
    #[must_use]
    pub fn activation(mut self, activation: Activation) -> Self {
        // The way back reads the sign of the input from that of the output.
        if let Activation::LeakyRelu(slope) = activation
            && !(slope > 0.0 && slope.is_finite())
        {
            return self.refuse("a slope of LeakyReLU that is no finite number above 0");
        }
        let fits = |stage: &&mut Stage| stage.activation == Activation::Identity;
        match self.open().filter(fits) {
            Some(stage) => {
                stage.activation = activation;
                self.next()
            }
            None => self.refuse("an activation follows a linear map, once"),
        }
    }

    /// `torch.nn.Flatten`: all values of an image as a vector.
    #[must_use]
    pub fn flatten(self) -> Self {
        let shape = Shape::vector(self.current.len());
        self.reshape(shape)
    }

    /// `torch.nn.Unflatten`: the same values as an image of another shape.
    #[must_use]
    pub fn unflatten(self, shape: Shape) -> Self {
        if shape.len() != self.current.len() {
            return self.refuse("another number of values than there are");
        }
        self.reshape(shape)
    }

    fn reshape(mut self, shape: Shape) -> Self {
        // What a dense map gives has whatever shape is wanted: a normalisation that
        // follows is over the new channels.
        let current = self.current;
        if let Some(stage) = self.open()
            && stage.norm == Norm::None
            && stage.skip.is_none()
            && matches!(stage.map, Map::Dense(_))
            && stage.output == current
        {
            stage.output = shape;
        }
        self.current = shape;
        self.next()
    }

    /// x + block(x), the block's layers numbered on their own. He et al., *Deep Residual
    /// Learning for Image Recognition*, 2016.
    #[must_use]
    pub fn residual(mut self, block: impl FnOnce(Self) -> Self) -> Self {
        let inner = format!("{}.{}.block", self.prefix, self.layers);
        let outer = (std::mem::replace(&mut self.prefix, inner), self.layers);
        let (first, before) = (self.stages.len(), self.current);
        let outside = self.stages.last().cloned();
        self.layers = 0;
        let mut this = block(self);
        (this.prefix, this.layers) = outer;
        // The block has changed nothing that was there before it, and begins and ends with
        // images of the same shape.
        let unchanged = first.checked_sub(1).map(|at| &this.stages[at]) == outside.as_ref();
        let begins = this.stages.get(first).map(|stage| stage.input);
        let after = this.current;
        let whole = |stage: &&mut Stage| {
            unchanged
                && begins == Some(before)
                && before == after
                && stage.output == after
                && stage.skip.is_none()
                && stage.activation == Activation::Identity
        };
        match this.open().filter(whole) {
            Some(stage) => {
                stage.skip = Some(first);
                this.next()
            }
            None => this.refuse(
                "a residual block keeps the shape, begins with a linear map and ends with one \
                 or with a normalisation",
            ),
        }
    }

    /// Hands out the output of the last stage besides the network's own.
    #[must_use]
    pub fn tap(mut self) -> Self {
        match self.open() {
            Some(stage) => {
                stage.tapped = true;
                self
            }
            None => self.refuse("a tap is on a linear map and what follows it, once"),
        }
    }

    /// The finished network.
    ///
    /// # Errors
    ///
    /// The first layer that asked for what no stack can do.
    pub fn build(self) -> Result<Plan, Unsupported> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        if self.stages.is_empty() || self.stages.last().is_some_and(|last| last.tapped) {
            return Err(Unsupported {
                layer: self.prefix,
                reason: "a network has a linear map, and the last one cannot be tapped",
            });
        }
        let parameters = aligned_len(&self.parameters);
        let statistics = packed_len(&self.statistics).max(1);
        let heads = self
            .heads
            .into_iter()
            .map(|head| Stack {
                parameters,
                statistics,
                ..Stack::of_stage(head)
            })
            .collect();
        Ok(Plan {
            stack: Stack {
                input: self.input,
                output: self.current,
                stages: self.stages,
                parameters,
                statistics,
                classes: self.classes,
            },
            parameters: self.parameters,
            statistics: self.statistics,
            heads,
        })
    }

    /// Adds the stage of a linear map.
    fn map(mut self, map: Map, output: Shape, weight: usize, bias: Option<usize>) -> Self {
        if self.classes.is_some() {
            return self.refuse("a projection is the end");
        }
        let stage = Stage {
            map,
            input: self.current,
            output,
            weight,
            bias,
            norm: Norm::None,
            skip: None,
            activation: Activation::Identity,
            tapped: false,
        };
        self.stages.push(stage);
        self.current = output;
        self.next()
    }

    /// The last stage, if something can still be added to it: what is tapped is finished,
    /// and so is a projection.
    fn open(&mut self) -> Option<&mut Stage> {
        let last = self.stages.last_mut().filter(|stage| !stage.tapped);
        last.filter(|_| self.classes.is_none())
    }

    fn next(mut self) -> Self {
        self.layers += 1;
        self
    }

    pub(super) fn refuse(mut self, reason: &'static str) -> Self {
        let layer = format!("{}.{}", self.prefix, self.layers);
        self.refused.get_or_insert(Unsupported { layer, reason });
        self.next()
    }

    fn name(&self, suffix: &str) -> String {
        format!("{}.{}.{suffix}", self.prefix, self.layers)
    }

    fn parameter(&mut self, suffix: &str, shape: &[usize], start: Initialisation) -> usize {
        self.named(self.name(suffix), shape, start)
    }

    fn named(&mut self, name: String, shape: &[usize], initialisation: Initialisation) -> usize {
        let offset = aligned_len(&self.parameters);
        self.parameters.push(TensorSpec {
            name,
            shape: shape.to_vec(),
            offset,
            initialisation,
        });
        offset
    }
}

/// Whether nothing follows a stage's linear map yet.
fn is_bare(stage: &Stage) -> bool {
    stage.norm == Norm::None && stage.skip.is_none() && stage.activation == Activation::Identity
}

fn packed_len(specs: &[TensorSpec]) -> usize {
    specs.last().map_or(0, |spec| spec.range().end)
}

fn aligned_len(specs: &[TensorSpec]) -> usize {
    packed_len(specs).next_multiple_of(ALIGNMENT)
}
