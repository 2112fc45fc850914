//! Steps of Adam.

use burn::tensor::Device;
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::ops::{AdamState, adam};

use super::support::numbers;
use super::{ALLOWED, Comparison, Devices, read, tensor};

/// A step with and without a limit and an average, in place but for clones.
pub async fn adam_agrees([cpu, gpu]: &Devices) -> Comparison {
    let limited = AdamSettings {
        beta1: 0.5,
        beta2: 0.999,
        rate: 1e-2,
        correction: 3.0,
        epsilon: 1e-8,
        l2: 0.01,
        clip: 0.9,
        follow: 0.25,
    };
    let free = AdamSettings {
        clip: f64::INFINITY,
        ..limited
    };
    let mut comparison = Comparison::default();
    for (settings, averages) in [
        (limited, false),
        (limited, true),
        (free, false),
        (free, true),
    ] {
        let run = async |device: &Device| {
            let start = |seed| tensor::<1>(numbers(192, seed), [192], device);
            let state = AdamState {
                parameters: start(6),
                mean: start(7),
                square: start(8).abs(),
                average: averages.then(|| start(9)),
            };
            let kept = state.parameters.clone();
            let new = adam(settings, state, start(10));
            let mut results = vec![
                read(new.parameters).await,
                read(new.mean).await,
                read(new.square).await,
                read(kept).await,
            ];
            if let Some(average) = new.average {
                results.push(read(average).await);
            }
            results
        };
        let on_cpu = run(cpu).await;
        let case = format!("limit {}, average {averages}", settings.clip);
        let same = on_cpu[3] == numbers(192, 6);
        comparison.claim(|| format!("{case}: the clone on the CPU has changed"), same);
        let all = on_cpu.len() == 4 + usize::from(averages);
        comparison.claim(|| format!("{case}: {} tensors", on_cpu.len()), all);
        let names = ["parameters", "mean", "square", "clone", "average"];
        for (what, (cpu, gpu)) in names.iter().zip(on_cpu.iter().zip(&run(gpu).await)) {
            comparison.numbers(&format!("{case}, {what}"), ALLOWED, cpu, gpu);
        }
    }
    comparison
}
