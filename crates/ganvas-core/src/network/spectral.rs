//! Spectral normalisation: weights divided by their largest singular value.

use burn::tensor::Tensor;
use ganvas_kernels::ops::{times, times_transposed};

use super::{Bound, Mode, Network};

/// Below this a vector's length counts as this, as in `torch.nn.functional.normalize`.
const TINY: f64 = 1e-12;

/// A weight divided by its spectral norm.
#[derive(Debug, Clone)]
pub struct SpectralNorm<const D: usize> {
    /// W / σ, in the weight's shape.
    pub weight: Tensor<D>,
    /// σ ≈ the largest singular value, `[1]`.
    pub sigma: Tensor<1>,
    /// The left singular vector after the iteration, `[out]`.
    pub u: Tensor<1>,
}

/// One power iteration from `u` `[out]`, and the weight divided by σ = uᵀWv,
/// where W is the weight read as the matrix `[out, everything else]`:
/// v = Wᵀu/‖Wᵀu‖, u = Wv/‖Wv‖.
///
/// u and v are constants for the gradient, σ is not, as in PyTorch's
/// `torch.nn.utils.spectral_norm`. Miyato et al., *Spectral Normalization for Generative
/// Adversarial Networks*, 2018.
pub fn spectral_norm<const D: usize>(weight: Tensor<D>, u: Tensor<1>) -> SpectralNorm<D> {
    let out = weight.dims()[0];
    let rest = weight.dims().iter().skip(1).product::<usize>();
    let matrix: Tensor<2> = weight.clone().reshape([out, rest]);
    let fixed = matrix.clone().without_autodiff();
    // Rows instead of columns: uᵀW, and then vᵀWᵀ.
    let v = unit(times(u.reshape([1, out]), fixed.clone()));
    let u = unit(times_transposed(v.clone(), fixed));
    let sigma = (times_transposed(v, matrix) * u.clone()).sum();
    SpectralNorm {
        weight: weight / sigma.clone().reshape([1; D]),
        sigma,
        u: u.reshape([out]),
    }
}

fn unit(row: Tensor<2>) -> Tensor<2> {
    let norm = row.clone().square().sum().sqrt().clamp_min(TINY);
    row / norm.reshape([1, 1])
}

impl Network {
    /// The flat parameters as a pass uses them: under spectral normalisation each weight
    /// is divided by its norm. In training the power iterations advance.
    pub(super) fn normalised(&self, bound: &mut Bound, mode: Mode) -> Tensor<1> {
        let flat = bound.flat.clone();
        let mut pieces = Vec::new();
        let mut done = 0;
        for (spec, u) in self.spectral_weights().zip(&mut bound.directions) {
            let place = spec.range();
            if place.start > done {
                pieces.push(flat.clone().narrow(0, done, place.start - done));
            }
            let out = spec.shape[0];
            let matrix = flat.clone().narrow(0, place.start, spec.len());
            let normalised = spectral_norm(matrix.reshape([out, spec.len() / out]), u.clone());
            if mode == Mode::Train {
                *u = normalised.u;
            }
            pieces.push(normalised.weight.reshape([spec.len()]));
            done = place.end;
        }
        if pieces.is_empty() {
            return flat;
        }
        let length = self.flat_len();
        if length > done {
            pieces.push(flat.narrow(0, done, length - done));
        }
        Tensor::cat(pieces, 0)
    }
}
