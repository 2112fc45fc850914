//! Every GPU kernel gives what the CPU gives, values and gradients: what is compared, with
//! which numbers, and how far apart it may be.
//!
//! `tests/kernels.rs` runs it in a browser, `tools/gpu-check` on a machine's own GPU.

mod adam;
mod comparison;
mod gathered;
mod losses;
mod networks;
mod non_finite;
mod special;
#[path = "../../../ganvas-kernels/tests/support/mod.rs"]
mod support;

use burn::tensor::{Device, Tensor, TensorData};

pub use adam::adam_agrees;
pub use comparison::Comparison;
pub use gathered::gathered_figures_agree;
pub use losses::losses_agree;
pub use networks::{networks_agree, small_stacks_agree};
pub use non_finite::networks_keep_what_is_no_number;
pub use special::{slopes_at_zero_agree, what_is_not_a_number_stays_so};

/// The CPU, and the GPU that is compared with it.
pub type Devices = [Device; 2];

/// Relative to the largest number of a result, or to a quarter: sums round differently in
/// another order.
const ALLOWED: f64 = 2e-4;

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// # Panics
///
/// Where the device is lost.
async fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.without_autodiff().into_data_async().await.unwrap();
    data.try_to_vec().unwrap()
}
