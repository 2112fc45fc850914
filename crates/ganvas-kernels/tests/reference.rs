//! The operations give what burn's own give, values and gradients, for whole networks.

mod support;

use std::sync::Arc;

use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::module::{conv_transpose2d, conv2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::ops::{AdamState, Figure, adam, forward, gather, times, times_transposed};
use ganvas_kernels::stack::{
    Activation, Map, Mode, NORM_EPSILON, Norm, STATISTICS_MOMENTUM, Shape, Stack, Stage,
    WeightOrder,
};
use support::networks::{Network, networks, small};
use support::numbers;

fn constant<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn leaf<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    constant(values, shape).autodiff().require_grad()
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.without_autodiff().into_data().try_to_vec().unwrap()
}

/// Relative to the largest number: sums that cancel are not held to it.
fn assert_close(what: &str, ours: &[f32], theirs: &[f32]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let largest = theirs.iter().fold(0.25f32, |most, v| most.max(v.abs()));
    for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (a - b).abs() <= 2e-4 * largest,
            "{what}, number {index}: {a}, not {b}, largest {largest}"
        );
    }
}

/// A pass through a stack by burn's own operations.
struct Plain {
    flat: Tensor<1>,
    statistics: Vec<f32>,
    mode: Mode,
}

impl Plain {
    /// The output and the taps.
    fn run(&mut self, stack: &Stack, x: Tensor<4>, labels: &[f32]) -> Vec<Tensor<4>> {
        let batch = x.dims()[0];
        let mut inputs: Vec<Tensor<4>> = Vec::new();
        let mut outputs = Vec::new();
        let mut x = x;
        for stage in &stack.stages {
            x = x.reshape(stage.input.batch(batch));
            inputs.push(x.clone());
            let u = self.normalise(stage, self.map(stage, x));
            let u = match stage.skip {
                Some(from) => u + inputs[from].clone(),
                None => u,
            };
            x = match stage.activation {
                Activation::Identity => u,
                Activation::Relu => relu(u),
                Activation::LeakyRelu(slope) => leaky_relu(u, f64::from(slope)),
                Activation::Tanh => tanh(u),
            };
            if stage.tapped {
                outputs.push(x.clone());
            }
        }
        if let Some(classes) = stack.classes {
            // One-hot vectors, with a one before them for u₀; an image without a class has none.
            let one_hot = labels.iter().flat_map(|label| {
                let hot =
                    (0..classes).map(move |class| f32::from(u8::from(class as f32 == *label)));
                std::iter::once(1.0).chain(hot)
            });
            let chosen = constant(one_hot.collect(), [batch, 1 + classes, 1, 1]).autodiff();
            x = (x * chosen).sum_dim(1);
        }
        outputs.insert(0, x.reshape(stack.output.batch(batch)));
        outputs
    }

    fn piece(&self, start: usize, len: usize) -> Tensor<1> {
        self.flat.clone().narrow(0, start, len)
    }

    /// The linear map and the bias.
    fn map(&self, stage: &Stage, x: Tensor<4>) -> Tensor<4> {
        let batch = x.dims()[0];
        let weight = self.piece(stage.weight, stage.weight_len());
        let bias = stage.bias.map(|at| self.piece(at, stage.bias_len()));
        let (i, o) = (stage.input, stage.output);
        match stage.map {
            Map::Convolution(w) => {
                let weight = weight.reshape([o.channels, i.channels, w.kernel, w.kernel]);
                let options = ConvOptions::new([w.stride; 2], [w.padding; 2], [1, 1], 1);
                conv2d(x, weight, bias, options)
            }
            Map::Transposed(w) => {
                let weight = weight.reshape([i.channels, o.channels, w.kernel, w.kernel]);
                let options =
                    ConvTransposeOptions::new([w.stride; 2], [w.padding; 2], [0, 0], [1, 1], 1);
                conv_transpose2d(x, weight, bias, options)
            }
            Map::Dense(order) => {
                let x: Tensor<2> = x.flatten(1, 3);
                let weight: Tensor<2> = match order {
                    WeightOrder::OutputMajor => weight.reshape([o.len(), i.len()]).transpose(),
                    WeightOrder::InputMajor => weight.reshape([i.len(), o.len()]),
                };
                let y = x.matmul(weight);
                let y = match bias {
                    Some(bias) => y + bias.reshape([1, o.len()]),
                    None => y,
                };
                y.reshape(o.batch(batch))
            }
        }
    }

