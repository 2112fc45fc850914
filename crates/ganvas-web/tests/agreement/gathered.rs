//! Numbers of many tensors in one.

use burn::tensor::Device;
use ganvas_kernels::ops::{Figure, gather};

use super::support::numbers;
use super::{Comparison, Devices, read, tensor};

/// Relative to each number, or to 1 where it is smaller.
const ALLOWED: f32 = 1e-4;

/// More tensors than one kernel reads, numbers and squares, long and short.
pub async fn gathered_figures_agree([cpu, gpu]: &Devices) -> Comparison {
    let run = async |device: &Device| {
        let part = |index: usize| {
            let length = [1, 70, 3000][index % 3];
            let figure = [Figure::Numbers, Figure::Squares][index % 2];
            (
                tensor(numbers(length, index as u32), [length], device),
                figure,
            )
        };
        read(gather((0..15).map(part).collect())).await
    };
    let (on_cpu, on_gpu) = (run(cpu).await, run(gpu).await);
    let mut comparison = Comparison::default();
    // Of each length and figure there are as many, but for the parity of 15.
    let all = 3 + 2 * 70 + 3 * 3000 + 7;
    for (found, kind) in [(&on_cpu, "CPU"), (&on_gpu, "GPU")] {
        let what = || format!("{} numbers on the {kind} instead of {all}", found.len());
        comparison.claim(what, found.len() == all);
    }
    for (index, (cpu, gpu)) in on_cpu.iter().zip(&on_gpu).enumerate() {
        let off = (cpu - gpu).abs() / (ALLOWED * cpu.abs().max(1.0));
        let what = || format!("number {index}: {cpu} on the CPU, {gpu} on the GPU");
        comparison.add(what, off.into());
    }
    comparison
}
