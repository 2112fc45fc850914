//! One command for a machine with a GPU:
//!
//! ```text
//! cargo run --release --manifest-path tools/gpu-check/Cargo.toml -- --out gpu.json
//! ```
//!
//! It compares every kernel with the CPU, and steps of every model; it times steps at the
//! sizes of `bench.html`, and each kernel beside plain code on the same adapter. All of it
//! goes into one JSON file. The program needs nothing but a Vulkan, Metal or Direct3D 12
//! driver, so that it can also be built elsewhere and carried there.
//!
//! It ends with 1 where a kernel or a step is wrong, and with 2 where there is no adapter.

mod adapter;
mod kernels;
mod rates;
mod roofline;
mod steps;

use std::process::ExitCode;

use serde_json::{Value, json};

/// Width × batch size of the steps that are timed.
const SIZES: [(usize, usize); 3] = [(16, 32), (32, 32), (64, 64)];

fn main() -> ExitCode {
    let (out, seconds) = match options() {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\nusage: gpu-check [--out FILE] [--seconds N]");
            return ExitCode::from(2);
        }
    };
    let gpu = match pollster::block_on(adapter::Gpu::open()) {
        Ok(gpu) => gpu,
        Err(problem) => {
            eprintln!("no adapter can be used: {problem}");
            return ExitCode::from(2);
        }
    };
    eprintln!("{}", gpu.name);
    let device = adapter::burn_device(&gpu);

    let kernels = kernels::check(&device);
    eprintln!("{} kernel tests, {} wrong", kernels.tried, kernels.wrong.len());
    let steps = steps::check(&device);
    eprintln!("{} step tests, {} wrong", steps.tried, steps.wrong.len());
    let right = kernels.wrong.is_empty() && steps.wrong.is_empty();
    let rates: Vec<Value> = SIZES
        .iter()
        .map(|&(width, batch)| rates::measure(width, batch, seconds, &device))
        .collect();
    let rooflines: Vec<Value> = [SIZES[0], SIZES[2]]
        .iter()
        .map(|&(width, batch)| roofline::measure(&gpu, width, batch))
        .collect();

    let file = json!({
        "format": 1,
        "program": format!("gpu-check {}", env!("CARGO_PKG_VERSION")),
        "adapter": gpu.describe(),
        "correct": right,
        "kernels": kernels.describe(),
        "steps": steps.describe(),
        "rates": rates,
        "rooflines": rooflines,
    });
    let text = format!("{file:#}\n");
    match out {
        None => print!("{text}"),
        Some(path) => {
            if let Err(problem) = std::fs::write(&path, &text) {
                eprintln!("{path}: {problem}");
                print!("{text}");
                return ExitCode::from(2);
            }
            eprintln!("{path}");
        }
    }
    ExitCode::from(u8::from(!right))
}

/// Where the result goes, and how long each size is timed.
fn options() -> Result<(Option<String>, f64), String> {
    let (mut out, mut seconds) = (None, 3.0);
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or(format!("{option} wants a value"))?;
        match option.as_str() {
            "--out" => out = Some(value),
            "--seconds" => {
                seconds = value
                    .parse()
                    .ok()
                    .filter(|seconds| (0.1..=60.0).contains(seconds))
                    .ok_or(format!("--seconds is 0.1 to 60, not {value}"))?;
            }
            _ => return Err(format!("there is no option {option}")),
        }
    }
    Ok((out, seconds))
}

/// What was compared, and where it differs.
pub struct Comparison {
    /// How many results.
    pub tried: usize,
    /// The largest difference of any, as a part of what is allowed.
    pub worst: f64,
    /// A sentence for each that differs.
    pub wrong: Vec<String>,
}

impl Comparison {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            tried: 0,
            worst: 0.0,
            wrong: Vec::new(),
        }
    }

    /// One result: how far off it is, as a part of what is allowed.
    pub fn add(&mut self, what: impl Fn() -> String, off: f64) {
        self.tried += 1;
        self.worst = self.worst.max(off);
        if off.is_nan() || off > 1.0 {
            let sentence = format!("{}: {off:.2} times what is allowed", what());
            eprintln!("{sentence}");
            self.wrong.push(sentence);
        }
    }

    fn describe(&self) -> Value {
        json!({ "tried": self.tried, "worst": self.worst, "wrong": self.wrong })
    }
}