    /// The normalisation, by its formula.
    fn normalise(&mut self, stage: &Stage, u: Tensor<4>) -> Tensor<4> {
        let Shape {
            channels, height, ..
        } = stage.output;
        let batch = u.dims()[0];
        let per_channel = |x: Tensor<1>| x.reshape([1, 1, channels, 1]);
        let groups = match (stage.norm, self.mode) {
            (Norm::None, _) => return u,
            (Norm::Image, _) => batch,
            (Norm::Batch(_), mode) => mode.groups(),
        };
        let dims = [groups, batch / groups, channels, stage.output.pixels()];
        let u = u.reshape(dims);
        let (mean, variance) = match (stage.norm, self.mode) {
            (Norm::Batch(norm), Mode::Evaluate) => {
                let given = |at: usize| {
                    let values = self.statistics[at..][..channels].to_vec();
                    per_channel(constant(values, [channels]).autodiff())
                };
                (given(norm.mean), given(norm.variance))
            }
            _ => {
                let mean = u.clone().mean_dim(1).mean_dim(3);
                let squares = (u.clone() - mean.clone()).powf_scalar(2.0);
                (mean, squares.mean_dim(1).mean_dim(3))
            }
        };
        let hat = (u - mean.clone()) / (variance.clone() + NORM_EPSILON).sqrt();
        let y = match stage.norm {
            Norm::Batch(norm) => {
                if self.mode != Mode::Evaluate {
                    let count = (dims[1] * dims[3]) as f32;
                    let unbiased = read(variance * (count / (count - 1.0)));
                    self.follow(norm.mean, channels, &read(mean));
                    self.follow(norm.variance, channels, &unbiased);
                }
                let gamma = per_channel(self.piece(norm.gamma, channels));
                hat * gamma + per_channel(self.piece(norm.beta, channels))
            }
            Norm::Image | Norm::None => hat,
        };
        let width = stage.output.width;
        y.reshape([batch, channels, height, width])
    }

    /// Moves running statistics by those of each group.
    fn follow(&mut self, at: usize, channels: usize, new: &[f32]) {
        let momentum = match self.mode {
            Mode::Measure => 1.0,
            Mode::Train { .. } | Mode::Evaluate => STATISTICS_MOMENTUM,
        };
        for group in new.chunks_exact(channels) {
            for (running, new) in self.statistics[at..].iter_mut().zip(group) {
                *running += momentum * (new - *running);
            }
        }
    }
}

/// What is compared, by name.
type Results = Vec<(String, Vec<f32>)>;

/// Outputs, taps and statistics of a pass, and the gradients of a weighted sum of them.
fn results(network: &Network, mode: Mode, ours: bool) -> Results {
    let stack = Arc::new(network.stack.clone());
    let x = leaf(network.images(), stack.input.batch(network.batch));
    let flat = leaf(network.parameters(), [stack.parameters]);
    let labels = network.labels();
    let (outputs, statistics) = if ours {
        let statistics = constant(network.statistics(), [stack.statistics]);
        let labels = stack
            .classes
            .map(|_| constant(labels, [network.batch]).autodiff());
        let pass = forward(
            &stack,
            flat.clone(),
            statistics.autodiff(),
            x.clone(),
            labels,
            mode,
        );
        let outputs = std::iter::once(pass.output).chain(pass.taps).collect();
        (outputs, read(pass.statistics))
    } else {
        let mut plain = Plain {
            flat: flat.clone(),
            statistics: network.statistics(),
            mode,
        };
        let outputs: Vec<_> = plain.run(&stack, x.clone(), &labels);
        (outputs, plain.statistics)
    };
    let sum = outputs
        .iter()
        .zip(4..)
        .map(|(output, seed)| {
            let dims = output.dims();
            let weights = constant(numbers(dims.iter().product(), seed), dims);
            (output.clone() * weights.autodiff()).sum()
        })
        .reduce(|a, b| a + b)
        .unwrap();
    let mut gradients = sum.backward();
    let mut results: Results = outputs
        .into_iter()
        .enumerate()
        .map(|(index, output)| (format!("output {index}"), read(output)))
        .collect();
    results.push(("statistics".into(), statistics));
    let of_x = x.grad_remove(&mut gradients).unwrap();
    assert_eq!(of_x.dims(), x.dims());
    results.push(("gradient of x".into(), read(of_x)));
    let of_flat = read(flat.grad_remove(&mut gradients).unwrap());
    for (index, stage) in stack.stages.iter().enumerate() {
        let mut pieces = vec![("weight", stage.weight, stage.weight_len())];
        pieces.extend(stage.bias.map(|at| ("bias", at, stage.bias_len())));
        if let Norm::Batch(norm) = stage.norm {
            pieces.push(("gamma", norm.gamma, stage.output.channels));
            pieces.push(("beta", norm.beta, stage.output.channels));
        }
        for (name, at, len) in pieces {
            let name = format!("gradient of stage {index}'s {name}");
            results.push((name, of_flat[at..][..len].to_vec()));
        }
    }
    results
}

