//! Networks with everything that a stack can have.

use ganvas_kernels::plan::{Builder, Convolution, Plan, dcgan};
use ganvas_kernels::stack::{Activation, Shape, Stack};

use super::numbers;

/// A network, and how large a batch in how many groups it is tried with.
pub struct Network {
    pub name: String,
    pub stack: Stack,
    pub batch: usize,
    pub groups: usize,
}

impl Network {
    fn of(name: impl Into<String>, builder: Builder, batch: usize, groups: usize) -> Self {
        let name = name.into();
        let plan = builder
            .build()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name,
            stack: plan.stack,
            batch,
            groups,
        }
    }

    /// Parameters that keep numbers near one, with something in the gaps between them.
    pub fn parameters(&self) -> Vec<f32> {
        let mut parameters = numbers(self.stack.parameters, 2);
        for stage in &self.stack.stages {
            let inputs = stage.weight_len() / stage.output.channels;
            let scale = (3.0 / inputs as f32).sqrt();
            let weight = stage.weight..stage.weight + stage.weight_len();
            parameters[weight].iter_mut().for_each(|w| *w *= scale);
        }
        parameters
    }

    /// Running statistics, their variances positive.
    pub fn statistics(&self) -> Vec<f32> {
        let numbers = numbers(self.stack.statistics, 3);
        numbers.iter().map(|x| 1.0 + 0.5 * x).collect()
    }

    /// Images that go in.
    pub fn images(&self) -> Vec<f32> {
        numbers(self.batch * self.stack.input.len(), 1)
    }

    /// Classes of the images, one of which has none.
    pub fn labels(&self) -> Vec<f32> {
        let classes = self.stack.classes.unwrap_or(1);
        (0..self.batch)
            .map(|image| ((image * 7) % (classes + 1)) as f32)
            .collect()
    }
}

const LEAKY: f32 = 0.2;

pub const fn window(output: usize, kernel: usize, stride: usize, padding: usize) -> Convolution {
    Convolution {
        output,
        kernel,
        stride,
        padding,
    }
}

fn oblong(channels: usize, height: usize, width: usize) -> Builder {
    Plan::of(Shape {
        channels,
        height,
        width,
    })
}

/// Small ones that take each kind of map, norm and activation through their corners.
pub fn small() -> Vec<Network> {
    let square = |channels, side| Plan::of(Shape::square(channels, side));
    let vector = |len| Plan::of(Shape::vector(len));
    let half = dcgan::resample;
    vec![
        Network::of("halving", square(3, 8).conv2d(half(6)), 3, 1),
        Network::of(
            "halving of a strip",
            oblong(1, 10, 16).conv2d_biased(half(5)).leaky_relu(LEAKY),
            2,
            1,
        ),
        Network::of(
            "halving of an odd width",
            square(2, 12).conv2d(half(3)),
            2,
            1,
        ),
        Network::of(
            "halving, BatchNorm",
            square(4, 16).conv2d_biased(half(8)).batch_norm().relu(),
            4,
            2,
        ),
        Network::of(
            "halving, InstanceNorm",
            square(4, 16)
                .conv2d_biased(half(8))
                .instance_norm()
                .leaky_relu(LEAKY),
            3,
            1,
        ),
        Network::of(
            "doubling",
            square(6, 4).conv_transpose2d(half(3)).tanh(),
            3,
            1,
        ),
        Network::of(
            "doubling of a strip",
            oblong(2, 3, 8).conv_transpose2d(half(1)),
            1,
            1,
        ),
        Network::of(
            "doubling, BatchNorm",
            square(8, 8).conv_transpose2d(half(4)).batch_norm().relu(),
            4,
            2,
        ),
        Network::of("linear", vector(7).linear(5).tanh(), 3, 1),
        Network::of(
            "linear, BatchNorm",
            vector(16).linear(12).batch_norm().leaky_relu(LEAKY),
            8,
            2,
        ),
        Network::of("linear of an image", square(32, 4).linear(1), 6, 2),
        Network::of(
            "linear to an image",
            vector(6)
                .linear(48)
                .tanh()
                .unflatten(Shape::square(3, 4))
                .conv2d(half(2)),
            3,
            1,
        ),
        Network::of(
            "one pixel to an image",
            vector(10)
                .conv_transpose2d(dcgan::project(6))
                .batch_norm()
                .relu(),
            5,
            1,
        ),
        Network::of(
            "3×3",
            oblong(2, 7, 9)
                .conv2d_biased(window(5, 3, 1, 1))
                .leaky_relu(LEAKY),
            3,
            1,
        ),
        Network::of(
            "3×3, InstanceNorm of a few pixels",
            oblong(2, 3, 5).conv2d(window(3, 3, 1, 1)).instance_norm(),
            3,
            1,
        ),
        Network::of(
            "5×5, stride 2, BatchNorm",
            square(1, 12)
                .conv2d(window(4, 5, 2, 2))
                .batch_norm()
                .leaky_relu(LEAKY),
            4,
            2,
        ),
        Network::of(
            "3×3, transposed",
            oblong(4, 5, 6).conv_transpose2d(window(3, 3, 2, 1)).tanh(),
            2,
            1,
        ),
    ]
}

