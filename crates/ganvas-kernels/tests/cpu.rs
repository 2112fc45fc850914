//! The CPU executor against a naive reference in f64: every linear map is the list
//! of its products, so that its gradients follow from the same list.

mod support;

use ganvas_kernels::adam::{AdamSettings, State};
use ganvas_kernels::cpu::{backward, forward};
use ganvas_kernels::pass::{Operands, Want};
use ganvas_kernels::plan::{Builder, Plan};
use ganvas_kernels::stack::{
    Activation, Map, Mode, NORM_EPSILON, Norm, Shape, Stack, Stage, WeightOrder, Window,
};
use support::networks::{Network, networks, small, window};
use support::numbers;

/// Calls `visit(output, input, weight)` for each product of a map on one image.
fn products(stage: &Stage, mut visit: impl FnMut(usize, usize, usize)) {
    let at = |shape: Shape, c: usize, y: usize, x: usize| (c * shape.height + y) * shape.width + x;
    let slide =
        |large: Shape, small: Shape, w: Window, visit: &mut dyn FnMut(usize, usize, usize)| {
            for s in 0..small.channels {
                for l in 0..large.channels {
                    for i in 0..small.height * small.width * w.kernel * w.kernel {
                        let (tap, pixel) = (i % (w.kernel * w.kernel), i / (w.kernel * w.kernel));
                        let (y, x) = (pixel / small.width, pixel % small.width);
                        let row = (y * w.stride + tap / w.kernel).wrapping_sub(w.padding);
                        let column = (x * w.stride + tap % w.kernel).wrapping_sub(w.padding);
                        if row < large.height && column < large.width {
                            let weight = (s * large.channels + l) * w.kernel * w.kernel + tap;
                            visit(at(small, s, y, x), at(large, l, row, column), weight);
                        }
                    }
                }
            }
        };
    match stage.map {
        Map::Convolution(w) => slide(stage.input, stage.output, w, &mut visit),
        Map::Transposed(w) => slide(stage.output, stage.input, w, &mut |small, large, weight| {
            visit(large, small, weight);
        }),
        Map::Dense(weights) => {
            let (inputs, outputs) = (stage.input.len(), stage.output.len());
            for o in 0..outputs {
                for i in 0..inputs {
                    match weights {
                        WeightOrder::OutputMajor => visit(o, i, o * inputs + i),
                        WeightOrder::InputMajor => visit(o, i, i * outputs + o),
                    }
                }
            }
        }
    }
}

fn value(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Identity => x,
        Activation::Relu => x.max(0.0),
        Activation::LeakyRelu(slope) => {
            if x > 0.0 {
                x
            } else {
                f64::from(slope) * x
            }
        }
        Activation::Tanh => x.tanh(),
    }
}

fn derivative(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Identity => 1.0,
        Activation::Relu => f64::from(u8::from(x > 0.0)),
        Activation::LeakyRelu(slope) => {
            if x > 0.0 {
                1.0
            } else {
                f64::from(slope)
            }
        }
        Activation::Tanh => 1.0 - x.tanh().powi(2),
    }
}

/// Results of the reference.
struct Reference {
    /// The output, and then the taps.
    outputs: Vec<Vec<f64>>,
    statistics: Vec<f64>,
    parameters: Vec<f64>,
    input: Vec<f64>,
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|x| f64::from(*x)).collect()
}

/// Indices of channel `c` in the images `from..to`.
fn channel(shape: Shape, from: usize, to: usize, c: usize) -> impl Iterator<Item = usize> + Clone {
    let pixels = shape.height * shape.width;
    (from..to).flat_map(move |n| (0..pixels).map(move |p| (n * shape.channels + c) * pixels + p))
}

/// What the way back needs of a stage.
struct Kept {
    input: Vec<f64>,
    hat: Vec<f64>,
    /// What goes into the activation.
    z: Vec<f64>,
    /// First and last image, channel and r of each part that was normalised by itself.
    units: Vec<(usize, usize, usize, f64)>,
}

