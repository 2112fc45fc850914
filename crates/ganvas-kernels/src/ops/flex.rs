//! The operations on the CPU.

use std::sync::Arc;

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Bytes, DType, Flex, Shape, TensorMetadata};

use super::backend::{Call, Figure, Gather, Optimise, Passed, StackKernels, Want};
use crate::adam::{AdamSettings, State};
use crate::cpu;
use crate::loss::LogitLoss;
use crate::pass::Operands;
use crate::stack::Stack;

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

/// Runs a pass, and keeps what its gradient needs where that is wanted.
fn run(call: Call<Flex>, keep: bool) -> (Passed<Flex>, Option<cpu::Saved>) {
    let Call {
        stack,
        parameters,
        statistics,
        x,
        labels,
        mode,
    } = call;
    let batch = x.shape()[0];
    let [parameters, statistics, x, labels] =
        [parameters, statistics, x, labels].map(|tensor| tensor.to_contiguous());
    let operands = Operands {
        parameters: slice(&parameters),
        statistics: slice(&statistics),
        x: slice(&x),
        labels: slice(&labels),
    };
    let pass = cpu::forward(&stack, operands, mode, keep);
    let outputs = std::iter::once(pass.output).chain(pass.taps);
    let length = pass.statistics.len();
    let passed = Passed {
        outputs: outputs
            .map(|values| {
                let numbers = values.len() / batch;
                tensor(values, [batch, numbers])
            })
            .collect(),
        statistics: tensor(pass.statistics, [length]),
    };
    (passed, pass.saved)
}

impl StackKernels for Flex {
    type Saved = Arc<cpu::Saved>;

    fn evaluate(call: Call<Self>) -> Passed<Self> {
        run(call, false).0
    }

    fn record(call: Call<Self>) -> (Passed<Self>, Self::Saved) {
        let (passed, saved) = run(call, true);
        (passed, Arc::new(saved.expect("it was asked for")))
    }

    fn backward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        saved: Self::Saved,
        gradients: Vec<FloatTensor<Self>>,
        want: Want,
    ) -> [Option<FloatTensor<Self>>; 2] {
        let parameters = parameters.to_contiguous();
        let gradients: Vec<_> = gradients.iter().map(|g| g.to_contiguous()).collect();
        let slices: Vec<&[f32]> = gradients.iter().map(slice).collect();
        let found = cpu::backward(stack, slice(&parameters), &saved, &slices, want);
        let batch = gradients[0].shape()[0];
        let (parameters, input) = ([stack.parameters], [batch, stack.input.len()]);
        [
            found.parameters.map(|values| tensor(values, parameters)),
            found.input.map(|values| tensor(values, input)),
        ]
    }

    fn loss(logits: FloatTensor<Self>, loss: &LogitLoss) -> [FloatTensor<Self>; 2] {
        let logits = logits.to_contiguous();
        let shape = logits.shape();
        let (value, gradient) = loss.evaluate(slice(&logits));
        [tensor(vec![value], [1]), tensor(gradient, shape)]
    }
}

impl Gather for Flex {
    fn gather(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        d: FloatTensor<Self>,
        e: FloatTensor<Self>,
        f: FloatTensor<Self>,
        figures: Vec<Figure>,
    ) -> FloatTensor<Self> {
        let mut gathered = Vec::new();
        for (part, figure) in [a, b, c, d, e, f].into_iter().zip(figures) {
            let part = part.to_contiguous();
            match figure {
                Figure::Numbers => gathered.extend_from_slice(slice(&part)),
                Figure::Squares => gathered.push(slice(&part).iter().map(|x| x * x).sum()),
            }
        }
        let length = gathered.len();
        tensor(gathered, [length])
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
        let [mut parameters, mut mean, mut square] =
            [parameters, mean, square].map(|tensor| tensor.to_contiguous());
        let state = State {
            parameters: parameters.storage_mut(),
            mean: mean.storage_mut(),
            square: square.storage_mut(),
            average: None,
        };
        settings.apply(state, slice(&gradient.to_contiguous()));
        (parameters, mean, square)
    }

    fn adam_averaged(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        average: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let [mut parameters, mut mean, mut square, mut average] =
            [parameters, mean, square, average].map(|tensor| tensor.to_contiguous());
        let state = State {
            parameters: parameters.storage_mut(),
            mean: mean.storage_mut(),
            square: square.storage_mut(),
            average: Some(average.storage_mut()),
        };
        settings.apply(state, slice(&gradient.to_contiguous()));
        (parameters, mean, square, average)
    }
}
