//! What a network is made of, as the kernels see it.
//!
//! Images are `[batch, channels, height, width]`, row-major; a vector is an
//! image of 1×1. Parameters lie in one flat array, running statistics in
//! another, and a stage knows where its own start.

/// Added to the variance before the square root, as in PyTorch's `BatchNorm2d`.
pub const BATCH_NORM_EPSILON: f32 = 1e-5;

/// Share of the newest batch in the running statistics: `momentum` of PyTorch's BatchNorm.
pub const STATISTICS_MOMENTUM: f32 = 0.1;

/// Stages, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// The stages in the order of a forward pass.
    pub stages: Vec<Stage>,
    /// Length of the flat parameters, gaps included.
    pub parameters: usize,
    /// Length of the running statistics; one unused number where there are none.
    pub statistics: usize,
}

/// y = activation(norm(map(x) + bias)).
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
    /// Batch normalisation, if any.
    pub norm: Option<Norm>,
    /// The activation.
    pub activation: Activation,
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
    /// How many numbers an image of this shape has.
    pub fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Pixels of one channel.
    pub fn pixels(self) -> usize {
        self.height * self.width
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
    Dense(Weights),
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

/// How a dense map's weight lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weights {
    /// `[out, in]`, as in `torch.nn.Linear`, and in a convolution whose kernel covers the image.
    OutputMajor,
    /// `[in, out]`, as in a transposed convolution of a single pixel.
    InputMajor,
}

/// Batch normalisation y = γ(x − μ)/√(σ² + ε) + β for each channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Norm {
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
    /// max(x, 0).
    Relu,
    /// x where x ≥ 0, otherwise slope · x; the slope is positive.
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

/// How BatchNorm gets its mean and variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// From the batch, which consists of this many groups of equal size, one after
    /// the other; each group has statistics of its own (real and fake images go
    /// through a discriminator in one pass, and do not mix).
    Train {
        /// Number of groups.
        groups: usize,
    },
    /// From the running statistics.
    Evaluate,
}
