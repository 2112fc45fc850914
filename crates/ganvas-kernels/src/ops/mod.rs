//! The operations as burn sees them: functions on tensors, on any device, with gradients.

mod autodiff;
mod backend;
mod chosen_tiles;
#[cfg(feature = "wgpu")]
mod cube;
#[cfg(feature = "flex")]
mod flex;

use std::sync::Arc;

use burn::backend::Dispatch;
use burn::tensor::{Gradients, Tensor};

use crate::adam::AdamSettings;
use crate::loss::LogitLoss;
use crate::stack::{Map, Mode, Shape, Stack, WeightOrder};
use crate::wgsl;

pub use backend::{Call, Figure, Gather, Optimise, Passed, StackKernels, StackOps, Want};
pub use chosen_tiles::{set_tiles, tiles};
#[cfg(feature = "wgpu")]
pub use cube::compile_only;

/// What one pass through a stack gives.
#[derive(Debug, Clone)]
pub struct Pass {
    /// The stack's output, `[batch, channels, height, width]`.
    pub output: Tensor<4>,
    /// The outputs of the stages that are [tapped](crate::stack::Stage::tapped), in order.
    pub taps: Vec<Tensor<4>>,
    /// The running statistics after the pass; as they were, unless its mode follows the batch.
    pub statistics: Tensor<1>,
}

/// One pass through `stack`.
///
/// - `parameters` `[stack.parameters]`, `statistics` `[stack.statistics]`, `x` `[batch, …]`
///   with the numbers of `stack.input` for each image.
/// - `labels` `[batch]`: each image's class, 0, 1, …, where the stack has
///   [classes](Stack::classes); a label that is none of them adds nothing.
/// - Gradients flow to `parameters` and `x` where they are tracked, in either mode.
///   `statistics` and `labels` are constants.
///
/// # Panics
///
/// Where a tensor has another length than the stack says, the batch does not divide into
/// the mode's groups, labels are missing, or `statistics` or `labels` are tracked: no gradient
/// would flow to them. That is a mistake in the program, not in its input, and is found alike
/// on every backend.
pub fn forward(
    stack: &Arc<Stack>,
    parameters: Tensor<1>,
    statistics: Tensor<1>,
    x: Tensor<4>,
    labels: Option<Tensor<1>>,
    mode: Mode,
) -> Pass {
    let batch = x.dims()[0];
    let numbers: usize = x.dims().iter().skip(1).product();
    assert_eq!(parameters.dims(), [stack.parameters], "flat parameters");
    // A stack without them reads none: any tensor will do.
    let length = statistics.dims()[0];
    assert!(
        length == stack.statistics || !stack.has_batch_norm(),
        "running statistics: {length} instead of {}",
        stack.statistics
    );
    assert_eq!(numbers, stack.input.len(), "numbers of an image");
    let groups = mode.groups();
    assert!(
        groups > 0 && batch > 0 && batch.is_multiple_of(groups),
        "{batch} images in {groups} groups of equal size"
    );
    if stack.classes.is_some() {
        let given = labels.as_ref().map(|labels| labels.dims()[0]);
        assert_eq!(given, Some(batch), "one label for each image");
    }
    for (name, constant) in [
        ("statistics", Some(&statistics)),
        ("labels", labels.as_ref()),
    ] {
        let tracked = constant.is_some_and(Tensor::is_tracked);
        assert!(!tracked, "tracked {name}: no gradient flows to them");
    }
    // Without classes nobody reads them.
    let labels = labels.unwrap_or_else(|| statistics.clone());
    let (packed, statistics) = Dispatch::stack_forward(
        parameters.into_dispatch(),
        statistics.into_dispatch(),
        x.into_dispatch(),
        labels.into_dispatch(),
        stack.clone(),
        mode,
    );
    let packed: Tensor<2> = Tensor::from_dispatch(packed);
    let statistics = Tensor::from_dispatch(statistics);
    let mut start = 0;
    let mut shapes = stack.taps().map(|stage| stage.output).collect::<Vec<_>>();
    shapes.insert(0, stack.output);
    let mut parts: Vec<Tensor<4>> = shapes
        .iter()
        .map(|shape| {
            let part = if shapes.len() == 1 {
                packed.clone()
            } else {
                packed.clone().narrow(1, start, shape.len())
            };
            start += shape.len();
            part.reshape(shape.batch(batch))
        })
        .collect();
    let output = parts.remove(0);
    Pass {
        output,
        taps: parts,
        statistics,
    }
}

/// A loss, and what minimises it.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// The loss, `[1]`, a constant.
    pub value: Tensor<1>,
    /// The way down.
    pub descent: Descent,
}

/// A sum of losses as automatic differentiation sees it: gradients, and no value.
///
/// The derivative of a sum by each of its terms is 1. Written as numbers these ones would be
/// a kernel for the first, and another that multiplies with it, in each update; so the sum is
/// a tensor without numbers, and a loss whose gradient is known hands it on as it is.
#[derive(Debug, Clone)]
pub struct Descent {
    root: Tensor<1>,
}

impl Descent {
    /// Down a single term `[1]`.
    pub fn of(term: Tensor<1>) -> Self {
        Self { root: term }
    }