fn reference(
    stack: &Stack,
    operands: Operands<&[f32]>,
    batch: usize,
    mode: Mode,
    gradients: &[Vec<f32>],
) -> Reference {
    let parameters = wide(operands.parameters);
    let mut statistics = wide(operands.statistics);
    let mut x = wide(operands.x);
    let mut saved: Vec<Kept> = Vec::new();
    let mut outputs = Vec::new();
    for stage in &stack.stages {
        let (inputs, width) = (stage.input.len(), stage.output.len());
        let mut u = vec![0.0; batch * width];
        products(stage, |o, i, w| {
            for n in 0..batch {
                u[n * width + o] += x[n * inputs + i] * parameters[stage.weight + w];
            }
        });
        if let Some(bias) = stage.bias {
            let per = width / stage.bias_len();
            for (i, u) in u.iter_mut().enumerate() {
                *u += parameters[bias + i % width / per];
            }
        }
        let mut hat = u.clone();
        let mut units = Vec::new();
        let mut z = u;
        let groups = match stage.norm {
            Norm::None => 0,
            Norm::Batch(_) => mode.groups(),
            Norm::Image => batch,
        };
        for group in 0..groups {
            let images = batch / groups;
            let (from, to) = (group * images, (group + 1) * images);
            for c in 0..stage.output.channels {
                let indices = channel(stage.output, from, to, c);
                let count = indices.clone().count() as f64;
                let mut mean = indices.clone().map(|i| z[i]).sum::<f64>() / count;
                let squares = indices.clone().map(|i| (z[i] - mean).powi(2));
                let mut variance = squares.sum::<f64>() / count;
                let (mut gamma, mut beta) = (1.0, 0.0);
                if let Norm::Batch(norm) = stage.norm {
                    (gamma, beta) = (parameters[norm.gamma + c], parameters[norm.beta + c]);
                    let places = [norm.mean + c, norm.variance + c];
                    if mode == Mode::Evaluate {
                        [mean, variance] = places.map(|at| statistics[at]);
                    } else {
                        let unbiased = variance * count / (count.max(2.0) - 1.0);
                        for (at, new) in places.into_iter().zip([mean, unbiased]) {
                            statistics[at] = 0.9 * statistics[at] + 0.1 * new;
                        }
                    }
                }
                let inverse = 1.0 / (variance + f64::from(NORM_EPSILON)).sqrt();
                for i in indices {
                    hat[i] = (z[i] - mean) * inverse;
                    z[i] = hat[i] * gamma + beta;
                }
                units.push((from, to, c, inverse));
            }
        }
        if let Some(from) = stage.skip {
            // The input of this very stage is not among what is saved yet.
            let input = saved.get(from).map_or(&x, |kept| &kept.input);
            z.iter_mut().zip(input).for_each(|(z, x)| *z += x);
        }
        let y: Vec<f64> = z.iter().map(|z| value(stage.activation, *z)).collect();
        if stage.tapped {
            outputs.push(y.clone());
        }
        saved.push(Kept {
            input: std::mem::replace(&mut x, y),
            hat,
            z,
            units,
        });
    }
    // u₀ + u₁₊c of each image.
    let chosen = |n: usize| {
        let class = operands.labels[n] as usize;
        let classes = stack.classes.unwrap_or(0);
        std::iter::once(0).chain((class < classes).then_some(1 + class))
    };
    let numbers = x.len() / batch;
    let mut g = wide(&gradients[0]);
    if stack.classes.is_some() {
        let sum = |n| chosen(n).map(|at| x[n * numbers + at]).sum();
        outputs.insert(0, (0..batch).map(sum).collect());
        let mut spread = vec![0.0; x.len()];
        for n in 0..batch {
            chosen(n).for_each(|at| spread[n * numbers + at] = g[n]);
        }
        g = spread;
    } else {
        outputs.insert(0, x);
    }
    let mut gradient = vec![0.0; stack.parameters];
    let mut pending = vec![Vec::new(); stack.stages.len()];
    let taps = (stack.stages.iter().enumerate()).filter(|(_, stage)| stage.tapped);
    for ((index, _), tap) in taps.zip(&gradients[1..]) {
        pending[index + 1].push(wide(tap));
    }
    for (index, stage) in stack.stages.iter().enumerate().rev() {
        let (inputs, width) = (stage.input.len(), stage.output.len());
        let kept = &saved[index];
        for (g, z) in g.iter_mut().zip(&kept.z) {
            *g *= derivative(stage.activation, *z);
        }
        if let Some(from) = stage.skip {
            pending[from].push(g.clone());
        }
        for &(from, to, c, inverse) in &kept.units {
            let indices = channel(stage.output, from, to, c);
            let count = indices.clone().count() as f64;
            let sum: f64 = indices.clone().map(|i| g[i]).sum();
            let product: f64 = indices.clone().map(|i| g[i] * kept.hat[i]).sum();
            let mut scale = inverse;
            let mut given = false;
            if let Norm::Batch(norm) = stage.norm {
                gradient[norm.gamma + c] += product;
                gradient[norm.beta + c] += sum;
                scale *= parameters[norm.gamma + c];
                given = mode == Mode::Evaluate;
            }
            for i in indices {
                let centred = match given {
                    true => g[i],
                    false => g[i] - (sum + kept.hat[i] * product) / count,
                };
                g[i] = scale * centred;
            }
        }
        if let Some(bias) = stage.bias {
            let per = width / stage.bias_len();
            for (i, g) in g.iter().enumerate() {
                gradient[bias + i % width / per] += g;
            }
        }
        let mut dx = vec![0.0; batch * inputs];
        products(stage, |o, i, w| {
            for n in 0..batch {
                let g = g[n * width + o];
                dx[n * inputs + i] += g * parameters[stage.weight + w];
                gradient[stage.weight + w] += g * kept.input[n * inputs + i];
            }
        });
        for more in &pending[index] {
            dx.iter_mut().zip(more).for_each(|(dx, more)| *dx += more);
        }
        g = dx;
    }
    Reference {
        outputs,
        statistics,
        parameters: gradient,
        input: g,
    }
}

