//! What the texts of kernels promise, without a GPU.

use ganvas_kernels::stack::{Activation, Norm, Shape};
use ganvas_kernels::wgsl::{
    NormBackward, NormEvaluate, NormForward, Program, Slope, WeightGradient,
};

/// Two descriptions that differ in sizes and places alone are one shader, whose sizes and
/// places come with the launch.
fn shared<P: Program>(one: &P, other: &P) {
    for program in [one, other] {
        assert_eq!(program.wgsl(), program.key().wgsl());
    }
    assert_eq!(one.key(), other.key());
    assert_ne!(one.constants(), other.constants());
    let last = one.wgsl().matches("= info[").count();
    assert!(last > 0, "the constants are read");
}

fn norm(at: usize) -> Norm {
    Norm {
        gamma: at,
        beta: at + 64,
        mean: at,
        variance: at + 64,
    }
}

#[test]
fn batch_norms_of_all_sizes_share_their_pipelines() {
    let activation = Slope(Activation::Relu);
    let forward = |channels, pixels| NormForward {
        channels,
        pixels,
        norm: norm(channels),
        activation,
        threads: 4,
    };
    let backward = |channels, pixels| NormBackward {
        channels,
        pixels,
        norm: norm(channels),
        learn: true,
        threads: 4,
    };
    let evaluate = |channels, pixels| NormEvaluate {
        channels,
        pixels,
        norm: norm(channels),
        activation,
    };
    shared(&forward(64, 16), &forward(16, 256));
    shared(&backward(64, 16), &backward(16, 256));
    shared(&evaluate(64, 16), &evaluate(16, 256));
    // Vectors of four do not fit into three pixels.
    assert_ne!(forward(64, 16).key(), forward(64, 3).key());
}

#[test]
fn weight_gradients_of_all_sizes_share_a_pipeline() {
    let image = |channels, side| Shape {
        channels,
        height: side,
        width: side,
    };
    for split in [false, true] {
        let gradient = |channels, side| WeightGradient {
            small: image(2 * channels, side),
            large: image(channels, 2 * side),
            weight: 64 * channels,
            tile: 8,
            split,
        };
        shared(&gradient(8, 16), &gradient(32, 4));
    }
}