fn check(network: &Network) {
    let train = Mode::Train {
        groups: network.groups,
    };
    for mode in [train, Mode::Measure, Mode::Evaluate] {
        let ours = results(network, mode, true);
        let theirs = results(network, mode, false);
        assert_eq!(ours.len(), theirs.len());
        for ((part, ours), (_, theirs)) in ours.iter().zip(&theirs) {
            assert_close(&format!("{}, {mode:?}, {part}", network.name), ours, theirs);
        }
    }
}

#[test]
fn small_stacks_are_what_burn_makes_of_them() {
    small().iter().for_each(check);
}

#[test]
fn networks_of_width_2_are_what_burn_makes_of_them() {
    networks(2).iter().for_each(check);
}

/// From eight channels on, the CPU halves and doubles images by transforms.
#[test]
fn networks_of_width_8_are_what_burn_makes_of_them() {
    networks(8).iter().for_each(check);
}

#[test]
fn networks_of_width_16_are_what_burn_makes_of_them() {
    networks(16).iter().for_each(check);
}

/// The first stage may read its images as another shape than they come in: their gradient
/// comes back in their own, and can be added to others.
#[test]
fn the_gradient_of_x_has_the_shape_of_x() {
    let network = networks(2)
        .into_iter()
        .find(|network| network.stack.input.len() == 1024 && network.stack.input.height == 32)
        .unwrap();
    let stack = Arc::new(network.stack.clone());
    for dims in [[network.batch, 1, 32, 32], [network.batch, 1024, 1, 1]] {
        let x = leaf(network.images(), dims);
        let flat = constant(network.parameters(), [stack.parameters]).autodiff();
        let statistics = constant(network.statistics(), [stack.statistics]).autodiff();
        let pass = forward(
            &stack,
            flat,
            statistics,
            x.clone(),
            None,
            Mode::Train { groups: 1 },
        );
        // Each image is used twice, so that two gradients meet.
        let twice = pass.output.sum() + (x.clone() * 3.0).sum();
        let gradient = x.grad(&twice.backward()).unwrap();
        let alone = {
            let x = leaf(network.images(), dims);
            let flat = constant(network.parameters(), [stack.parameters]).autodiff();
            let statistics = constant(network.statistics(), [stack.statistics]).autodiff();
            let mode = Mode::Train { groups: 1 };
            let pass = forward(&stack, flat, statistics, x.clone(), None, mode);
            x.grad(&pass.output.sum().backward()).unwrap()
        };
        assert_eq!(gradient.dims(), dims);
        assert_close("sum of gradients", &read(gradient), &read(alone + 3.0));
    }
}

/// What a call with tensors of other lengths than the stack's comes to.
fn panics<T: std::fmt::Debug>(call: impl FnOnce() -> T + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(call).expect_err("it is refused");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().expect("a message")).to_owned(),
    }
}

/// A network that is told the classes of its images.
fn told_classes() -> Network {
    let mut all = networks(2).into_iter();
    all.find(|network| network.stack.classes.is_some()).unwrap()
}

/// The lengths are checked before any backend sees the tensors.
#[test]
fn tensors_of_other_lengths_are_refused() {
    let network = told_classes();
    let stack = Arc::new(network.stack.clone());
    let batch = network.batch;
    let call = |lengths: [usize; 4], groups| {
        let stack = stack.clone();
        move || {
            let [parameters, statistics, x, labels] = lengths;
            let ones = |len| Tensor::<1>::ones([len], &Device::flex());
            forward(
                &stack,
                ones(parameters),
                ones(statistics),
                ones(x).reshape([batch, x / batch, 1, 1]),
                (labels > 0).then(|| ones(labels)),
                Mode::Train { groups },
            );
        }
    };
    let right = [
        stack.parameters,
        stack.statistics,
        batch * stack.input.len(),
        batch,
    ];
    call(right, 2)();
    let changed = |index: usize, length: usize| {
        let mut lengths = right;
        lengths[index] = length;
        call(lengths, 2)
    };
    for (call, said) in [
        (changed(0, stack.parameters + 64), "flat parameters"),
        (changed(1, stack.statistics + 1), "running statistics"),
        (changed(2, batch * 64), "numbers of an image"),
        (changed(3, batch + 1), "one label for each image"),
        (changed(3, 0), "one label for each image"),
        (call(right, 4), "groups of equal size"),
        (call(right, 0), "groups of equal size"),
    ] {
        let message = panics(call);
        assert!(message.contains(said), "{message}");
    }
}