/// Within `tolerance` of the largest value; sums that cancel are not held to it.
fn assert_close(what: &str, tolerance: f64, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.25, |most: f64, x| most.max(x.abs()));
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*found) - expected).abs();
        assert!(
            error <= tolerance * largest,
            "{what}[{i}]: {found} instead of {expected}, largest {largest}"
        );
    }
}

/// Runs a stack forwards and backwards and compares everything.
fn check(network: &Network, batch: usize, mode: Mode) {
    let stack = &network.stack;
    let what = format!("{}, batch {batch}, {mode:?}", network.name);
    let network = Network {
        name: String::new(),
        stack: stack.clone(),
        batch,
        groups: mode.groups(),
    };
    let (parameters, statistics) = (network.parameters(), network.statistics());
    let (x, labels) = (network.images(), network.labels());
    let operands = Operands {
        parameters: &parameters[..],
        statistics: &statistics[..],
        x: &x[..],
        labels: &labels[..],
    };
    let shapes = std::iter::once(stack.output).chain(stack.taps().map(|stage| stage.output));
    let dy: Vec<Vec<f32>> = (shapes.zip(4..))
        .map(|(shape, seed)| numbers(batch * shape.len(), seed))
        .collect();
    let expected = reference(stack, operands, batch, mode, &dy);

    let pass = forward(stack, operands, mode, true);
    let outputs = std::iter::once(&pass.output).chain(&pass.taps);
    assert_eq!(1 + pass.taps.len(), expected.outputs.len(), "{what}");
    for (found, expected) in outputs.zip(&expected.outputs) {
        assert_close(&format!("{what}: output"), 1e-4, found, expected);
    }
    assert_close(
        &format!("{what}: statistics"),
        1e-5,
        &pass.statistics,
        &expected.statistics,
    );
    let saved = pass.saved.expect("asked for");
    let dy: Vec<&[f32]> = dy.iter().map(|dy| &dy[..]).collect();
    let back = backward(stack, &parameters, &saved, &dy, Want::ALL);
    let (gradient, dx) = (back.parameters.expect("asked"), back.input.expect("asked"));
    assert_close(
        &format!("{what}: input gradient"),
        2e-4,
        &dx,
        &expected.input,
    );
    let mut covered = vec![false; gradient.len()];
    for (i, stage) in stack.stages.iter().enumerate() {
        let mut ranges = vec![("weight", stage.weight, stage.weight_len())];
        ranges.extend(stage.bias.map(|bias| ("bias", bias, stage.bias_len())));
        if let Norm::Batch(norm) = stage.norm {
            ranges.push(("gamma", norm.gamma, stage.output.channels));
            ranges.push(("beta", norm.beta, stage.output.channels));
        }
        for (name, start, length) in ranges {
            covered[start..][..length].fill(true);
            assert_close(
                &format!("{what}: stage {i} {name} gradient"),
                2e-4,
                &gradient[start..][..length],
                &expected.parameters[start..][..length],
            );
        }
    }
    for (i, found) in gradient.iter().enumerate() {
        assert!(covered[i] || *found == 0.0, "{what}: a gap has a gradient");
    }

    // Half of it, and all of it again, are the same bits.
    let evaluated = forward(stack, operands, mode, false);
    assert_eq!(evaluated.output, pass.output, "{what}");
    assert_eq!(evaluated.taps, pass.taps, "{what}");
    assert!(evaluated.saved.is_none());
    let half = backward(stack, &parameters, &saved, &dy, Want::INPUT);
    assert_eq!(half.input.as_ref(), Some(&dx), "{what}");
    assert!(half.parameters.is_none());
    let half = backward(stack, &parameters, &saved, &dy, Want::PARAMETERS);
    assert_eq!(half.parameters.as_ref(), Some(&gradient), "{what}");
    assert!(half.input.is_none());
}

