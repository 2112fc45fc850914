//! Each kernel of a DCGAN step, beside what the same adapter gives at best.

use serde_json::{Value, json};

use crate::adapter::Gpu;
use crate::peak::Peak;
use crate::support::step::{Launch, Schedule};

/// Times every kernel of a step. Its shares are the time that the adapter takes at best
/// (`of_peak`) and that of plain code (`of_plain`) for the same, over the kernel's; those of
/// the step, over that of all kernels in one submission.
pub fn measure(gpu: &Gpu, peak: &Peak, (width, batch): (usize, usize)) -> Value {
    let step = Schedule::of_step(width, batch, gpu.tiles());
    let ready = gpu.prepare(&step);
    let whole = gpu.least(&ready.iter().collect::<Vec<_>>());
    let kernels: Vec<Value> = step
        .launches
        .iter()
        .zip(&ready)
        .map(|(launch, ready)| {
            let seconds = gpu.time(ready);
            json!({
                "part": launch.part,
                "title": launch.title,
                "us": 1e6 * seconds,
                "gflops": launch.flops / seconds / 1e9,
                "gbs": launch.bytes / seconds / 1e9,
                "of_peak": peak.least(launch) / seconds,
                "of_plain": peak.plain(launch) / seconds,
            })
        })
        .collect();
    let sum = |seconds: &dyn Fn(&Launch) -> f64| step.launches.iter().map(seconds).sum::<f64>();
    let of_peak = sum(&|launch| peak.least(launch)) / whole;
    let of_plain = sum(&|launch| peak.plain(launch)) / whole;
    eprintln!(
        "width {width}, batch {batch}: {} kernels in one submission take {:.3} ms, {:.0} % of the peak, {:.0} % of plain code",
        kernels.len(),
        1e3 * whole,
        100.0 * of_peak,
        100.0 * of_plain
    );
    json!({
        "width": width,
        "batch_size": batch,
        "step_ms": 1e3 * whole,
        "of_peak": of_peak,
        "of_plain": of_plain,
        "kernels": kernels,
    })
}
