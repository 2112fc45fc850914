//! The operations' gradients.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend};

use super::backend::{StackKernels, StackOps, Want};
use crate::loss::GanLoss;
use crate::stack::{Mode, Stack};

/// What a pass leaves for its gradient.
#[derive(Debug, Clone)]
struct State<B: StackKernels> {
    stack: Arc<Stack>,
    parameters: FloatTensor<B>,
    saved: B::Saved,
}

#[derive(Debug)]
struct Pass;

impl<B: StackKernels> Backward<B, 2> for Pass {
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
            saved,
        } = ops.state;
        let want = Want {
            parameters: parameters.is_some(),
            input: x.is_some(),
        };
        let found = B::backward(&stack, values, saved, gradient, want);
        for (node, gradient) in [parameters, x].into_iter().zip(found) {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                gradients.register::<B>(node.id, gradient);
            }
        }
    }
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
        let outer = gradients.consume::<B>(&ops.node);
        let [logits] = ops.parents;
        if let Some(logits) = logits {
            gradients.register::<B>(logits.id, B::float_mul(ops.state, outer_like::<B>(outer)));
        }
    }
}

/// A gradient `[1]` in the rank of logits.
fn outer_like<B: Backend>(outer: FloatTensor<B>) -> FloatTensor<B> {
    B::float_reshape(outer, [1, 1].into())
}

impl<B: StackKernels, C: CheckpointStrategy> StackOps for Autodiff<B, C> {
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (parameters, parameters_node) = parameters.into_parts();
        let (x, x_node) = x.into_parts();
        let statistics = statistics.into_primitive();
        let prepared = Pass
            .prepare::<C>([parameters_node, x_node])
            .compute_bound()
            .stateful();
        let keep = matches!(prepared, OpsKind::Tracked(_));
        let (output, statistics, saved) =
            B::forward(&stack, parameters.clone(), statistics, x, mode, keep);
        let output = match (prepared, saved) {
            (OpsKind::Tracked(prepared), Some(saved)) => prepared.finish(
                State {
                    stack,
                    parameters,
                    saved,
                },
                output,
            ),
            // A backend that was asked to keep something and did not has no gradient to give.
            (OpsKind::Tracked(_), None) => Self::from_inner(output),
            (OpsKind::UnTracked(prepared), _) => prepared.finish(output),
        };
        (output, Self::from_inner(statistics))
    }

    fn gan_loss(logits: FloatTensor<Self>, loss: GanLoss) -> FloatTensor<Self> {
        let (logits, node) = logits.into_parts();
        let [value, gradient] = B::loss(logits, loss);
        match Loss.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(gradient, value),
            OpsKind::UnTracked(prepared) => prepared.finish(value),
        }
    }
}
