//! CycleGAN's generators, articles `002` and `004`.

use ganvas_kernels::plan::dcgan::resample;
use ganvas_kernels::plan::{Builder, Convolution, Plan, Unsupported};
use ganvas_kernels::stack::Shape;

use super::Network;

/// Rows and columns of the image at which the residual blocks work.
const SMALL_SIDE: usize = 16;

/// 3×3 kernels, padding 1.
const fn smooth(output: usize, stride: usize) -> Convolution {
    Convolution {
        output,
        kernel: 3,
        stride,
        padding: 1,
    }
}

/// Images of one domain → images of the other, both of the shape `sample`, in (−1, 1).
///
/// A convolution to w = `width` channels, then halved to 16×16 with twice the channels
/// each time, two residual blocks, and back, with instance normalisation and ReLU. After
/// Zhu et al., *Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
/// Networks*, 2017, with fewer blocks for smaller images.
///
/// # Errors
///
/// None for square samples whose side is 16 times a power of two.
pub fn translator(width: usize, sample: Shape) -> Result<Network, Unsupported> {
    let halvings = (sample.height / SMALL_SIDE).max(1).ilog2();
    let widest = width << halvings;
    let block = |builder: Builder| {
        builder
            .conv2d(smooth(widest, 1))
            .instance_norm()
            .relu()
            .conv2d(smooth(widest, 1))
            .instance_norm()
    };
    let first = Plan::of(sample)
        .conv2d(smooth(width, 1))
        .instance_norm()
        .relu();
    let small = (1..=halvings).fold(first, |builder, halving| {
        builder
            .conv2d(smooth(width << halving, 2))
            .instance_norm()
            .relu()
    });
    let changed = small.residual(block).residual(block);
    let plan = (0..halvings)
        .rev()
        .fold(changed, |builder, halving| {
            builder
                .conv_transpose2d(resample(width << halving))
                .instance_norm()
                .relu()
        })
        .conv2d_biased(smooth(sample.channels, 1))
        .tanh();
    Ok(Network::new(plan.build()?))
}
