//! Dense maps: one matrix product for the batch.
//!
//! A dense weight counts the values of an image with channels before pixels. The
//! images here have pixels before channels, so the weight's axes are reordered
//! first; it is as large as the images at most, or small.

use std::borrow::Cow;

use super::gemm::{Matrix, multiply};
use super::layout::{channels_first, channels_last, exchange};
use crate::stack::{Shape, WeightOrder};

/// A dense map between images.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dense {
    pub input: Shape,
    pub output: Shape,
    pub order: WeightOrder,
}

impl Dense {
    /// Shapes that the outer and the inner axis of the weight stand for.
    fn axes(&self) -> [Shape; 2] {
        match self.order {
            WeightOrder::OutputMajor => [self.output, self.input],
            WeightOrder::InputMajor => [self.input, self.output],
        }
    }

    /// The weight with both axes in the order of pixels before channels.
    pub fn reordered<'a>(&self, weight: &'a [f32]) -> Cow<'a, [f32]> {
        let [outer, inner] = self.axes();
        let weight = channels_last(weight, inner);
        if outer.channels == 1 || outer.pixels() == 1 {
            return weight;
        }
        let mut reordered = vec![0.0; weight.len()];
        let (a, b) = (outer.channels, outer.pixels());
        exchange(&weight, &mut reordered, a, b, inner.len());
        Cow::Owned(reordered)
    }

    /// The reordered weight as a matrix `[in, out]`.
    fn matrix<'a>(&self, weight: &'a [f32]) -> Matrix<'a> {
        match self.order {
            WeightOrder::OutputMajor => Matrix::rows(weight, self.input.len()).transposed(),
            WeightOrder::InputMajor => Matrix::rows(weight, self.output.len()),
        }
    }

    /// y `[batch, out]` = x `[batch, in]` · W, with a reordered weight.
    pub fn forward(&self, weight: &[f32], x: &[f32], y: &mut [f32]) {
        let (input, output) = (self.input.len(), self.output.len());
        let batch = y.len() / output;
        let x = Matrix::rows(x, input);
        multiply([batch, output, input], x, self.matrix(weight), y, false);
    }

    /// dx = dy · Wᵀ, with a reordered weight.
    pub fn input_gradient(&self, weight: &[f32], dy: &[f32], dx: &mut [f32]) {
        let (input, output) = (self.input.len(), self.output.len());
        let batch = dy.len() / output;
        let weight = self.matrix(weight).transposed();
        multiply(
            [batch, input, output],
            Matrix::rows(dy, output),
            weight,
            dx,
            false,
        );
    }

    /// dW from x and dy, in the weight's own order.
    pub fn weight_gradient(&self, x: &[f32], dy: &[f32], gradient: &mut [f32]) {
        let (input, output) = (self.input.len(), self.output.len());
        let batch = dy.len() / output;
        let (x, dy) = (Matrix::rows(x, input), Matrix::rows(dy, output));
        let [outer, inner] = self.axes();
        let size = [outer.len(), inner.len(), batch];
        let mut product = vec![0.0; gradient.len()];
        match self.order {
            WeightOrder::OutputMajor => multiply(size, dy.transposed(), x, &mut product, false),
            WeightOrder::InputMajor => multiply(size, x.transposed(), dy, &mut product, false),
        }
        let product = channels_first(&product, inner);
        let (a, b) = (outer.pixels(), outer.channels);
        exchange(&product, gradient, a, b, inner.len());
    }
}
