//! Times the CPU executor on DCGAN: each stage, and the networks' work in a whole
//! training step.
//!
//! ```text
//! cargo run --release -p ganvas-kernels --no-default-features --example cpu_bench
//! ```
//!
//! In WebAssembly the host gives clock and output, so any engine will do:
//!
//! ```text
//! cargo build --release -p ganvas-kernels --no-default-features --example cpu_bench \
//!     --target wasm32-unknown-unknown
//! node -e '
//!   const bytes = require("fs").readFileSync(process.argv[1]);
//!   let memory;
//!   const print = (start, length) => console.log(
//!     Buffer.from(memory.buffer, start, length).toString());
//!   WebAssembly.instantiate(bytes, { env: { print, now: () => performance.now() } })
//!     .then(({ instance }) => { memory = instance.exports.memory; instance.exports.main(0, 0); });
//! ' target/wasm32-unknown-unknown/release/examples/cpu_bench.wasm
//! ```
//!
//! GFLOP/s are those of the direct algorithm, so that a better algorithm shows.

use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::cpu::{backward, forward};
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage, Weights, Window};

/// Clock and output of the machine.
#[cfg(not(target_arch = "wasm32"))]
mod host {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub fn milliseconds() -> f64 {
        START.elapsed().as_secs_f64() * 1e3
    }

    pub fn print(line: &str) {
        println!("{line}");
    }
}

/// Clock and output as the host of a WebAssembly module gives them.
#[cfg(target_arch = "wasm32")]
mod host {
    #![expect(unsafe_code, reason = "imports of a module are foreign functions")]

    mod env {
        unsafe extern "C" {
            pub safe fn now() -> f64;
            pub unsafe fn print(start: *const u8, length: usize);
        }
    }

    pub fn milliseconds() -> f64 {
        env::now()
    }

    pub fn print(line: &str) {
        // SAFETY: the host reads `length` bytes at `start`, which are those of `line`.
        unsafe { env::print(line.as_ptr(), line.len()) }
    }
}

const RESAMPLE: Window = Window {
    kernel: 4,
    stride: 2,
    padding: 1,
};

const RESAMPLE_UP: Map = Map::Transposed(RESAMPLE);
const RESAMPLE_DOWN: Map = Map::Convolution(RESAMPLE);

fn shape(channels: usize, side: usize) -> Shape {
    Shape {
        channels,
        height: side,
        width: side,
    }
}

/// Stages of (map, output, BatchNorm, activation), one after the other.
fn stack(mut input: Shape, stages: &[(Map, Shape, bool, Activation)]) -> Stack {
    let (mut parameters, mut statistics) = (0, 0);
    let mut take = |length: usize| {
        let start = parameters;
        parameters = (start + length).next_multiple_of(64);
        start
    };
    let stages = stages
        .iter()
        .map(|&(map, output, norm, activation)| {
            let mut stage = Stage {
                map,
                input,
                output,
                weight: 0,
                bias: None,
                norm: None,
                activation,
            };
            stage.weight = take(stage.weight_len());
            if norm {
                stage.norm = Some(Norm {
                    gamma: take(output.channels),
                    beta: take(output.channels),
                    mean: statistics,
                    variance: statistics + output.channels,
                });
                statistics += 2 * output.channels;
            }
            input = output;
            stage
        })
        .collect();
    Stack {
        stages,
        parameters,
        statistics,
    }
}

fn generator(width: usize) -> Stack {
    let relu = Activation::Relu;
    let input = Map::Dense(Weights::InputMajor);
    stack(
        shape(100, 1),
        &[
            (input, shape(4 * width, 4), true, relu),
            (RESAMPLE_UP, shape(2 * width, 8), true, relu),
            (RESAMPLE_UP, shape(width, 16), true, relu),
            (RESAMPLE_UP, shape(1, 32), false, Activation::Tanh),
        ],
    )
}

fn discriminator(width: usize) -> Stack {
    let leaky = Activation::LeakyRelu(0.2);
    let output = Map::Dense(Weights::OutputMajor);
    stack(
        shape(1, 32),
        &[
            (RESAMPLE_DOWN, shape(width, 16), false, leaky),
            (RESAMPLE_DOWN, shape(2 * width, 8), true, leaky),
            (RESAMPLE_DOWN, shape(4 * width, 4), true, leaky),
            (output, shape(1, 1), false, Activation::Identity),
        ],
    )
}

/// Numbers in (−scale, scale).
fn numbers(length: usize, scale: f32) -> Vec<f32> {
    let mut state = 0x9E37_79B9u32;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state as f32 / 2.0f32.powi(31) - 1.0) * scale
        })
        .collect()
}

