//! The generator of a DCGAN on the CPU's kernels.

use std::ops::Range;

use ganvas_kernels::cpu::forward;
use ganvas_kernels::pass::Operands;
use ganvas_kernels::plan::{Plan, dcgan};
use ganvas_kernels::stack::{Activation, Mode, Norm, Shape as Image, Stack};
use half::f16;

/// Rows and columns of a digit: `SIDE` of `ganvas_core::image`, which would bring a tensor
/// library into the module. A test compares them.
pub const SIDE: usize = 28;
/// Rows and columns of the network's image around it: `SMALLEST_SIDE` there.
pub const PADDED_SIDE: usize = 32;
const MARGIN: usize = (PADDED_SIDE - SIDE) / 2;

/// What a generator is like, and how many digits it shall draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Channels of its narrowest hidden layer.
    pub width: usize,
    /// Length of a latent vector.
    pub latent_dim: usize,
    /// How many latents there are.
    pub count: usize,
}

impl Shape {
    /// Whether it is small enough to be drawn while somebody waits.
    pub fn is_allowed(self) -> bool {
        (1..=64).contains(&self.width)
            && (1..=256).contains(&self.latent_dim)
            && (1..=256).contains(&self.count)
    }

    /// How many numbers [`Generator::new`] takes.
    pub fn len(self) -> usize {
        let pieces = network(self).map_or_else(Vec::new, |(_, pieces)| pieces);
        let numbers: usize = pieces.iter().map(|piece| piece.range.len()).sum();
        numbers + self.count * self.latent_dim
    }

    /// Never: there is no generator without numbers.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Where a tensor of the checkpoint goes.
struct Piece {
    statistic: bool,
    range: Range<usize>,
}

/// The network, and its tensors in the order in which they come: a BatchNorm's running
/// statistics after its bias, which nothing else here has.
fn network(shape: Shape) -> Option<(Stack, Vec<Piece>)> {
    let image = Image::square(1, PADDED_SIDE);
    let builder = dcgan::generator(shape.width, shape.latent_dim, image, Activation::Relu);
    let Plan {
        stack,
        parameters,
        statistics,
        ..
    } = builder.build().ok()?;
    let mut statistics = statistics.iter();
    let mut pieces = Vec::new();
    for spec in &parameters {
        pieces.push(Piece {
            statistic: false,
            range: spec.range(),
        });
        if spec.name.ends_with(".bias") {
            pieces.extend(statistics.by_ref().take(2).map(|spec| Piece {
                statistic: true,
                range: spec.range(),
            }));
        }
    }
    Some((stack, pieces))
}

/// A generator with its numbers and the latents that it is to draw.
#[derive(Debug, Clone)]
pub struct Generator {
    stack: Stack,
    parameters: Vec<f32>,
    statistics: Vec<f32>,
    latents: Vec<f32>,
    count: usize,
}

impl Generator {
    /// From the halves of a checkpoint, two bytes each, the lower one first.
    ///
    /// They come layer by layer as in PyTorch: a transposed convolution's `weight`,
    /// then its BatchNorm's `weight`, `bias`, `running_mean` and `running_var`; after
    /// the last layer the latents, row after row.
    ///
    /// `None` when the shape is not allowed, the length is another one, a number is
    /// not finite or a variance is negative.
    pub fn new(shape: Shape, halves: &[u8]) -> Option<Self> {
        if !shape.is_allowed() || halves.len() != 2 * shape.len() {
            return None;
        }
        let numbers: Vec<f32> = halves
            .chunks_exact(2)
            .map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32())
            .collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return None;
        }
        let (stack, pieces) = network(shape)?;
        let mut parameters = vec![0.0; stack.parameters];
        let mut statistics = vec![0.0; stack.statistics];
        let mut rest = numbers.as_slice();
        for piece in pieces {
            let (values, after) = rest.split_at_checked(piece.range.len())?;
            let flat = if piece.statistic {
                &mut statistics
            } else {
                &mut parameters
            };
            flat.get_mut(piece.range)?.copy_from_slice(values);
            rest = after;
        }
        let variances = stack.stages.iter().filter_map(|stage| {
            let Norm::Batch(norm) = stage.norm else {
                return None;
            };
            statistics
                .get(norm.variance..)?
                .get(..stage.output.channels)
        });
        if variances.flatten().any(|variance| *variance < 0.0) {
            return None;
        }
        Some(Self {
            stack,
            parameters,
            statistics,
            latents: rest.to_vec(),
            count: shape.count,
        })
    }

    /// The network as the kernels see it.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The digits of all latents: [`SIDE`] × [`SIDE`] bytes each, 0 background to 255 ink.
    pub fn draw(&self) -> Vec<u8> {
        let operands = Operands {
            parameters: &self.parameters[..],
            statistics: &self.statistics[..],
            x: &self.latents[..],
            labels: &[],
        };
        let pass = forward(&self.stack, operands, Mode::Evaluate, false);
        let mut bytes = Vec::with_capacity(self.count * SIDE * SIDE);
        for image in pass.output.chunks_exact(PADDED_SIDE * PADDED_SIDE) {
            for row in image.chunks_exact(PADDED_SIDE).skip(MARGIN).take(SIDE) {
                bytes.extend(row.iter().skip(MARGIN).take(SIDE).map(|value| byte(*value)));
            }
        }
        bytes
    }
}

/// The nearest byte to a number of the network, −1 to 1.
fn byte(signed: f32) -> u8 {
    // `as` saturates and turns NaN into 0; it cuts off the fraction, hence the half.
    ((signed + 1.0) * 127.5 + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Shape = Shape {
        width: 2,
        latent_dim: 3,
        count: 2,
    };

    fn halves(value: f32) -> Vec<u8> {
        f16::from_f32(value).to_le_bytes().repeat(SMALL.len())
    }

    #[test]
    fn a_generator_draws_whole_digits() {
        let bytes = Generator::new(SMALL, &halves(0.5)).unwrap().draw();
        assert_eq!(bytes.len(), 2 * SIDE * SIDE);
        // All numbers are alike, and so are the two latents.
        let (one, other) = bytes.split_at(SIDE * SIDE);
        assert_eq!(one, other);
        assert!(one[SIDE / 2 * SIDE + SIDE / 2] > 127);
    }

    #[test]
    fn what_is_no_generator_is_refused() {
        let good = halves(0.5);
        assert!(Generator::new(SMALL, &good[2..]).is_none());
        assert!(Generator::new(SMALL, &[]).is_none());
        assert!(Generator::new(SMALL, &halves(f32::NAN)).is_none());
        assert!(Generator::new(SMALL, &halves(f32::INFINITY)).is_none());
        assert!(
            Generator::new(SMALL, &halves(-0.5)).is_none(),
            "negative variances"
        );
        for shape in [
            Shape { width: 0, ..SMALL },
            Shape {
                width: usize::MAX,
                ..SMALL
            },
            Shape {
                latent_dim: 0,
                ..SMALL
            },
            Shape {
                latent_dim: 257,
                ..SMALL
            },
            Shape { count: 0, ..SMALL },
            Shape {
                count: usize::MAX,
                ..SMALL
            },
        ] {
            assert!(Generator::new(shape, &good).is_none(), "{shape:?}");
        }
    }
}
