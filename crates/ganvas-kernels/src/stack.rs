//! What a network is made of, as the kernels see it.
//!
//! Images are `[batch, channels, height, width]`, row-major; a vector is an
//! image of 1×1. Parameters lie in one flat array, running statistics in
//! another, and a stage knows where its own start. [`crate::plan`] builds stacks.

/// Added to the variance before the square root, as in PyTorch's `BatchNorm2d`
/// and `InstanceNorm2d`.
pub const NORM_EPSILON: f32 = 1e-5;

/// Share of the newest batch in the running statistics: `momentum` of PyTorch's BatchNorm.
pub const STATISTICS_MOMENTUM: f32 = 0.1;

/// Stages, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// One image that goes in. The first stage may read the same numbers as another shape.
    pub input: Shape,
    /// One image that comes out. The last stage may have given the same numbers as
    /// another shape; with a [projection](Self::classes) it is a single number.
    pub output: Shape,
    /// The stages in the order of a forward pass; at least one.
    pub stages: Vec<Stage>,
    /// Length of the flat parameters, gaps included.
    pub parameters: usize,
    /// Length of the running statistics; one unused number where there are none.
    pub statistics: usize,
    /// With this many classes, the stack ends with a projection: the last stage gives
    /// u₀, u₁, …, and the output for an image of class c is u₀ + u₁₊c. With u₀ = ⟨w, f⟩
    /// and u₁₊c = ⟨E_c, f⟩ that is the discriminator of Miyato and Koyama, *cGANs with
    /// Projection Discriminator*, 2018.
    pub classes: Option<usize>,
}

/// y = activation(norm(map(x) + bias) + skip).
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// The linear map.
    pub map: Map,
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// Where the weight starts in the flat parameters.
    pub weight: usize,
    /// Where the bias starts, if there is one: one number for each channel of the
    /// output, or for each value where the map is [`Map::Dense`].
    pub bias: Option<usize>,
    /// The normalisation.
    pub norm: Norm,
    /// The stage whose *input* is added before the activation (a residual connection):
    /// this one or an earlier one, with an input of the shape of this output.
    pub skip: Option<usize>,
    /// The activation.
    pub activation: Activation,
    /// Whether the output is wanted besides the stack's own, for feature matching or a
    /// picture of the network's inside. Never of the last stage.
    pub tapped: bool,
}

/// Channels, height and width of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Channels.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}×{}×{}", self.channels, self.height, self.width)
    }
}

impl Shape {
    /// An image with as many rows as columns.
    pub const fn square(channels: usize, side: usize) -> Self {
        Self {
            channels,
            height: side,
            width: side,
        }
    }

    /// A vector, which is an image of 1×1.
    pub const fn vector(len: usize) -> Self {
        Self::square(len, 1)
    }

    /// How many numbers an image of this shape has.
    pub const fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Pixels of one channel.
    pub const fn pixels(self) -> usize {
        self.height * self.width
    }

    /// The shape of `batch` images in a tensor.
    pub const fn batch(self, batch: usize) -> [usize; 4] {
        [batch, self.channels, self.height, self.width]
    }
}

/// A linear map from images to images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Map {
    /// `torch.nn.Conv2d`, weight `[out, in, kernel, kernel]`.
    Convolution(Window),
    /// `torch.nn.ConvTranspose2d`, weight `[in, out, kernel, kernel]`.
    Transposed(Window),
    /// Every value of the output from every value of the input.
    Dense(WeightOrder),
}

/// Geometry of a square (transposed) convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// Side of the kernel.
    pub kernel: usize,
    /// Step in pixels: of the input for a convolution, of the output for a transposed one.
    pub stride: usize,
    /// Pixels of padding on each side: added, or cropped for a transposed convolution.
    pub padding: usize,
}

impl Window {
    /// What DCGANs are made of: a convolution halves the image, a transposed one doubles it.
    pub const HALVING: Self = Self {
        kernel: 4,
        stride: 2,
        padding: 1,
    };

    /// Whether a convolution of `input` is possible: its kernel is not larger than the padded
    /// image.
    pub const fn fits(self, input: Shape) -> bool {
        let smallest = if input.height < input.width {
            input.height
        } else {
            input.width
        };
        self.kernel > 0 && self.stride > 0 && self.kernel <= smallest + 2 * self.padding
    }

    /// The shape of `input` after a convolution to `channels`.
    pub const fn convolved(self, input: Shape, channels: usize) -> Shape {
        let Self {
            kernel,
            stride,
            padding,
        } = self;
        Shape {
            channels,
            height: (input.height + 2 * padding).saturating_sub(kernel) / stride + 1,
            width: (input.width + 2 * padding).saturating_sub(kernel) / stride + 1,
        }
    }

    /// The shape of `input` after a transposed convolution to `channels`.
    pub const fn transposed(self, input: Shape, channels: usize) -> Shape {
        let Self {
            kernel,
            stride,
            padding,
        } = self;
        Shape {
            channels,
            height: (input.height.saturating_sub(1) * stride + kernel).saturating_sub(2 * padding),
            width: (input.width.saturating_sub(1) * stride + kernel).saturating_sub(2 * padding),
        }
    }
}