/// A network with what trains it.
struct Trained {
    stack: Stack,
    parameters: Vec<f32>,
    statistics: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Trained {
    fn new(stack: Stack) -> Self {
        let mut parameters = numbers(stack.parameters, 0.05);
        for norm in stack.stages.iter().filter_map(|stage| stage.norm) {
            parameters[norm.gamma] = 1.0;
        }
        Self {
            statistics: vec![1.0; stack.statistics],
            mean: vec![0.0; stack.parameters],
            square: vec![0.0; stack.parameters],
            parameters,
            stack,
        }
    }

    fn forward(
        &mut self,
        x: &[f32],
        batch: usize,
        groups: usize,
        keep: bool,
    ) -> ganvas_kernels::cpu::Forward {
        let mut pass = forward(
            &self.stack,
            &self.parameters,
            &self.statistics,
            x,
            batch,
            Mode::Train { groups },
            keep,
        );
        self.statistics = std::mem::take(&mut pass.statistics);
        pass
    }

    fn update(&mut self, gradient: &[f32], update: u64) {
        AdamSettings::of_update(update, 2e-4, [0.5, 0.999], 1e-8).apply(
            &mut self.parameters,
            &mut self.mean,
            &mut self.square,
            gradient,
        );
    }
}

/// The shortest of some runs in milliseconds, after one that does not count.
fn shortest(mut run: impl FnMut()) -> f64 {
    run();
    let mut shortest = f64::INFINITY;
    let begin = host::milliseconds();
    for repeat in 0.. {
        let start = host::milliseconds();
        run();
        let end = host::milliseconds();
        shortest = shortest.min(end - start);
        if repeat >= 2 && end - begin > 100.0 {
            break;
        }
    }
    shortest
}

/// Each stage as a stack of its own.
fn stages(name: &str, whole: &Stack, batch: usize) {
    for (index, stage) in whole.stages.iter().enumerate() {
        let only = stack(
            stage.input,
            &[(
                stage.map,
                stage.output,
                stage.norm.is_some(),
                stage.activation,
            )],
        );
        let mut trained = Trained::new(only);
        let x = numbers(batch * stage.input.len(), 1.0);
        let dy = numbers(batch * stage.output.len(), 1.0);
        let saved = trained.forward(&x, batch, 1, true).saved.expect("kept");
        let back = |trained: &Trained, parameters, input| {
            let result = backward(
                &trained.stack,
                &trained.parameters,
                &saved,
                &dy,
                parameters,
                input,
            );
            assert_eq!(result.input.is_some(), input);
        };
        let times = [
            shortest(|| {
                trained.forward(&x, batch, 1, true);
            }),
            shortest(|| back(&trained, true, false)),
            shortest(|| back(&trained, false, true)),
            shortest(|| back(&trained, true, true)),
        ];
        // Products of the map: each weight once for each place of the window.
        let places = match stage.map {
            Map::Convolution(_) => stage.output.pixels(),
            Map::Transposed(_) => stage.input.pixels(),
            Map::Dense(_) => 1,
        };
        let work = 2e-6 * (batch * places * stage.weight_len()) as f64;
        let [a, b, c, d] = times;
        host::print(&format!(
            "  {name} {index}: forward {a:7.2} ms ({:5.1})  weight {b:7.2} ({:5.1})  \
             input {c:7.2} ({:5.1})  both {d:7.2} ({:5.1})",
            work / a,
            work / b,
            work / c,
            2.0 * work / d,
        ));
    }
}

/// The networks' work in one training step, and how long its parts took.
struct Step {
    batch: usize,
    updates: u64,
    generator: Trained,
    discriminator: Trained,
    latent: Vec<f32>,
    real: Vec<f32>,
    parts: [f64; 7],
}

impl Step {
    fn new(width: usize, batch: usize) -> Self {
        Self {
            batch,
            updates: 0,
            generator: Trained::new(generator(width)),
            discriminator: Trained::new(discriminator(width)),
            latent: numbers(batch * 100, 1.0),
            real: numbers(batch * 1024, 1.0),
            parts: [0.0; 7],
        }
    }

    fn run(&mut self) {
        self.updates += 1;
        let batch = self.batch;
        let mut times = vec![host::milliseconds()];
        let mut lap = || times.push(host::milliseconds());

        let fake = self.generator.forward(&self.latent, batch, 1, false).output;
        lap();
        let images = [&self.real[..], &fake].concat();
        let pass = self.discriminator.forward(&images, 2 * batch, 2, true);
        lap();
        let dy = numbers(2 * batch, 0.01);
        let saved = pass.saved.expect("kept");
        let discriminator = &self.discriminator;
        let back = backward(
            &discriminator.stack,
            &discriminator.parameters,
            &saved,
            &dy,
            true,
            false,
        );
        drop(saved);
        lap();
        let gradient = back.parameters.expect("asked for");
        self.discriminator.update(&gradient, self.updates);

        let fake = self.generator.forward(&self.latent, batch, 1, true);
        lap();
        let pass = self.discriminator.forward(&fake.output, batch, 1, true);
        lap();
        let saved = pass.saved.expect("kept");
        let discriminator = &self.discriminator;
        let back = backward(
            &discriminator.stack,
            &discriminator.parameters,
            &saved,
            &dy[..batch],
            false,
            true,
        );
        drop(saved);
        lap();
        let generator = &self.generator;
        let back = backward(
            &generator.stack,
            &generator.parameters,
            &fake.saved.expect("kept"),
            &back.input.expect("asked for"),
            true,
            false,
        );
        let gradient = back.parameters.expect("asked for");
        self.generator.update(&gradient, self.updates);
        lap();
        for (part, pair) in self.parts.iter_mut().zip(times.windows(2)) {
            *part = pair[1] - pair[0];
        }
    }
}

fn main() {
    for (width, batch) in [(16, 32), (64, 64)] {
        host::print(&format!(
            "width {width}, batch {batch} (GFLOP/s in brackets)"
        ));
        stages("generator", &generator(width), batch);
        stages("discriminator", &discriminator(width), batch);
        let mut step = Step::new(width, batch);
        let mut best = [f64::INFINITY; 7];
        let whole = shortest(|| {
            step.run();
            for (best, part) in best.iter_mut().zip(step.parts) {
                *best = best.min(part);
            }
        });
        let names = [
            "G",
            "D(2n)",
            "D back",
            "Adam + G",
            "D(n)",
            "D back to x",
            "G back + Adam",
        ];
        let parts: Vec<String> = names
            .iter()
            .zip(best)
            .map(|(name, time)| format!("{name} {time:.2}"))
            .collect();
        host::print(&format!("  step: {whole:.1} ms: {}", parts.join(", ")));
    }
}
