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

use ganvas_kernels::adam::{AdamSettings, State};
use ganvas_kernels::cpu::{Forward, backward, forward};
use ganvas_kernels::pass::{Gradients, Operands, Want};
use ganvas_kernels::plan::dcgan;
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack};

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

const IMAGE: Shape = Shape::square(1, 32);
const LATENT: usize = 100;

fn generator(width: usize) -> Stack {
    let builder = dcgan::generator(width, LATENT, IMAGE, Activation::Relu);
    builder.build().expect("a DCGAN").stack
}

fn discriminator(width: usize) -> Stack {
    let builder = dcgan::discriminator(width, IMAGE);
    builder.build().expect("a DCGAN").stack
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
        for stage in &stack.stages {
            if let Norm::Batch(norm) = stage.norm {
                parameters[norm.gamma] = 1.0;
            }
        }
        Self {
            statistics: vec![1.0; stack.statistics],
            mean: vec![0.0; stack.parameters],
            square: vec![0.0; stack.parameters],
            parameters,
            stack,
        }
    }

    fn forward(&mut self, x: &[f32], groups: usize, keep: bool) -> Forward {
        let operands = Operands {
            parameters: &self.parameters[..],
            statistics: &self.statistics[..],
            x,
            labels: &[],
        };
        let mut pass = forward(&self.stack, operands, Mode::Train { groups }, keep);
        self.statistics = std::mem::take(&mut pass.statistics);
        pass
    }

    fn backward(&self, pass: Forward, gradient: &[f32], want: Want) -> Gradients<Vec<f32>> {
        let saved = pass.saved.expect("kept");
        backward(&self.stack, &self.parameters, &saved, &[gradient], want)
    }

    fn update(&mut self, gradient: &[f32], update: u64) {
        let settings = AdamSettings::of_update(update, 2e-4, [0.5, 0.999], 1e-8);
        let state = State {
            parameters: &mut self.parameters,
            mean: &mut self.mean,
            square: &mut self.square,
            average: None,
        };
        settings.apply(state, gradient);
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
        let mut trained = Trained::new(Stack {
            input: stage.input,
            output: stage.output,
            stages: vec![stage.clone()],
            ..whole.clone()
        });
        let x = numbers(batch * stage.input.len(), 1.0);
        let dy = numbers(batch * stage.output.len(), 1.0);
        let saved = trained.forward(&x, 1, true).saved.expect("kept");
        let back = |trained: &Trained, want: Want| {
            let Trained {
                stack, parameters, ..
            } = trained;
            let result = backward(stack, parameters, &saved, &[&dy], want);
            assert_eq!(result.input.is_some(), want.input);
        };
        let times = [
            shortest(|| {
                trained.forward(&x, 1, true);
            }),
            shortest(|| back(&trained, Want::PARAMETERS)),
            shortest(|| back(&trained, Want::INPUT)),
            shortest(|| back(&trained, Want::ALL)),
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
            latent: numbers(batch * LATENT, 1.0),
            real: numbers(batch * IMAGE.len(), 1.0),
            parts: [0.0; 7],
        }
    }

    fn run(&mut self) {
        self.updates += 1;
        let batch = self.batch;
        let mut times = vec![host::milliseconds()];
        let mut lap = || times.push(host::milliseconds());

        let fake = self.generator.forward(&self.latent, 1, false).output;
        lap();
        let images = [&self.real[..], &fake].concat();
        let pass = self.discriminator.forward(&images, 2, true);
        lap();
        let dy = numbers(2 * batch, 0.01);
        let back = self.discriminator.backward(pass, &dy, Want::PARAMETERS);
        lap();
        let gradient = back.parameters.expect("asked for");
        self.discriminator.update(&gradient, self.updates);

        let fake = self.generator.forward(&self.latent, 1, true);
        lap();
        let pass = self.discriminator.forward(&fake.output, 1, true);
        lap();
        let back = self.discriminator.backward(pass, &dy[..batch], Want::INPUT);
        lap();
        let images = back.input.expect("asked for");
        let back = self.generator.backward(fake, &images, Want::PARAMETERS);
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
