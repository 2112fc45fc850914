//! Losses of logits, and their slopes.

use burn::tensor::Device;
use ganvas_core::loss::{Loss, PairLogits};
use ganvas_kernels::ops::Evaluated;

use super::support::numbers;
use super::{ALLOWED, Comparison, Devices, read, tensor};

/// Every loss of either network.
pub async fn losses_agree([cpu, gpu]: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
    for &loss in Loss::ALL {
        for of_discriminator in [false, true] {
            let run = async |device: &Device| {
                // Beyond ±88, eˣ and e⁻ˣ are no longer finite or no longer there.
                let mut logits: Vec<f32> = numbers(66, 5).iter().map(|v| v * 100.0).collect();
                logits.extend([100.0, -100.0, 0.0, 88.8]);
                let logits = tensor(logits, [70, 1], device).autodiff().require_grad();
                let Evaluated { value, descent } = match of_discriminator {
                    true => loss.discriminator(&PairLogits {
                        both: logits.clone(),
                    }),
                    false => loss.generator(logits.clone()),
                };
                let mut gradients = descent.backward();
                let gradient = logits.grad_remove(&mut gradients).unwrap();
                [read(value).await, read(gradient).await]
            };
            let player = if of_discriminator { "D" } else { "G" };
            let (on_cpu, on_gpu) = (run(cpu).await, run(gpu).await);
            for ((part, cpu), gpu) in ["value", "slope"].iter().zip(&on_cpu).zip(&on_gpu) {
                let what = format!("{loss:?} of {player}, {part}");
                comparison.numbers(&what, ALLOWED, cpu, gpu);
            }
        }
    }
    comparison
}
