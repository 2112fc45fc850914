//! Writes the kernels of one DCGAN step as JSON: their text, buffers and sizes.
//!
//! ```text
//! cargo run --package ganvas-kernels --no-default-features --example schedule -- 16 32 software
//! ```
//!
//! `tests/bench/kernels.mjs` replays them in a browser and says how fast each is.

use ganvas_kernels::gpu::{Gpu, Tiles, Want, backward, forward};
use ganvas_kernels::loss::{GanLoss, Side};
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage, Weights, Window};
use ganvas_kernels::wgsl::{Adam, Program};

/// Remembers what it was given.
#[derive(Default)]
struct Recorder {
    buffers: Vec<usize>,
    launches: Vec<String>,
    /// Which part of the step is being recorded.
    part: &'static str,
}

impl Gpu for Recorder {
    type Buffer = usize;

    fn allocate(&mut self, len: usize) -> usize {
        self.buffers.push(len);
        self.buffers.len() - 1
    }

    fn zeros(&mut self, len: usize) -> usize {
        self.allocate(len)
    }

    fn launch<P: Program>(&mut self, program: P, buffers: &[&usize], info: &[usize]) {
        let work = program.work(info[0]);
        self.launches.push(format!(
            "{{\"part\":{:?},\"title\":{:?},\"name\":{:?},\"flops\":{},\"bytes\":{},\"workgroups\":{:?},\"buffers\":{:?},\"info\":{:?},\"wgsl\":{:?}}}",
            self.part,
            program.title(),
            format!("{program:?}"),
            work.flops,
            work.bytes,
            program.workgroups(info[0]),
            buffers,
            info,
            program.wgsl(),
        ));
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| {
        arguments
            .get(index)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (width, batch) = (number(0, 16), number(1, 32));
    let tiles = match arguments.get(2).map(String::as_str) {
        Some("gpu") => Tiles::GPU,
        _ => Tiles {
            convolution: number(3, Tiles::SOFTWARE.convolution),
            transposed: number(4, Tiles::SOFTWARE.transposed),
            weight: number(5, Tiles::SOFTWARE.weight),
            norm: number(6, Tiles::SOFTWARE.norm as usize) as u32,
            ..Tiles::SOFTWARE
        },
    };
    let gpu = &mut Recorder::default();
    let (g, d) = (generator(width, 100), discriminator(width));
    let [gp, gs, dp, ds] = [
        g.parameters,
        g.statistics.max(1),
        d.parameters,
        d.statistics,
    ]
    .map(|len| gpu.allocate(len));
    let z = gpu.allocate(batch * 100);
    let both = gpu.allocate(2 * batch * 1024);
    let one = Mode::Train { groups: 1 };

    gpu.part = "D update, G forward";
    forward(gpu, &g, tiles, [&gp, &gs, &z], batch, one);
    gpu.part = "D update, D forward";
    let judged = forward(
        gpu,
        &d,
        tiles,
        [&dp, &ds, &both],
        2 * batch,
        Mode::Train { groups: 2 },
    );
    let (loss, slope) = (gpu.allocate(1), gpu.allocate(2 * batch));
    gpu.launch(
        GanLoss::NonSaturating(Side::Discriminator),
        &[&judged.output, &loss, &slope],
        &[2 * batch],
    );
    let want = Want {
        parameters: true,
        input: false,
    };
    gpu.part = "D update, backward";
    let learnt = backward(gpu, &d, tiles, &dp, &judged.saved, &slope, want);
    adam(gpu, dp, d.parameters, learnt.parameters);

    gpu.part = "G update, G forward";
    let made = forward(gpu, &g, tiles, [&gp, &gs, &z], batch, one);
    gpu.part = "G update, D forward";
    let judged = forward(gpu, &d, tiles, [&dp, &ds, &made.output], batch, one);
    let (loss, slope) = (gpu.allocate(1), gpu.allocate(batch));
    gpu.launch(
        GanLoss::NonSaturating(Side::Generator),
        &[&judged.output, &loss, &slope],
        &[batch],
    );
    gpu.part = "G update, D backward";
    let images = backward(
        gpu,
        &d,
        tiles,
        &dp,
        &judged.saved,
        &slope,
        Want {
            parameters: false,
            input: true,
        },
    );
    if let Some(images) = images.input {
        gpu.part = "G update, G backward";
        let learnt = backward(gpu, &g, tiles, &gp, &made.saved, &images, want);
        adam(gpu, gp, g.parameters, learnt.parameters);
    }
    println!(
        "{{\"buffers\":{:?},\"launches\":[{}]}}",
        gpu.buffers,
        gpu.launches.join(",")
    );
}

fn adam(gpu: &mut Recorder, parameters: usize, len: usize, gradient: Option<usize>) {
    let [mean, square] = [len, len].map(|len| gpu.allocate(len));
    let settings = gpu.allocate(8);
    if let Some(gradient) = gradient {
        gpu.launch(
            Adam,
            &[&parameters, &mean, &square, &gradient, &settings],
            &[len.div_ceil(4)],
        );
    }
}

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

fn generator(w: usize, latent: usize) -> Stack {
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

fn discriminator(w: usize) -> Stack {
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
