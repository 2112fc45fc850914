//! A list of layers as one [`Stack`] of kernels, where there are kernels for it.

use ganvas_kernels::stack::{Activation, Map, Norm, Shape, Stack, Stage, Weights};

use super::layer::Layer;
use super::network::TensorSpec;
use crate::linear_map::vector;

/// The stack of `layers` on images of `channels`, `height`, `width`.
///
/// `None` if they are more than linear maps, each with at most one normalisation
/// and one activation after it.
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
                let map = geometry.gather(current);
                stages.push(stage(map, current, parameters, *weight, *bias));
            }
            Layer::ConvTranspose2d {
                geometry,
                weight,
                bias,
            } => {
                let map = geometry.scatter(current);
                // One bias for each channel, where a dense map has one for each value.
                if bias.is_some() && matches!(map.0, Map::Dense(_)) {
                    return None;
                }
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
    (!stack.stages.is_empty()).then_some(stack)
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

    fn square(channels: usize, side: usize) -> Shape {
        Shape {
            channels,
            height: side,
            width: side,
        }
    }

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
