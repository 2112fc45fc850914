//! A network, layer by layer.

use super::super::layer::{Convolution, Layer};
use super::{Initialisation, Network, TensorSpec, flat_len, packed_len};

/// Adds layers one by one; indices and names count as in a PyTorch `Sequential`
/// called `model`.
#[derive(Debug, Clone, Default)]
pub struct NetworkBuilder {
    /// The name of the layer list, and how many of its layers came before a nested one.
    prefix: Option<String>,
    layers: Vec<Layer>,
    heads: Vec<Layer>,
    parameters: Vec<TensorSpec>,
    statistics: Vec<TensorSpec>,
}

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

impl NetworkBuilder {
    /// Adds a convolution without bias.
    #[must_use]
    pub fn conv2d(mut self, geometry: Convolution) -> Self {
        let c = geometry;
        let weight = self.parameter("weight", &[c.output, c.input, c.kernel, c.kernel], WEIGHTS);
        self.push(Layer::Conv2d {
            geometry,
            weight,
            bias: None,
        })
    }

    /// Adds a transposed convolution without bias.
    #[must_use]
    pub fn conv_transpose2d(mut self, geometry: Convolution) -> Self {
        let c = geometry;
        let weight = self.parameter("weight", &[c.input, c.output, c.kernel, c.kernel], WEIGHTS);
        self.push(Layer::ConvTranspose2d {
            geometry,
            weight,
            bias: None,
        })
    }

    /// Adds a convolution with bias, both started as PyTorch does:
    /// U(−1/√n, 1/√n) with n = input · kernel².
    #[must_use]
    pub fn conv2d_biased(mut self, geometry: Convolution) -> Self {
        let c = geometry;
        let start = torch_default(c.input * c.kernel * c.kernel);
        let weight = self.parameter("weight", &[c.output, c.input, c.kernel, c.kernel], start);
        let bias = self.parameter("bias", &[c.output], start);
        self.push(Layer::Conv2d {
            geometry,
            weight,
            bias: Some(bias),
        })
    }

    /// Adds a fully connected layer with bias, started as PyTorch does:
    /// U(−1/√input, 1/√input).
    #[must_use]
    pub fn linear(mut self, input: usize, output: usize) -> Self {
        let start = torch_default(input);
        let weight = self.parameter("weight", &[output, input], start);
        let bias = self.parameter("bias", &[output], start);
        self.push(Layer::Linear {
            weight,
            bias: Some(bias),
        })
    }

    /// Adds a fully connected layer with bias that stands beside the list and reads
    /// its output, such as the mean of an encoder; its parameters are `name.weight`
    /// and `name.bias`.
    #[must_use]
    pub fn head(mut self, name: &str, input: usize, output: usize) -> Self {
        let start = torch_default(input);
        let weight = self.named(format!("{name}.weight"), &[output, input], start);
        let bias = self.named(format!("{name}.bias"), &[output], start);
        self.heads.push(Layer::Linear {
            weight,
            bias: Some(bias),
        });
        self
    }

    /// Adds x + block(x), the block's layers numbered on their own.
    #[must_use]
    pub fn residual(mut self, block: impl FnOnce(Self) -> Self) -> Self {
        let prefix = format!("{}.{}.block", self.prefix(), self.layers.len());
        let outer = self.prefix.replace(prefix);
        let layers = std::mem::take(&mut self.layers);
        let mut this = block(self);
        let inner = std::mem::replace(&mut this.layers, layers);
        this.prefix = outer;
        this.push(Layer::Residual(inner))
    }

    /// Adds batch normalisation over `channels`.
    #[must_use]
    pub fn batch_norm(mut self, channels: usize) -> Self {
        let weight = self.parameter("weight", &[channels], GAMMA);
        let bias = self.parameter("bias", &[channels], Initialisation::Constant(0.0));
        let statistics = self.statistics.len();
        for (name, start) in [("running_mean", 0.0), ("running_var", 1.0)] {
            let offset = packed_len(&self.statistics);
            let name = self.name(name);
            self.statistics.push(TensorSpec {
                name,
                shape: vec![channels],
                offset,
                initialisation: Initialisation::Constant(start),
            });
        }
        self.push(Layer::BatchNorm {
            weight,
            bias,
            statistics,
        })
    }

    /// Adds a layer without parameters.
    #[must_use]
    pub fn push(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// The finished network.
    pub fn build(self) -> Network {
        Network {
            layers: self.layers,
            heads: self.heads,
            parameters: self.parameters,
            statistics: self.statistics,
            spectral: Vec::new(),
        }
    }

    fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or("model")
    }

    fn name(&self, suffix: &str) -> String {
        format!("{}.{}.{suffix}", self.prefix(), self.layers.len())
    }

    fn parameter(
        &mut self,
        suffix: &str,
        shape: &[usize],
        initialisation: Initialisation,
    ) -> usize {
        self.named(self.name(suffix), shape, initialisation)
    }

    fn named(&mut self, name: String, shape: &[usize], initialisation: Initialisation) -> usize {
        let offset = flat_len(&self.parameters);
        self.parameters.push(TensorSpec {
            name,
            shape: shape.to_vec(),
            offset,
            initialisation,
        });
        self.parameters.len() - 1
    }
}