    /// Down the sum of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let [one, other] = [self, other].map(|descent| descent.root.into_dispatch());
        Self {
            root: Tensor::from_dispatch(Dispatch::join(one, other)),
        }
    }

    /// The gradients of everything that is tracked.
    pub fn backward(&self) -> Gradients {
        self.root.backward()
    }
}

/// A loss of logits `[batch, 1]`.
///
/// # Panics
///
/// Where an image has another number of logits than one.
pub fn logit_loss(loss: &Arc<LogitLoss>, logits: Tensor<2>) -> Evaluated {
    assert_eq!(logits.dims()[1], 1, "one logit for each image");
    let (value, root) = Dispatch::logit_loss(logits.into_dispatch(), loss.clone());
    Evaluated {
        value: Tensor::from_dispatch(value).without_autodiff(),
        descent: Descent::of(Tensor::from_dispatch(root)),
    }
}

/// Figures of tensors, one after the other, as constants: by one kernel for six of them.
///
/// # Panics
///
/// Where there is none, or one is tracked: no gradient would flow to it.
pub fn gather(parts: Vec<(Tensor<1>, Figure)>) -> Tensor<1> {
    let tracked = parts.iter().position(|(tensor, _)| tensor.is_tracked());
    assert_eq!(tracked, None, "a tracked tensor is gathered as a constant");
    let mut gathered = parts.chunks(wgsl::Gather::MOST).map(|chunk| {
        let (tensors, figures): (Vec<_>, Vec<_>) = chunk.iter().cloned().unzip();
        let part = |index: usize| {
            let tensor = tensors.get(index).unwrap_or(&tensors[0]);
            tensor.clone().without_autodiff().into_dispatch()
        };
        let [a, b, c, d, e, f] = std::array::from_fn(part);
        Tensor::from_dispatch(Dispatch::gather(a, b, c, d, e, f, figures))
    });
    let first = gathered.next().expect("something is gathered");
    // Where they are many, what was gathered is gathered again.
    let rest: Vec<_> = gathered.map(|tensor| (tensor, Figure::Numbers)).collect();
    if rest.is_empty() {
        return first;
    }
    gather([vec![(first, Figure::Numbers)], rest].concat())
}

/// What a step of Adam changes.
#[derive(Debug, Clone)]
pub struct AdamState {
    /// θ.
    pub parameters: Tensor<1>,
    /// m, running mean of gradients.
    pub mean: Tensor<1>,
    /// v, running mean of squared gradients.
    pub square: Tensor<1>,
    /// θ̄, the average of θ, where one is kept.
    pub average: Option<Tensor<1>>,
}

/// One step of Adam, in place where nobody else holds the tensors.
///
/// # Panics
///
/// Where the tensors differ in length, or the length is no multiple of four.
pub fn adam(settings: AdamSettings, state: AdamState, gradient: Tensor<1>) -> AdamState {
    let AdamState {
        parameters,
        mean,
        square,
        average,
    } = state;
    let length = gradient.dims()[0];
    assert!(
        length.is_multiple_of(4),
        "{length} parameters: networks are padded"
    );
    for tensor in [&parameters, &mean, &square].into_iter().chain(&average) {
        assert_eq!(tensor.dims(), [length], "length of the optimizer's tensors");
    }
    let [parameters, mean, square] = [parameters, mean, square].map(Tensor::into_dispatch);
    let gradient = gradient.into_dispatch();
    let (parameters, mean, square, average) = match average {
        None => {
            let (parameters, mean, square) =
                Dispatch::adam(parameters, mean, square, gradient, settings);
            (parameters, mean, square, None)
        }
        Some(average) => {
            let average = average.into_dispatch();
            let (parameters, mean, square, average) =
                Dispatch::adam_averaged(parameters, mean, square, average, gradient, settings);
            (parameters, mean, square, Some(average))
        }
    };
    AdamState {
        parameters: Tensor::from_dispatch(parameters),
        mean: Tensor::from_dispatch(mean),
        square: Tensor::from_dispatch(square),
        average: average.map(Tensor::from_dispatch),
    }
}

/// x · weightᵀ for x `[rows, depth]` and weight `[columns, depth]`, with gradients to both.
pub fn times_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let columns = weight.dims()[0];
    product(WeightOrder::OutputMajor, columns, x, weight)
}

/// x · weight for x `[rows, depth]` and weight `[depth, columns]`, with gradients to both.
pub fn times(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let columns = weight.dims()[1];
    product(WeightOrder::InputMajor, columns, x, weight)
}

fn product(order: WeightOrder, columns: usize, x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let [rows, depth] = x.dims();
    let stack = Stack::of_map(
        Map::Dense(order),
        Shape::vector(depth),
        Shape::vector(columns),
    );
    let weight: Tensor<1> = weight.reshape([columns * depth]);
    // There are none, but an operation wants a tensor: any will do.
    let statistics = weight.clone().without_autodiff();
    let x = x.reshape(stack.input.batch(rows));
    forward(
        &Arc::new(stack),
        weight,
        statistics,
        x,
        None,
        Mode::Evaluate,
    )
    .output
    .reshape([rows, columns])
}
