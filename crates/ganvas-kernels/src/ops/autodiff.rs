//! The operations' gradients.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend, FloatDType, Shape, TensorMetadata};
use burn::tensor::Slice;

use super::backend::{Call, StackKernels, StackOps, Want, packed, root};
use crate::loss::LogitLoss;
use crate::stack::{Mode, Stack};

/// What a pass leaves for its gradient.
#[derive(Debug, Clone)]
struct State<B: StackKernels> {
    stack: Arc<Stack>,
    parameters: FloatTensor<B>,
    /// The shape of the images that went in, which is that of their gradient too.
    shape: Shape,
    saved: B::Saved,
}

#[derive(Debug)]
struct Node;

impl<B: StackKernels> Backward<B, 2> for Node {
    type State = State<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [parameters, x] = ops.parents;
        let gradient = gradients.consume::<B>(&ops.node);
        let State {
            stack,
            parameters: values,
            shape,
            saved,
        } = ops.state;
        let want = Want {
            parameters: parameters.is_some(),
            input: x.is_some(),
        };
        let parts = unpacked::<B>(&stack, gradient);
        let [of_parameters, of_x] = B::backward(&stack, values, saved, parts, want);
        let of_x = of_x.map(|gradient| B::float_reshape(gradient, shape));
        for (node, gradient) in [(parameters, of_parameters), (x, of_x)] {
            if let Some(node) = node {
                let gradient = gradient.expect("a backend gives what is wanted");
                gradients.register::<B>(node.id, gradient);
            }
        }
    }
}

/// The parts that [`packed`] put side by side.
fn unpacked<B: Backend>(stack: &Stack, packed: FloatTensor<B>) -> Vec<FloatTensor<B>> {
    let lengths: Vec<usize> = std::iter::once(stack.output.len())
        .chain(stack.taps().map(|stage| stage.output.len()))
        .collect();
    if lengths.len() == 1 {
        return vec![packed];
    }
    let mut start = 0;
    let part = |length| {
        let columns = Slice::from(start..start + length);
        start += length;
        B::float_slice(packed.clone(), &[Slice::full(), columns])
    };
    lengths.into_iter().map(part).collect()
}

#[derive(Debug)]
struct Loss;

impl<B: Backend> Backward<B, 1> for Loss {
    type State = FloatTensor<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        gradients.consume::<B>(&ops.node);
        let [logits] = ops.parents;
        if let Some(logits) = logits {
            gradients.register::<B>(logits.id, ops.state);
        }
    }
}

#[derive(Debug)]
struct Join;

impl<B: Backend> Backward<B, 2> for Join {
    /// The shapes of the two: `[0]` of a root, `[1]` of a term.
    type State = [Shape; 2];

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let nothing = gradients.consume::<B>(&ops.node);
        for (parent, shape) in ops.parents.into_iter().zip(ops.state) {
            let Some(parent) = parent else {
                continue;
            };
            let gradient = match shape.num_elements() {
                0 => nothing.clone(),
                _ => B::float_ones(shape, &nothing.device(), FloatDType::F32),
            };
            gradients.register::<B>(parent.id, gradient);
        }
    }
}

impl<B: StackKernels, C: CheckpointStrategy> StackOps for Autodiff<B, C> {
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        labels: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (parameters, parameters_node) = parameters.into_parts();
        let (x, x_node) = x.into_parts();
        let shape = x.shape();
        // Statistics and labels are constants: `forward` refuses tracked ones.
        let call = Call {
            stack: stack.clone(),
            parameters: parameters.clone(),
            statistics: statistics.into_primitive(),
            x,
            labels: labels.into_primitive(),
            mode,
        };
        let prepared = Node
            .prepare::<C>([parameters_node, x_node])
            .compute_bound()
            .stateful();
        let (output, statistics) = match prepared {
            OpsKind::Tracked(prepared) => {
                let (passed, saved) = B::record(call);
                let state = State {
                    stack,
                    parameters,
                    shape,
                    saved,
                };
                let output = prepared.finish(state, packed::<B>(passed.outputs));
                (output, passed.statistics)
            }
            OpsKind::UnTracked(prepared) => {
                let passed = B::evaluate(call);
                let output = prepared.finish(packed::<B>(passed.outputs));
                (output, passed.statistics)
            }
        };
        (output, Self::from_inner(statistics))
    }

    fn logit_loss(
        logits: FloatTensor<Self>,
        loss: Arc<LogitLoss>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (logits, node) = logits.into_parts();
        let [value, gradient] = B::loss(logits, &loss);
        let root = root::<B>(&value);
        let root = match Loss.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(gradient, root),
            OpsKind::UnTracked(prepared) => prepared.finish(root),
        };
        (Self::from_inner(value), root)
    }

    fn join(one: FloatTensor<Self>, other: FloatTensor<Self>) -> FloatTensor<Self> {
        let (one, one_node) = one.into_parts();
        let (other, other_node) = other.into_parts();
        let shapes = [one.shape(), other.shape()];
        let root = root::<B>(&one);
        let nodes = [one_node, other_node];
        match Join.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(shapes, root),
            OpsKind::UnTracked(prepared) => prepared.finish(root),
        }
    }
}
