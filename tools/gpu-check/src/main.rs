//! One command for a machine with a GPU:
//!
//! ```text
//! cargo xtask gpu-check --out gpu.json
//! ```
//!
//! It compares every kernel with the CPU, and steps of every model; it times steps at the
//! sizes of `bench.html`, and each kernel beside plain code on the same adapter. All of it
//! goes into one JSON file, which `docs/devices.md` describes. The program needs nothing but
//! a Vulkan, Metal or Direct3D 12 driver, so that it can also be built elsewhere and carried
//! there.
//!
//! It ends with 1 where a kernel or a step is wrong, and with 2 where there is no adapter.

mod adapter;
mod checks;
mod guard;
mod options;
mod peak;
mod rates;
mod roofline;
#[path = "../../../crates/ganvas-kernels/examples/support/mod.rs"]
mod support;
mod timing;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use checks::Check;
use guard::guarded;
use options::{HELP, Options, Scope};
use serde_json::{Value, json};

/// Width × batch size of the steps that are timed.
const SIZES: [(usize, usize); 3] = [(16, 32), (32, 32), (64, 64)];
/// The sizes at which each kernel is timed on its own.
const OF_KERNELS: [(usize, usize); 2] = [SIZES[0], SIZES[2]];

fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if options.help {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    if options.list {
        let all = pollster::block_on(adapter::all());
        all.iter()
            .for_each(|adapter| println!("{}", adapter::name(&adapter.get_info())));
        return ExitCode::SUCCESS;
    }
    match run(&options) {
        Ok(right) => ExitCode::from(u8::from(!right)),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// A measurement that broke off is told in its place.
fn or_error(found: Result<Value, String>) -> Value {
    found.unwrap_or_else(|problem| {
        eprintln!("{problem}");
        json!({ "error": problem })
    })
}

/// Checks, measures and writes; whether everything was right.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let start = Instant::now();
    let gpu = pollster::block_on(adapter::Gpu::open(&options.adapter))
        .map_err(|problem| format!("no adapter can be used: {problem}"))?;
    let otherwise = if gpu.software() {
        Scope::Quick
    } else {
        Scope::Full
    };
    let scope = options.scope.unwrap_or(otherwise);
    eprintln!("{}, {scope:?}", adapter::name(&gpu.info));
    guard::begin();
    let devices = checks::devices(gpu.burn_device()?);

    let kernels = checks::kernels(&devices, scope);
    let steps = checks::steps(&devices, scope);
    let (sizes, of_kernels) = match scope {
        Scope::Quick => (&SIZES[..1], &OF_KERNELS[..1]),
        Scope::Full => (&SIZES[..], &OF_KERNELS[..]),
    };
    let mut rates = Vec::new();
    for &size in sizes {
        for (backend, device) in ["cpu", "gpu"].into_iter().zip(&devices) {
            let rate = || rates::measure(backend, size, options.seconds, device);
            rates.push(or_error(guarded(rate)));
        }
    }
    let peak = guarded(|| peak::Peak::measure(&gpu));
    let rooflines: Vec<Value> = (peak.iter())
        .flat_map(|peak| of_kernels.iter().map(move |&size| (peak, size)))
        .map(|(peak, size)| or_error(guarded(|| roofline::measure(&gpu, peak, size))))
        .collect();
    let peak = or_error(peak.map(|peak| peak.describe()));

    let faults = gpu.faults();
    let right = faults.is_empty() && kernels.iter().chain(&steps).all(Check::is_right);
    let told = |checks: &[Check]| checks.iter().map(Check::describe).collect::<Vec<_>>();
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    let file = json!({
        "format": 1,
        "program": format!("gpu-check {}", env!("CARGO_PKG_VERSION")),
        "unix_time": time.map_or(0, |time| time.as_secs()),
        "system": { "os": std::env::consts::OS, "processor": std::env::consts::ARCH,
                    "cores": std::thread::available_parallelism().map_or(1, usize::from) },
        "adapter": gpu.describe(),
        "scope": format!("{scope:?}").to_lowercase(),
        "correct": right,
        "faults": faults,
        "kernels": told(&kernels),
        "steps": told(&steps),
        "rates": rates,
        "peak": peak,
        "rooflines": rooflines,
        "seconds": start.elapsed().as_secs_f64(),
    });
    let text = format!("{file:#}\n");
    match &options.out {
        None => print!("{text}"),
        Some(path) => {
            if let Err(problem) = std::fs::write(path, &text) {
                print!("{text}");
                return Err(format!("{path}: {problem}").into());
            }
            eprintln!("{path}");
        }
    }
    Ok(right)
}
