//! The operations on the CPU.

use std::sync::Arc;

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Bytes, DType, Flex, Shape, TensorMetadata};

use super::backend::{Optimise, StackKernels, StackOps, Want};
use crate::adam::AdamSettings;
use crate::cpu;
use crate::loss::GanLoss;
use crate::stack::{Mode, Stack};

/// A tensor of `shape` from its numbers.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(
        Bytes::from_elems(values),
        Layout::contiguous(shape.into()),
        DType::F32,
    )
}

/// The numbers of a contiguous tensor.
fn slice(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().unwrap_or_default()
}

impl StackKernels for Flex {
    type Saved = Arc<cpu::Saved>;

    fn forward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        mode: Mode,
        keep: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, Option<Self::Saved>) {
        let (parameters, statistics, x) = (
            parameters.to_contiguous(),
            statistics.to_contiguous(),
            x.to_contiguous(),
        );
        let batch = x.shape()[0];
        let pass = cpu::forward(
            stack,
            slice(&parameters),
            slice(&statistics),
            slice(&x),
            batch,
            mode,
            keep,
        );
        let shape = match stack.stages.last() {
            Some(last) => [
                batch,
                last.output.channels,
                last.output.height,
                last.output.width,
            ],
            None => [batch, 0, 0, 0],
        };
        let length = pass.statistics.len();
        (
            tensor(pass.output, shape),
            tensor(pass.statistics, [length]),
            pass.saved.map(Arc::new),
        )
    }

    fn backward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        saved: Self::Saved,
        gradient: FloatTensor<Self>,
        want: Want,
    ) -> [Option<FloatTensor<Self>>; 2] {
        let (parameters, gradient) = (parameters.to_contiguous(), gradient.to_contiguous());
        let batch = gradient.shape()[0];
        let found = cpu::backward(
            stack,
            slice(&parameters),
            &saved,
            slice(&gradient),
            want.parameters,
            want.input,
        );
        let input = stack.stages.first().map(|first| first.input);
        [
            found.parameters.map(|values| {
                let length = values.len();
                tensor(values, [length])
            }),
            found.input.zip(input).map(|(values, input)| {
                tensor(values, [batch, input.channels, input.height, input.width])
            }),
        ]
    }

    fn loss(logits: FloatTensor<Self>, loss: GanLoss) -> [FloatTensor<Self>; 2] {
        let logits = logits.to_contiguous();
        let shape = logits.shape();
        let (value, gradient) = loss.evaluate(slice(&logits));
        [tensor(vec![value], [1]), tensor(gradient, shape)]
    }
}

impl StackOps for Flex {
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (output, statistics, _) = Self::forward(&stack, parameters, statistics, x, mode, false);
        (output, statistics)
    }

    fn gan_loss(logits: FloatTensor<Self>, loss: GanLoss) -> FloatTensor<Self> {
        let [value, _] = Self::loss(logits, loss);
        value
    }
}

impl Optimise for Flex {
    fn adam(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (mut parameters, mut mean, mut square) = (
            parameters.to_contiguous(),
            mean.to_contiguous(),
            square.to_contiguous(),
        );
        let gradient = gradient.to_contiguous();
        settings.apply(
            parameters.storage_mut(),
            mean.storage_mut(),
            square.storage_mut(),
            slice(&gradient),
        );
        (parameters, mean, square)
    }
}
