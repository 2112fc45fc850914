//! Losses and terms as plain tensor operations.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_sigmoid, relu};
use ganvas_core::loss::Loss;
use ganvas_core::regularizer::mmd_bandwidths;

/// The discriminator's loss.
pub fn of_discriminator(loss: Loss, real: Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
    match loss {
        Loss::Minimax | Loss::NonSaturating => {
            -log_sigmoid(real).mean() - log_sigmoid(-fake).mean()
        }
        Loss::LeastSquares => (real - 1.0).square().mean() * 0.5 + fake.square().mean() * 0.5,
        Loss::Hinge => relu(-real + 1.0).mean() + relu(fake + 1.0).mean(),
        Loss::Wasserstein => fake.mean() - real.mean(),
    }
}

/// The generator's loss.
pub fn of_generator(loss: Loss, fake: Tensor<2>) -> Tensor<1> {
    match loss {
        Loss::Minimax => log_sigmoid(-fake).mean(),
        Loss::NonSaturating => -log_sigmoid(fake).mean(),
        Loss::LeastSquares => (fake - 1.0).square().mean() * 0.5,
        Loss::Hinge | Loss::Wasserstein => -fake.mean(),
    }
}

/// E\[(‖g‖ − 1)²\].
pub fn penalty(gradient: Tensor<4>) -> Tensor<1> {
    let rows: Tensor<2> = gradient.flatten(1, 3);
    (rows.square().sum_dim(1).sqrt() - 1.0).square().mean()
}

/// ‖E f(x) − E f(G(z))‖².
pub fn feature_distance(real: Tensor<4>, fake: Tensor<4>) -> Tensor<1> {
    let mean = |features: Tensor<4>| -> Tensor<2> { features.flatten(1, 3).mean_dim(0) };
    (mean(real) - mean(fake)).square().sum()
}

/// The unbiased squared maximum mean discrepancy, all pairs of rows one by one.
pub fn discrepancy(real: Tensor<4>, fake: Tensor<4>) -> Tensor<1> {
    let [count, _, height, width] = real.dims();
    let (real, fake): (Tensor<2>, Tensor<2>) = (real.flatten(1, 3), fake.flatten(1, 3));
    let bandwidths = mmd_bandwidths(height * width);
    let kernel = |a: &Tensor<2>, i: usize, b: &Tensor<2>, j: usize| -> Tensor<1> {
        let distance = (a.clone().narrow(0, i, 1) - b.clone().narrow(0, j, 1))
            .square()
            .sum();
        bandwidths
            .iter()
            .map(|s| (distance.clone() * (-0.5 / s)).exp())
            .reduce(|a, b| a + b)
            .unwrap()
    };
    let sum = |a: &Tensor<2>, b: &Tensor<2>, same: bool| -> Tensor<1> {
        (0..count)
            .flat_map(|i| (0..count).map(move |j| (i, j)))
            .filter(|(i, j)| !same || i != j)
            .map(|(i, j)| kernel(a, i, b, j))
            .reduce(|a, b| a + b)
            .unwrap()
    };
    let pairs = (count * (count - 1)) as f64;
    let all = (count * count) as f64;
    sum(&real, &real, true) * (1.0 / pairs) + sum(&fake, &fake, true) * (1.0 / pairs)
        - sum(&real, &fake, false) * (2.0 / all)
}