/// How a dense map's weight lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WeightOrder {
    /// `[out, in]`, as in `torch.nn.Linear`, and in a convolution whose kernel covers the image.
    OutputMajor,
    /// `[in, out]`, as in a transposed convolution of a single pixel.
    InputMajor,
}

/// How the values of a linear map are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Norm {
    /// Not at all.
    None,
    /// y = γ(x − μ)/√(σ² + ε) + β for each channel, μ and σ² over the batch in training
    /// and running ones otherwise. Ioffe and Szegedy, *Batch Normalization*, 2015.
    Batch(BatchNorm),
    /// y = (x − μ)/√(σ² + ε) for each channel of each image, always by its own μ and σ²;
    /// `torch.nn.InstanceNorm2d` with its defaults. Ulyanov, Vedaldi and Lempitsky,
    /// *Instance Normalization*, 2016.
    Image,
}

/// Where the numbers of a batch normalisation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BatchNorm {
    /// Where γ starts in the flat parameters.
    pub gamma: usize,
    /// Where β starts in the flat parameters.
    pub beta: usize,
    /// Where the running mean starts in the statistics.
    pub mean: usize,
    /// Where the running variance starts in the statistics.
    pub variance: usize,
}

/// What a stage ends with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// max(x, 0); at 0 the slope is 0.
    Relu,
    /// x where x > 0, otherwise slope · x; the slope is positive, and the one at 0.
    LeakyRelu(f32),
    /// tanh x.
    Tanh,
}

impl Stage {
    /// How many numbers its weight has.
    pub fn weight_len(&self) -> usize {
        match self.map {
            Map::Convolution(window) | Map::Transposed(window) => {
                self.input.channels * self.output.channels * window.kernel * window.kernel
            }
            Map::Dense(_) => self.input.len() * self.output.len(),
        }
    }

    /// How many numbers its bias has, where there is one.
    pub fn bias_len(&self) -> usize {
        match self.map {
            Map::Dense(_) => self.output.len(),
            Map::Convolution(_) | Map::Transposed(_) => self.output.channels,
        }
    }
}

impl Stack {
    /// A single linear map whose weight is all of the parameters, `input` to `output`.
    pub fn of_map(map: Map, input: Shape, output: Shape) -> Self {
        Self::of_stage(Stage {
            map,
            input,
            output,
            weight: 0,
            bias: None,
            norm: Norm::None,
            skip: None,
            activation: Activation::Identity,
            tapped: false,
        })
    }

    /// A single stage without statistics, whose parameters end with its own.
    pub fn of_stage(stage: Stage) -> Self {
        let weight_end = stage.weight + stage.weight_len();
        let bias_end = stage.bias.map_or(0, |bias| bias + stage.bias_len());
        Self {
            input: stage.input,
            output: stage.output,
            parameters: weight_end.max(bias_end),
            statistics: 1,
            classes: None,
            stages: vec![stage],
        }
    }

    /// Whether a stage has a normalisation over the batch, and the stack with it running
    /// statistics.
    pub fn has_batch_norm(&self) -> bool {
        let is_batch = |stage: &Stage| matches!(stage.norm, Norm::Batch(_));
        self.stages.iter().any(is_batch)
    }

    /// Whether numbers of the flat parameters belong to no stage: gaps between tensors, or
    /// tensors that this stack does not read. Their gradient is zero, and nobody writes it.
    pub fn has_gaps(&self) -> bool {
        let ranges = |stage: &Stage| {
            let norm = match stage.norm {
                Norm::Batch(BatchNorm { gamma, beta, .. }) => [Some(gamma), Some(beta)],
                Norm::None | Norm::Image => [None, None],
            };
            let norm = norm.map(|start| start.map(|start| (start, stage.output.channels)));
            let bias = stage.bias.map(|start| (start, stage.bias_len()));
            let weight = Some((stage.weight, stage.weight_len()));
            [weight, bias].into_iter().chain(norm).flatten()
        };
        let mut ranges: Vec<_> = self.stages.iter().flat_map(ranges).collect();
        ranges.sort_unstable();
        let follow = |end: usize, (start, len): (usize, usize)| {
            (start <= end).then_some(end.max(start + len))
        };
        ranges.into_iter().try_fold(0, follow) != Some(self.parameters)
    }

    /// The stages whose outputs are wanted too, in order.
    pub fn taps(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|stage| stage.tapped)
    }
}

/// How a normalisation over the batch gets its mean and variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// From the batch, which consists of this many groups of equal size, one after
    /// the other; each group has statistics of its own (real and fake images go
    /// through a discriminator in one pass, and do not mix).
    Train {
        /// Number of groups.
        groups: usize,
    },
    /// As a training pass of one group, after which the running statistics are those of
    /// this batch alone.
    Measure,
    /// From the running statistics.
    Evaluate,
}

impl Mode {
    /// Groups of images with statistics of their own; 1 where the running ones are used.
    pub fn groups(self) -> usize {
        match self {
            Mode::Train { groups } => groups,
            Mode::Measure | Mode::Evaluate => 1,
        }
    }

    /// The share of the newest batch in the running statistics after the pass, where it
    /// changes them.
    pub fn momentum(self) -> Option<f32> {
        match self {
            Mode::Train { .. } => Some(STATISTICS_MOMENTUM),
            Mode::Measure => Some(1.0),
            Mode::Evaluate => None,
        }
    }
}