/// What is gathered is a constant; a tensor whose gradient is wanted is no such thing.
#[test]
fn tracked_tensors_are_not_gathered() {
    let gathered = |second: Tensor<1>| {
        let first = constant(vec![1.0, 2.0], [2]);
        move || {
            read(gather(vec![
                (first, Figure::Numbers),
                (second, Figure::Squares),
            ]))
        }
    };
    let numbers = || constant(vec![3.0, 4.0], [2]);
    // A constant among tracked tensors is still a constant.
    for second in [numbers(), numbers().autodiff()] {
        assert_eq!(gathered(second)(), [1.0, 2.0, 25.0]);
    }
    for second in [leaf(vec![3.0, 4.0], [2]), leaf(vec![3.0, 4.0], [2]) * 2.0] {
        let message = panics(gathered(second));
        assert!(message.contains("tracked"), "{message}");
    }
}

/// Statistics and labels are constants. Where their gradient is wanted, that is refused:
/// it would be none.
#[test]
fn tracked_statistics_and_labels_are_refused() {
    let network = told_classes();
    let stack = Arc::new(network.stack.clone());
    let batch = network.batch;
    let statistics = || constant(network.statistics(), [stack.statistics]);
    let labels = || constant(network.labels(), [batch]);
    let call = |statistics: Tensor<1>, labels: Tensor<1>| {
        let flat = leaf(network.parameters(), [stack.parameters]);
        let x = constant(network.images(), stack.input.batch(batch));
        let stack = stack.clone();
        move || {
            let mode = Mode::Train { groups: 1 };
            forward(&stack, flat, statistics, x.autodiff(), Some(labels), mode)
        }
    };
    // A constant among tracked tensors is still a constant.
    call(statistics().autodiff(), labels().autodiff())();
    let tracked = |tensor: Tensor<1>| tensor.autodiff().require_grad();
    for (call, said) in [
        (call(tracked(statistics()), labels()), "tracked statistics"),
        (
            call(tracked(statistics()) * 2.0, labels()),
            "tracked statistics",
        ),
        (call(statistics(), tracked(labels())), "tracked labels"),
    ] {
        let message = panics(call);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn adam_refuses_other_lengths() {
    let step = |parameters: usize, gradient: usize| {
        move || {
            let ones = |len| Tensor::<1>::ones([len], &Device::flex());
            let state = AdamState {
                parameters: ones(parameters),
                mean: ones(gradient),
                square: ones(gradient),
                average: Some(ones(gradient)),
            };
            let settings = AdamSettings::of_update(1, 1e-3, [0.9, 0.999], 1e-8);
            adam(settings, state, ones(gradient));
        }
    };
    step(64, 64)();
    assert!(panics(step(64, 128)).contains("optimizer"));
    assert!(panics(step(63, 63)).contains("padded"));
}

/// A clone of what a step changes is somebody else's, and stays as it was.
#[test]
fn adam_averages_and_leaves_clones_alone() {
    let start = |seed| constant::<1>(numbers(64, seed), [64]);
    let state = AdamState {
        parameters: start(1),
        mean: start(2),
        square: start(3).abs(),
        average: Some(start(4)),
    };
    let kept = state.clone();
    let settings = AdamSettings {
        follow: 0.25,
        ..AdamSettings::of_update(3, 1e-2, [0.5, 0.999], 1e-8)
    };
    let new = adam(settings, state, start(5));
    let parameters = read(new.parameters);
    let expected: Vec<f32> = (parameters.iter().zip(numbers(64, 4)))
        .map(|(theta, average)| average + 0.25 * (theta - average))
        .collect();
    assert_close("average", &read(new.average.unwrap()), &expected);
    assert_eq!(read(kept.parameters), numbers(64, 1));
    assert_eq!(read(kept.average.unwrap()), numbers(64, 4));
    assert_ne!(parameters, numbers(64, 1));
}

/// Products of matrices, with gradients to both.
#[test]
fn products_are_what_burn_makes_of_them() {
    let run = |ours: bool, transposed: bool| {
        let x = leaf(numbers(3 * 8, 1), [3, 8]);
        let weight = leaf(numbers(8 * 5, 2), if transposed { [5, 8] } else { [8, 5] });
        let y = match (ours, transposed) {
            (true, true) => times_transposed(x.clone(), weight.clone()),
            (true, false) => times(x.clone(), weight.clone()),
            (false, true) => x.clone().matmul(weight.clone().transpose()),
            (false, false) => x.clone().matmul(weight.clone()),
        };
        let weights = constant(numbers(15, 3), [3, 5]).autodiff();
        let mut gradients = (y.clone() * weights).sum().backward();
        [
            read(y),
            read(x.grad_remove(&mut gradients).unwrap()),
            read(weight.grad_remove(&mut gradients).unwrap()),
        ]
    };
    for transposed in [false, true] {
        for (ours, theirs) in run(true, transposed).iter().zip(&run(false, transposed)) {
            assert_close("product", ours, theirs);
        }
    }
}
