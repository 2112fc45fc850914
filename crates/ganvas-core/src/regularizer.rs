//! Penalties and divergences: pure functions of tensors.
//!
//! Arguments go real first, then fake. Every scalar is `[1]`.
//!
//! | function | equation | source |
//! |---|---|---|
//! | [`gradient_penalty`] | E\[(‖∇D(x̂)‖₂ − 1)²\] | Gulrajani et al., *Improved Training of Wasserstein GANs*, 2017 |
//! | [`feature_matching`] | ‖E f(x) − E f(G(z))‖² | Salimans et al., *Improved Techniques for Training GANs*, 2016 |
//! | [`mmd_squared`] | E k(x, x′) + E k(y, y′) − 2E k(x, y) | Gretton et al., *A Kernel Two-Sample Test*, 2012 |
//! | [`kl_to_standard_normal`] | −½ Σ (1 + log σ² − μ² − σ²) | Kingma and Welling, *Auto-Encoding Variational Bayes*, 2014 |

use burn::tensor::{Tensor, TensorData};
use ganvas_kernels::ops::times_transposed;

/// Bandwidths s of the kernel of [`mmd_squared`] for images of `pixels` numbers a channel,
/// in \[−1, 1\]. Squared distances grow with the number of pixels: those of 32×32 images
/// are some hundreds, and the bandwidths 64 to 1024.
pub fn mmd_bandwidths(pixels: usize) -> [f64; 5] {
    [0.0625, 0.125, 0.25, 0.5, 1.0].map(|share| share * pixels as f64)
}

/// x̂ = ε · real + (1 − ε) · fake, one ε per image: real and fake are
/// `[batch, channels, height, width]`, `epsilon` is `[batch]`.
pub fn interpolate(real: Tensor<4>, fake: Tensor<4>, epsilon: Tensor<1>) -> Tensor<4> {
    let batch = epsilon.dims()[0];
    let epsilon = epsilon.reshape([batch, 1, 1, 1]);
    real * epsilon.clone() + fake * (-epsilon + 1.0)
}

/// E\[(‖g‖₂ − 1)²\] over the images of `gradient` `[batch, channels, height, width]`,
/// the norm over all values of an image, with nothing added under the root. Where g is 0, so is
/// the norm's gradient.
///
/// In PyTorch: `((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()`.
pub fn gradient_penalty(gradient: Tensor<4>) -> Tensor<1> {
    let gradient: Tensor<2> = gradient.flatten(1, 3);
    let squares = gradient.square().sum_dim(1);
    // Where all of g is 0 the root has no slope, and infinity times 0 would be NaN.
    let flat = squares.clone().equal_elem(0.0);
    let norms = squares.mask_fill(flat.clone(), 1.0).sqrt();
    (norms.mask_fill(flat, 0.0) - 1.0).square().mean()
}

/// ‖E f(x) − E f(G(z))‖²: the means over the batch, the sum over features; both
/// `[batch, features]`.
pub fn feature_matching(real: Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
    (real.mean_dim(0) - fake.mean_dim(0)).square().sum()
}

/// The unbiased estimate of the squared maximum mean discrepancy between
/// `real` `[m, features]` and `fake` `[n, features]` under the kernel
/// k(x, y) = Σₛ exp(−‖x − y‖² / 2s), the mixture over `bandwidths` s.
///
/// 0 in expectation when both have the same distribution; it may be below 0.
/// Both batches need two rows at least.
pub fn mmd_squared(real: Tensor<2>, fake: Tensor<2>, bandwidths: &[f64]) -> Tensor<1> {
    let within = |x: &Tensor<2>| {
        let n = x.dims()[0];
        // An image's kernel with itself is left out.
        let others: Vec<f32> = (0..n * n)
            .map(|index| if index / n == index % n { 0.0 } else { 1.0 })
            .collect();
        let others: Tensor<2> = Tensor::from_data(
            TensorData::new(others, [n, n]),
            &x.device().without_autodiff(),
        );
        let pairs = (n * n.saturating_sub(1)).max(1) as f64;
        (kernel(x.clone(), x.clone(), bandwidths) * others).sum() * (1.0 / pairs)
    };
    let between = kernel(real.clone(), fake.clone(), bandwidths).mean();
    within(&real) + within(&fake) - between * 2.0
}

/// Σₛ exp(−‖x − y‖² / 2s) for every pair of rows.
fn kernel(x: Tensor<2>, y: Tensor<2>, bandwidths: &[f64]) -> Tensor<2> {
    let lengths = |x: &Tensor<2>| x.clone().square().sum_dim(1);
    // ‖x − y‖² = ‖x‖² + ‖y‖² − 2xy: one matrix product instead of all differences.
    let distances = lengths(&x) + lengths(&y).transpose() - times_transposed(x, y) * 2.0;
    bandwidths
        .iter()
        .map(|s| (distances.clone() * (-0.5 / s)).exp())
        .reduce(|a, b| a + b)
        .unwrap_or_else(|| distances.zeros_like())
}

/// KL(N(μ, σ²) ‖ N(0, I)) in nats: the sum over latent dimensions, the mean over
/// the batch; `mu` and `logvar` = log σ² are `[batch, latent_dim]`.
pub fn kl_to_standard_normal(mu: Tensor<2>, logvar: Tensor<2>) -> Tensor<1> {
    let batch = mu.dims()[0] as f64;
    (logvar.clone() + 1.0 - mu.square() - logvar.exp()).sum() * (-0.5 / batch)
}

/// Σ (x − x̂)² over an image's values, the mean over the batch: −log of a Gaussian
/// likelihood of variance ½, up to a constant.
pub fn squared_error(images: Tensor<4>, reconstructions: Tensor<4>) -> Tensor<1> {
    let batch = images.dims()[0] as f64;
    (images - reconstructions).square().sum() * (1.0 / batch)
}

/// E|x − y| over all values, `torch.nn.L1Loss`.
pub fn mean_absolute_error(images: Tensor<4>, others: Tensor<4>) -> Tensor<1> {
    (images - others).abs().mean()
}
