//! The networks of article 004 as stacks.

use ganvas_kernels::stack::{Activation, Map, Norm, Shape, Stack, Stage, Weights, Window};

const fn shape(channels: usize, side: usize) -> Shape {
    Shape {
        channels,
        height: side,
        width: side,
    }
}

const WINDOW: Window = Window {
    kernel: 4,
    stride: 2,
    padding: 1,
};

/// Stages one after the other, their parameters at multiples of 64.
#[derive(Default)]
struct Builder {
    stages: Vec<Stage>,
    parameters: usize,
    statistics: usize,
}

impl Builder {
    fn push(
        mut self,
        map: Map,
        input: Shape,
        output: Shape,
        norm: bool,
        activation: Activation,
    ) -> Self {
        let mut stage = Stage {
            map,
            input,
            output,
            weight: self.parameters,
            bias: None,
            norm: None,
            activation,
        };
        self.parameters = (self.parameters + stage.weight_len()).next_multiple_of(64);
        if norm {
            let size = output.channels.next_multiple_of(64);
            stage.norm = Some(Norm {
                gamma: self.parameters,
                beta: self.parameters + size,
                mean: self.statistics,
                variance: self.statistics + output.channels,
            });
            self.parameters += 2 * size;
            self.statistics += 2 * output.channels;
        }
        self.stages.push(stage);
        self
    }

    fn build(self) -> Stack {
        Stack {
            stages: self.stages,
            parameters: self.parameters,
            statistics: self.statistics,
        }
    }
}

/// Latents to images.
pub fn generator(w: usize, latent: usize) -> Stack {
    let up = Map::Transposed(WINDOW);
    Builder::default()
        .push(
            Map::Dense(Weights::InputMajor),
            shape(latent, 1),
            shape(4 * w, 4),
            true,
            Activation::Relu,
        )
        .push(up, shape(4 * w, 4), shape(2 * w, 8), true, Activation::Relu)
        .push(up, shape(2 * w, 8), shape(w, 16), true, Activation::Relu)
        .push(up, shape(w, 16), shape(1, 32), false, Activation::Tanh)
        .build()
}

/// Images to logits.
pub fn discriminator(w: usize) -> Stack {
    let down = Map::Convolution(WINDOW);
    let leaky = Activation::LeakyRelu(0.2);
    Builder::default()
        .push(down, shape(1, 32), shape(w, 16), false, leaky)
        .push(down, shape(w, 16), shape(2 * w, 8), true, leaky)
        .push(down, shape(2 * w, 8), shape(4 * w, 4), true, leaky)
        .push(
            Map::Dense(Weights::OutputMajor),
            shape(4 * w, 4),
            shape(1, 1),
            false,
            Activation::Identity,
        )
        .build()
}
