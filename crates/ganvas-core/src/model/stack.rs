//! A list of layers as one [`Stack`] of kernels, where there are kernels for it.

use ganvas_kernels::gpu;
use ganvas_kernels::stack::{Activation, Map, Norm, Shape, Stack, Stage, Weights, Window};

use super::layer::{Convolution, Layer};
use super::network::TensorSpec;

/// The stack of `layers` on images of `channels`, `height`, `width`.
///
/// `None` if they are more than linear maps, each with at most one normalisation
/// and one activation after it, or of a geometry that the kernels do not know.
pub(super) fn compile(
    layers: &[Layer],
    parameters: &[TensorSpec],
    statistics: &[TensorSpec],
    lengths: [usize; 2],
    [channels, height, width]: [usize; 3],
) -> Option<Stack> {
    let mut current = Shape {
        channels,
        height,
        width,
    };
    let mut stages: Vec<Stage> = Vec::new();
    for layer in layers {
        match layer {
            Layer::Conv2d {
                geometry,
                weight,
                bias,
            } => {
                let map = convolution(geometry, current)?;
                stages.push(stage(map, current, parameters, *weight, *bias));
            }
            Layer::ConvTranspose2d {
                geometry,
                weight,
                bias,
            } => {
                let map = transposed(geometry, current, bias.is_some())?;
                stages.push(stage(map, current, parameters, *weight, *bias));
            }
            Layer::Linear { weight, bias } => {
                let output = vector(parameters[*weight].shape[0]);
                let map = (Map::Dense(Weights::OutputMajor), output);
                stages.push(stage(map, current, parameters, *weight, *bias));
            }
            Layer::BatchNorm {
                weight,
                bias,
                statistics: at,
            } => {
                let last = bare(&mut stages)?;
                last.norm = Some(Norm {
                    gamma: parameters[*weight].offset,
                    beta: parameters[*bias].offset,
                    mean: statistics[*at].offset,
                    variance: statistics[at + 1].offset,
                });
            }
            Layer::Relu => activate(&mut stages, Activation::Relu)?,
            Layer::LeakyRelu(slope) => {
                activate(&mut stages, Activation::LeakyRelu(*slope as f32))?;
            }
            Layer::Tanh => activate(&mut stages, Activation::Tanh)?,
            Layer::Reshape([channels, height, width]) => {
                current = Shape {
                    channels: *channels,
                    height: *height,
                    width: *width,
                };
                // What a dense map gives has whatever shape is wanted: a
                // normalisation that follows is over the new channels.
                if let Some(last) = stages.last_mut()
                    && last.norm.is_none()
                    && matches!(last.map, Map::Dense(_))
                {
                    last.output = current;
                }
                continue;
            }
            Layer::Flatten => {
                current = vector(current.len());
                continue;
            }
            Layer::InstanceNorm | Layer::Residual(_) => return None,
        }
        if layer.has_weight() {
            current = stages.last()?.output;
        }
    }
    let [parameters, statistics] = lengths;
    let stack = Stack {
        stages,
        parameters,
        statistics,
    };
    let known = !stack.stages.is_empty() && chained(&stack) && gpu::supports(&stack);
    known.then_some(stack)
}

/// Whether each stage takes its images in the shape in which the one before gives
/// them: the CPU keeps channels last between stages, so a new shape is a new order.
fn chained(stack: &Stack) -> bool {
    let same = |pair: &[Stage]| pair[0].output == pair[1].input;
    stack.stages.windows(2).all(same)
}

fn vector(len: usize) -> Shape {
    Shape {
        channels: len,
        height: 1,
        width: 1,
    }
}

fn square(channels: usize, side: usize) -> Shape {
    Shape {
        channels,
        height: side,
        width: side,
    }
}

fn window(geometry: &Convolution) -> Window {
    Window {
        kernel: geometry.kernel,
        stride: geometry.stride,
        padding: geometry.padding,
    }
}

fn convolution(geometry: &Convolution, input: Shape) -> Option<(Map, Shape)> {
    let covers = [input.height, input.width] == [geometry.kernel; 2] && geometry.padding == 0;
    if covers {
        let map = Map::Dense(Weights::OutputMajor);
        return Some((map, vector(geometry.output)));
    }
    let side = |side: usize| {
        let side = (side + 2 * geometry.padding).checked_sub(geometry.kernel)?;
        Some(side / geometry.stride + 1)
    };
    let output = Shape {
        channels: geometry.output,
        height: side(input.height)?,
        width: side(input.width)?,
    };
    Some((Map::Convolution(window(geometry)), output))
}

fn transposed(geometry: &Convolution, input: Shape, biased: bool) -> Option<(Map, Shape)> {
    let pixel = [input.height, input.width] == [1, 1] && geometry.padding == 0;
    if pixel && !biased {
        let map = Map::Dense(Weights::InputMajor);
        return Some((map, square(geometry.output, geometry.kernel)));
    }
    let side = |side: usize| {
        ((side - 1) * geometry.stride + geometry.kernel).checked_sub(2 * geometry.padding)
    };
    let output = Shape {
        channels: geometry.output,
        height: side(input.height)?,
        width: side(input.width)?,
    };
    Some((Map::Transposed(window(geometry)), output))
}

fn stage(
    (map, output): (Map, Shape),
    input: Shape,
    parameters: &[TensorSpec],
    weight: usize,
    bias: Option<usize>,
) -> Stage {
    Stage {
        map,
        input,
        output,
        weight: parameters[weight].offset,
        bias: bias.map(|bias| parameters[bias].offset),
        norm: None,
        activation: Activation::Identity,
    }
}

/// The last stage, if nothing follows its linear map yet.
fn bare(stages: &mut [Stage]) -> Option<&mut Stage> {
    stages
        .last_mut()
        .filter(|stage| stage.norm.is_none() && stage.activation == Activation::Identity)
}

fn activate(stages: &mut [Stage], activation: Activation) -> Option<()> {
    let last = stages
        .last_mut()
        .filter(|stage| stage.activation == Activation::Identity)?;
    last.activation = activation;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{critic, dcgan_discriminator, dcgan_generator, translator};

    #[test]
    fn a_dcgan_is_four_stages_on_each_side() {
        let maps = |stack: &Stack| -> Vec<(bool, bool)> {
            stack
                .stages
                .iter()
                .map(|stage| (matches!(stage.map, Map::Dense(_)), stage.norm.is_some()))
                .collect()
        };
        let generator = dcgan_generator(8, 16, 1).stack([16, 1, 1]);
        let discriminator = dcgan_discriminator(8, 1).stack([1, 32, 32]);
        assert_eq!(
            generator.as_ref().map(maps),
            Some(vec![
                (true, true),
                (false, true),
                (false, true),
                (false, false)
            ])
        );
        assert_eq!(
            discriminator.as_ref().map(maps),
            Some(vec![
                (false, false),
                (false, true),
                (false, true),
                (true, false)
            ])
        );
        assert_eq!(
            generator.map(|stack| stack.stages[3].output),
            Some(square(1, 32))
        );
    }

    #[test]
    fn a_translator_runs_layer_by_layer() {
        assert!(translator(4, 1).stack([1, 32, 32]).is_none());
        assert!(critic(4, 1).stack([1, 32, 32]).is_some());
    }
}
