//! A stage's linear map, and the way back.

use super::dense::Dense;
use super::halving::{self, Transformed};
use super::sliding::Sliding;
use super::{im2col, thin};
use crate::stack::{Map, Stage};

/// How a stage's map is done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Linear {
    /// A convolution of any geometry.
    Convolution(Sliding),
    /// A transposed one.
    Transposed(Sliding),
    /// A convolution that halves the image.
    Halving(Sliding),
    /// A transposed one that doubles it.
    Doubling(Sliding),
    /// A matrix product.
    Dense(Dense),
}

impl Linear {
    pub fn of(stage: &Stage) -> Self {
        let (input, output) = (stage.input, stage.output);
        match stage.map {
            Map::Convolution(window) => {
                let sliding = Sliding {
                    large: input,
                    small: output,
                    window,
                };
                if halving::is_for(&sliding) {
                    Self::Halving(sliding)
                } else {
                    Self::Convolution(sliding)
                }
            }
            Map::Transposed(window) => {
                let sliding = Sliding {
                    large: output,
                    small: input,
                    window,
                };
                if halving::is_for(&sliding) {
                    Self::Doubling(sliding)
                } else {
                    Self::Transposed(sliding)
                }
            }
            Map::Dense(order) => Self::Dense(Dense {
                input,
                output,
                order,
            }),
        }
    }

    /// y from x, and what the way back needs besides both.
    pub fn forward(
        self,
        weight: &[f32],
        x: &[f32],
        y: &mut [f32],
        batch: usize,
    ) -> Option<Transformed> {
        match self {
            Self::Convolution(sliding) => gather(&sliding, weight, x, y),
            Self::Transposed(sliding) => scatter(&sliding, weight, x, y),
            Self::Halving(sliding) => {
                return Some(halving::halve(&sliding, weight, x, y, batch));
            }
            Self::Doubling(sliding) => {
                return Some(halving::double(&sliding, weight, x, y, batch));
            }
            Self::Dense(dense) => dense.forward(&dense.reordered(weight), x, y),
        }
        None
    }

    /// The gradients of the weight and of x from that of y, where there is a place for
    /// them. `kept` is what the forward pass left.
    pub fn backward(
        self,
        [weight, x, dy]: [&[f32]; 3],
        kept: Option<&Transformed>,
        gradient: Option<&mut [f32]>,
        dx: Option<&mut [f32]>,
        batch: usize,
    ) {
        match (self, kept) {
            (Self::Halving(sliding), Some(kept)) => {
                halving::halve_back(&sliding, weight, kept, dy, [gradient, dx], batch);
            }
            (Self::Doubling(sliding), Some(kept)) => {
                halving::double_back(&sliding, weight, kept, dy, [gradient, dx], batch);
            }
            (Self::Convolution(sliding) | Self::Halving(sliding), _) => {
                if let Some(gradient) = gradient {
                    weight_gradient(&sliding, x, dy, gradient);
                }
                if let Some(dx) = dx {
                    scatter(&sliding, weight, dy, dx);
                }
            }
            (Self::Transposed(sliding) | Self::Doubling(sliding), _) => {
                if let Some(gradient) = gradient {
                    weight_gradient(&sliding, dy, x, gradient);
                }
                if let Some(dx) = dx {
                    gather(&sliding, weight, dy, dx);
                }
            }
            (Self::Dense(dense), _) => {
                if let Some(gradient) = gradient {
                    dense.weight_gradient(x, dy, gradient);
                }
                if let Some(dx) = dx {
                    dense.input_gradient(&dense.reordered(weight), dy, dx);
                }
            }
        }
    }
}

/// Large images → small ones.
fn gather(sliding: &Sliding, weight: &[f32], large: &[f32], small: &mut [f32]) {
    if thin::is_for(sliding) {
        thin::gather(sliding, weight, large, small);
    } else {
        im2col::gather(sliding, weight, large, small);
    }
}

/// Small images → large ones.
fn scatter(sliding: &Sliding, weight: &[f32], small: &[f32], large: &mut [f32]) {
    if thin::is_for(sliding) {
        thin::scatter(sliding, weight, small, large);
    } else {
        im2col::scatter(sliding, weight, small, large);
    }
}

/// The gradient of the weight.
fn weight_gradient(sliding: &Sliding, large: &[f32], small: &[f32], gradient: &mut [f32]) {
    if thin::is_for(sliding) {
        thin::weight(sliding, large, small, gradient);
    } else {
        im2col::weight(sliding, large, small, gradient);
    }
}
