//! Times the CPU executor on DCGAN: each stage, and the networks' work in a whole
//! training step.
//!
//! ```text
//! cargo run --release -p ganvas-kernels --no-default-features --example cpu_bench
//! ```
//!
//! Natively a number after it says how many threads share the work.
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
//! Every line is a JSON object; `node tests/bench/cpu-kernels.mjs` makes a table of them. GFLOP/s
//! are those of the arithmetic that a kernel's products need, with its whole time: transforms,
//! normalisation and activation included. `peak` is what a loop of multiply-adds reaches.

use ganvas_kernels::adam::{AdamSettings, State};
use ganvas_kernels::cpu::{Forward, backward, forward};
use ganvas_kernels::pass::{Gradients, Operands, Want};
use ganvas_kernels::plan::dcgan;
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage, Window};

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

/// The shortest of some runs in milliseconds, after those that do not count. As many are timed
/// together as take long beside the steps of the host's clock, a tenth of a millisecond in a page.
fn shortest(mut run: impl FnMut()) -> f64 {
    const LONG: f64 = 2.0;
    let mut timed = |count: u32| {
        let start = host::milliseconds();
        (0..count).for_each(|_| run());
        host::milliseconds() - start
    };
    let mut count = 1;
    while timed(count) < LONG {
        count *= 2;
    }
    let mut shortest = f64::INFINITY;
    let mut spent = 0.0;
    for repeat in 0.. {
        let time = timed(count);
        shortest = shortest.min(time / f64::from(count));
        spent += time;
        if repeat >= 2 && spent > 100.0 {
            break;
        }
    }
    shortest
}

/// What SIMD can do here: multiply-adds of registers that wait for nothing, in GFLOP/s.
#[cfg(target_arch = "wasm32")]
fn peak() -> Option<f64> {
    use std::arch::wasm32::{f32x4_extract_lane, f32x4_splat, v128};
    use std::hint::black_box;

    #[cfg(feature = "relaxed")]
    #[target_feature(enable = "relaxed-simd")]
    fn rounds(count: usize, factor: v128, addend: v128) -> [v128; 12] {
        let mut sums = [f32x4_splat(0.0); 12];
        for _ in 0..count {
            sums = sums.map(|sum| std::arch::wasm32::f32x4_relaxed_madd(sum, factor, addend));
        }
        sums
    }
    #[cfg(not(feature = "relaxed"))]
    fn rounds(count: usize, factor: v128, addend: v128) -> [v128; 12] {
        let mut sums = [f32x4_splat(0.0); 12];
        for _ in 0..count {
            use std::arch::wasm32::{f32x4_add, f32x4_mul};
            sums = sums.map(|sum| f32x4_add(f32x4_mul(sum, factor), addend));
        }
        sums
    }

    const ROUNDS: usize = 1_000_000;
    let time = shortest(|| {
        let [factor, addend] = black_box([0.5f32, 1.0]).map(|x| f32x4_splat(x));
        // The example is built for engines that have what its features ask for.
        #[allow(
            unused_unsafe,
            unsafe_code,
            reason = "only one of the two is unsafe to call"
        )]
        // SAFETY: a module with an instruction that the engine lacks is not compiled.
        let sums = unsafe { rounds(black_box(ROUNDS), factor, addend) };
        black_box(sums.map(|sum| f32x4_extract_lane::<0>(sum)));
    });
    Some((ROUNDS * 12 * 4 * 2) as f64 / time / 1e6)
}

/// Natively the widest SIMD is chosen when the program runs; nothing here knows its peak.
#[cfg(not(target_arch = "wasm32"))]
fn peak() -> Option<f64> {
    None
}

/// Multiplications and additions that a stage's products need for one image: where the kernels
/// halve and double images by Winograd's way, those of 25 products of a tile of 4×4.
fn work(stage: &Stage) -> f64 {
    let (large, small) = match stage.map {
        Map::Convolution(_) => (stage.input, stage.output),
        Map::Transposed(_) => (stage.output, stage.input),
        Map::Dense(_) => return 2.0 * stage.weight_len() as f64,
    };
    let halves = matches!(
        stage.map,
        Map::Convolution(Window::HALVING) | Map::Transposed(Window::HALVING)
    );
    let direct = 2.0 * (small.pixels() * stage.weight_len()) as f64;
    if halves && large.channels >= 8 && small.channels >= 8 {
        let tiles = small.height.div_ceil(4) * small.width.div_ceil(4);
        return 2.0 * (25 * tiles * 4 * large.channels * small.channels) as f64;
    }
    direct
}

/// Each stage as a stack of its own: what a pass over it takes, everything included, and the
/// arithmetic of its products in that time.
fn stages(name: &str, whole: &Stack, batch: usize) {
    for stage in &whole.stages {
        let mut trained = Trained::new(Stack {
            input: stage.input,
            output: stage.output,
            stages: vec![stage.clone()],
            classes: None,
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
        ];
        let gflop = work(stage) * batch as f64 / 1e9;
        for (pass, time) in ["forward", "weight gradient", "input gradient"]
            .iter()
            .zip(times)
        {
            host::print(&format!(
                "{{\"network\":\"{name}\",\"kind\":\"{}\",\"from\":\"{}\",\"to\":\"{}\",\"pass\":\"{pass}\",\
                 \"ms\":{time:.4},\"gflops\":{:.2}}}",
                kind(stage),
                stage.input,
                stage.output,
                gflop / time * 1e3,
            ));
        }
    }
}

fn kind(stage: &Stage) -> &'static str {
    match stage.map {
        Map::Convolution(_) => "convolution",
        Map::Transposed(_) => "transposed convolution",
        Map::Dense(_) => "matrix product",
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
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(threads) = std::env::args().nth(1) {
        ganvas_kernels::threads::use_threads(threads.parse().expect("a number of threads"));
    }
    let peak = peak().map_or("null".into(), |peak| format!("{peak:.2}"));
    host::print(&format!("{{\"peak\":{peak}}}"));
    for (width, batch) in [(8, 16), (16, 32), (64, 64)] {
        host::print(&format!("{{\"width\":{width},\"batch\":{batch}}}"));
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
            .map(|(name, time)| format!("\"{name}\":{time:.3}"))
            .collect();
        host::print(&format!(
            "{{\"step\":{whole:.3},\"parts\":{{{}}}}}",
            parts.join(",")
        ));
    }
}