const ACTIVATIONS: [Activation; 4] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu(0.2),
    Activation::Tanh,
];

const MODES: [(usize, Mode); 4] = [
    (1, Mode::Train { groups: 1 }),
    (4, Mode::Train { groups: 2 }),
    (3, Mode::Train { groups: 1 }),
    (2, Mode::Evaluate),
];

/// A stack of what a builder makes, with a bias in the stages that have none.
fn biased(name: String, builder: Builder) -> Network {
    let mut stack = builder.build().expect("a network").stack;
    for stage in &mut stack.stages {
        if stage.bias.is_none() {
            stage.bias = Some(stack.parameters + 3);
            stack.parameters += stage.bias_len() + 5;
        }
    }
    Network {
        name,
        stack,
        batch: 0,
        groups: 0,
    }
}

fn of(shape: [usize; 3]) -> Builder {
    let [channels, height, width] = shape;
    Plan::of(Shape {
        channels,
        height,
        width,
    })
}

#[test]
fn every_map_norm_and_activation() {
    type Make = fn() -> Builder;
    type Extend = fn(Builder) -> Builder;
    let maps: [(&str, Make); 6] = [
        ("halving", || of([3, 8, 8]).conv2d(window(5, 4, 2, 1))),
        ("3×3", || of([3, 5, 4]).conv2d(window(5, 3, 1, 1))),
        ("doubling", || {
            of([3, 4, 4]).conv_transpose2d(window(5, 4, 2, 1))
        }),
        ("3×3, transposed", || {
            of([2, 3, 4]).conv_transpose2d(window(5, 3, 2, 1))
        }),
        ("linear", || {
            of([3, 2, 3]).linear(20).unflatten(Shape::square(5, 2))
        }),
        ("one pixel", || {
            of([18, 1, 1]).conv_transpose2d(window(5, 2, 1, 0))
        }),
    ];
    let norms: [(&str, Extend); 3] = [
        ("", |builder| builder),
        ("BatchNorm", Builder::batch_norm),
        ("InstanceNorm", Builder::instance_norm),
    ];
    for (map, builder) in maps {
        for (norm, normalised) in norms {
            for activation in ACTIVATIONS {
                let builder = normalised(builder()).activation(activation);
                let network = biased(format!("{map} {norm} {activation:?}"), builder);
                for (batch, mode) in MODES {
                    check(&network, batch, mode);
                }
            }
        }
    }
}