/// Whole networks of a width, as the models have them and as they might have.
pub fn networks(width: usize) -> Vec<Network> {
    let image = Shape::square(1, 32);
    let large = Shape::square(3, 64);
    let of = |name: &str, builder, batch, groups| {
        Network::of(format!("{name} of width {width}"), builder, batch, groups)
    };
    vec![
        of(
            "generator",
            dcgan::generator(width, 9, image, Activation::Relu),
            4,
            1,
        ),
        of("discriminator", dcgan::discriminator(width, image), 6, 2),
        of(
            "generator of 64×64",
            dcgan::generator(width, 9, large, Activation::Relu),
            2,
            1,
        ),
        of(
            "discriminator of 64×64",
            dcgan::discriminator(width, large),
            2,
            1,
        ),
        of("critic", critic(width, image), 4, 2),
        of("tapped discriminator", tapped(width, image), 4, 2),
        of(
            "projection discriminator",
            dcgan::discriminator(width, image).projection(3),
            6,
            2,
        ),
        of("conditional generator", conditional(width), 5, 1),
        of("translator", translator(width, image), 3, 1),
        of("residual network", residual(width), 4, 2),
        of("linear stem", linear_stem(width), 4, 1),
        of(
            "fully connected discriminator",
            fully_connected(width),
            4,
            2,
        ),
    ]
}

fn critic(width: usize, image: Shape) -> Builder {
    Plan::of(image)
        .conv2d_biased(dcgan::resample(width))
        .leaky_relu(LEAKY)
        .conv2d_biased(dcgan::resample(2 * width))
        .leaky_relu(LEAKY)
        .conv2d_biased(dcgan::resample(4 * width))
        .leaky_relu(LEAKY)
        .conv2d_biased(dcgan::project(1))
}

/// A discriminator that hands out what is between its layers.
fn tapped(width: usize, image: Shape) -> Builder {
    dcgan::downsampling(width, image)
        .tap()
        .flatten()
        .linear(5)
        .tap()
        .linear(1)
}

fn conditional(width: usize) -> Builder {
    let image = Shape::square(1, 32);
    let stem = Plan::of(Shape::vector(6))
        .conv_transpose2d(dcgan::project(4 * width))
        .class_embedding(3)
        .batch_norm()
        .leaky_relu(LEAKY);
    dcgan::upsampling(stem, width, image, Activation::LeakyRelu(LEAKY))
}

fn translator(width: usize, image: Shape) -> Builder {
    let block = |builder: Builder| {
        builder
            .conv2d(window(2 * width, 3, 1, 1))
            .instance_norm()
            .relu()
            .conv2d(window(2 * width, 3, 1, 1))
            .instance_norm()
    };
    Plan::of(image)
        .conv2d(window(width, 3, 1, 1))
        .instance_norm()
        .relu()
        .conv2d(window(2 * width, 3, 2, 1))
        .instance_norm()
        .relu()
        .residual(block)
        .residual(block)
        .conv_transpose2d(dcgan::resample(width))
        .instance_norm()
        .relu()
        .conv2d_biased(window(image.channels, 3, 1, 1))
        .tanh()
}

/// Skips to the network's own input, over one stage and over several, with and without an
/// activation after the sum, and a tap where a skip begins.
fn residual(width: usize) -> Builder {
    let smooth = window(width, 3, 1, 1);
    Plan::of(Shape::square(width, 8))
        .residual(|block| block.conv2d_biased(smooth))
        .leaky_relu(LEAKY)
        .tap()
        .residual(|block| block.conv2d(smooth).batch_norm().relu().conv2d(smooth))
        .residual(|block| block.conv2d_biased(smooth).batch_norm())
        .tanh()
        .tap()
        .conv2d(dcgan::resample(2 * width))
        .batch_norm()
        .leaky_relu(LEAKY)
}

fn linear_stem(width: usize) -> Builder {
    let stem = Plan::of(Shape::vector(7))
        .linear(64 * width)
        .batch_norm()
        .leaky_relu(LEAKY)
        .unflatten(Shape::square(4 * width, 4));
    let activation = Activation::LeakyRelu(LEAKY);
    dcgan::upsampling(stem, width, Shape::square(1, 32), activation)
}

fn fully_connected(width: usize) -> Builder {
    Plan::of(Shape::square(1, 32))
        .flatten()
        .linear(8 * width)
        .leaky_relu(LEAKY)
        .tap()
        .linear(4 * width)
        .leaky_relu(LEAKY)
        .linear(1)
}