/// A transposed convolution's weight is read by columns, also where images go in.
#[test]
fn an_input_major_weight_takes_images() {
    let builder = of([18, 1, 1]).conv_transpose2d(window(5, 2, 1, 0));
    let mut network = biased("input major".into(), builder.batch_norm());
    let stage = &mut network.stack.stages[0];
    assert_eq!(stage.map, Map::Dense(WeightOrder::InputMajor));
    stage.input = Shape {
        channels: 3,
        height: 2,
        width: 3,
    };
    network.stack.input = stage.input;
    for (batch, mode) in MODES {
        check(&network, batch, mode);
    }
}

#[test]
fn odd_shapes() {
    let convolutions = [
        ([1, 7, 9], window(6, 4, 2, 1)),
        ([5, 9, 13], window(7, 4, 2, 1)),
        ([2, 2, 2], window(3, 4, 2, 1)),
        ([6, 18, 12], window(9, 4, 2, 1)),
        ([16, 16, 16], window(12, 4, 2, 1)),
        ([8, 7, 13], window(8, 4, 2, 1)),
        ([12, 15, 9], window(20, 4, 2, 1)),
        ([2, 3, 6], window(4, 3, 1, 0)),
        ([3, 7, 7], window(4, 5, 3, 2)),
        ([3, 4, 5], window(4, 1, 1, 0)),
        ([3, 4, 4], window(4, 4, 1, 0)),
    ];
    let transposed = [
        ([1, 1, 1], window(3, 4, 2, 1)),
        ([7, 5, 3], window(1, 4, 2, 1)),
        ([6, 6, 9], window(5, 4, 2, 1)),
        ([16, 8, 8], window(12, 4, 2, 1)),
        ([8, 3, 7], window(8, 4, 2, 1)),
        ([5, 1, 1], window(3, 4, 1, 0)),
        ([5, 4, 6], window(3, 3, 1, 1)),
    ];
    let convolutions = convolutions.map(|(shape, window)| (shape, of(shape).conv2d(window)));
    let transposed = transposed.map(|(shape, window)| (shape, of(shape).conv_transpose2d(window)));
    for (shape, builder) in convolutions.into_iter().chain(transposed) {
        let network = biased(format!("{shape:?}"), builder.batch_norm().tanh());
        for (batch, mode) in [(6, Mode::Train { groups: 2 }), (1, Mode::Evaluate)] {
            check(&network, batch, mode);
        }
    }
}

#[test]
fn whole_networks() {
    for network in small().iter().chain(&networks(2)) {
        let train = Mode::Train {
            groups: network.groups,
        };
        check(network, network.batch, train);
        check(network, 2, Mode::Evaluate);
    }
}

#[test]
fn adam_is_adam() {
    let length = 1003;
    let (mut parameters, mut mean, mut square) =
        (numbers(length, 1), vec![0.0; length], vec![0.0; length]);
    let (mut p, mut m, mut v) = (wide(&parameters), vec![0.0; length], vec![0.0; length]);
    for update in 1..=3 {
        let gradient = numbers(length, 10 + update as u32);
        let step = AdamSettings::of_update(update, 1e-3, [0.5, 0.999], 1e-8);
        let state = State {
            parameters: &mut parameters,
            mean: &mut mean,
            square: &mut square,
            average: None,
        };
        step.apply(state, &gradient);
        let t = i32::try_from(update).expect("small");
        for (i, g) in wide(&gradient).into_iter().enumerate() {
            m[i] = 0.5 * m[i] + 0.5 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let (m, v) = (
                m[i] / (1.0 - 0.5f64.powi(t)),
                v[i] / (1.0 - 0.999f64.powi(t)),
            );
            p[i] -= 1e-3 * m / (v.sqrt() + 1e-8);
        }
    }
    assert_close("parameters", 1e-6, &parameters, &p);
    assert_close("mean", 1e-6, &mean, &m);
    assert_close("square", 1e-5, &square, &v);
}

#[test]
fn what_is_saved_may_change_threads() {
    fn assert<T: Clone + std::fmt::Debug + Send + 'static>() {}
    assert::<ganvas_kernels::cpu::Saved>();
}
