//! The CPU executor against a naive reference in f64: every linear map is the list
//! of its products, so that its gradients follow from the same list.

use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::cpu::{backward, forward};
use ganvas_kernels::stack::{
    Activation, BATCH_NORM_EPSILON, Map, Mode, Norm, Shape, Stack, Stage, Weights, Window,
};

/// Numbers in (−1, 1), always the same for a seed.
fn numbers(length: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

fn shape(channels: usize, height: usize, width: usize) -> Shape {
    Shape {
        channels,
        height,
        width,
    }
}

const fn window(kernel: usize, stride: usize, padding: usize) -> Window {
    Window {
        kernel,
        stride,
        padding,
    }
}

const RESAMPLE: Window = window(4, 2, 1);

/// What a test says of a stage.
#[derive(Debug, Clone, Copy)]
struct Spec {
    map: Map,
    output: usize,
    bias: bool,
    norm: bool,
    activation: Activation,
}

fn spec(map: Map, output: usize, norm: bool, activation: Activation) -> Spec {
    Spec {
        map,
        output,
        bias: !norm,
        norm,
        activation,
    }
}

/// A stack with gaps between its parameters.
fn stack(input: Shape, specs: &[Spec], dense_output: Shape) -> Stack {
    let (mut parameters, mut statistics) = (3, 0);
    let mut take = |length: usize| {
        let start = parameters;
        parameters = (start + length + 5).next_multiple_of(8);
        start
    };
    let mut input = input;
    let stages = specs
        .iter()
        .map(|spec| {
            let output = match spec.map {
                Map::Convolution(w) => shape(
                    spec.output,
                    (input.height + 2 * w.padding - w.kernel) / w.stride + 1,
                    (input.width + 2 * w.padding - w.kernel) / w.stride + 1,
                ),
                Map::Transposed(w) => shape(
                    spec.output,
                    (input.height - 1) * w.stride + w.kernel - 2 * w.padding,
                    (input.width - 1) * w.stride + w.kernel - 2 * w.padding,
                ),
                Map::Dense(_) => dense_output,
            };
            let mut stage = Stage {
                map: spec.map,
                input,
                output,
                weight: 0,
                bias: None,
                norm: None,
                activation: spec.activation,
            };
            stage.weight = take(stage.weight_len());
            if spec.bias {
                stage.bias = Some(take(stage.bias_len()));
            }
            if spec.norm {
                let (gamma, beta) = (take(output.channels), take(output.channels));
                stage.norm = Some(Norm {
                    gamma,
                    beta,
                    mean: statistics,
                    variance: statistics + output.channels,
                });
                statistics += 2 * output.channels;
            }
            input = output;
            stage
        })
        .collect();
    Stack {
        stages,
        parameters,
        statistics,
    }
}

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
                        Weights::OutputMajor => visit(o, i, o * inputs + i),
                        Weights::InputMajor => visit(o, i, i * outputs + o),
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
            if x >= 0.0 {
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
            if x >= 0.0 {
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
    output: Vec<f64>,
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

fn reference(
    stack: &Stack,
    parameters: &[f32],
    statistics: &[f32],
    x: &[f32],
    batch: usize,
    mode: Mode,
    output_gradient: &[f32],
) -> Reference {
    let parameters = wide(parameters);
    let mut statistics = wide(statistics);
    let mut x = wide(x);
    // Input, u, x̂, pre-activation and (first image, last image, channel, r) of each stage.
    let mut saved = Vec::new();
    for stage in &stack.stages {
        let (inputs, outputs) = (stage.input.len(), stage.output.len());
        let mut u = vec![0.0; batch * outputs];
        products(stage, |o, i, w| {
            for n in 0..batch {
                u[n * outputs + o] += x[n * inputs + i] * parameters[stage.weight + w];
            }
        });
        if let Some(bias) = stage.bias {
            let per = outputs / stage.bias_len();
            for (i, u) in u.iter_mut().enumerate() {
                *u += parameters[bias + i % outputs / per];
            }
        }
        let mut hat = u.clone();
        let mut units = Vec::new();
        let mut v = u;
        if let Some(norm) = stage.norm {
            let groups = match mode {
                Mode::Train { groups } => groups,
                Mode::Evaluate => 1,
            };
            let images = batch / groups;
            for group in 0..groups {
                let (from, to) = (group * images, (group + 1) * images);
                for c in 0..stage.output.channels {
                    let indices = channel(stage.output, from, to, c);
                    let count = indices.clone().count() as f64;
                    let (mean, variance) = match mode {
                        Mode::Train { .. } => {
                            let mean = indices.clone().map(|i| v[i]).sum::<f64>() / count;
                            let squares = indices.clone().map(|i| (v[i] - mean).powi(2));
                            let variance = squares.sum::<f64>() / count;
                            let unbiased = variance * count / (count.max(2.0) - 1.0);
                            for (at, new) in [(norm.mean, mean), (norm.variance, unbiased)] {
                                statistics[at + c] = 0.9 * statistics[at + c] + 0.1 * new;
                            }
                            (mean, variance)
                        }
                        Mode::Evaluate => {
                            (statistics[norm.mean + c], statistics[norm.variance + c])
                        }
                    };
                    let inverse = 1.0 / (variance + f64::from(BATCH_NORM_EPSILON)).sqrt();
                    for i in indices {
                        hat[i] = (v[i] - mean) * inverse;
                        v[i] = hat[i] * parameters[norm.gamma + c] + parameters[norm.beta + c];
                    }
                    units.push((from, to, c, inverse));
                }
            }
        }
        let y = v.iter().map(|v| value(stage.activation, *v)).collect();
        saved.push((std::mem::replace(&mut x, y), hat, v, units));
    }
    let mut gradient = vec![0.0; stack.parameters];
    let mut g = wide(output_gradient);
    for (stage, (input, hat, v, units)) in stack.stages.iter().zip(saved).rev() {
        let (inputs, outputs) = (stage.input.len(), stage.output.len());
        for (g, v) in g.iter_mut().zip(&v) {
            *g *= derivative(stage.activation, *v);
        }
        if let Some(norm) = stage.norm {
            for (from, to, c, inverse) in units {
                let indices = channel(stage.output, from, to, c);
                let count = indices.clone().count() as f64;
                let sum: f64 = indices.clone().map(|i| g[i]).sum();
                let product: f64 = indices.clone().map(|i| g[i] * hat[i]).sum();
                gradient[norm.gamma + c] += product;
                gradient[norm.beta + c] += sum;
                let scale = parameters[norm.gamma + c] * inverse;
                for i in indices {
                    let centred = match mode {
                        Mode::Train { .. } => g[i] - (sum + hat[i] * product) / count,
                        Mode::Evaluate => g[i],
                    };
                    g[i] = scale * centred;
                }
            }
        }
        if let Some(bias) = stage.bias {
            let per = outputs / stage.bias_len();
            for (i, g) in g.iter().enumerate() {
                gradient[bias + i % outputs / per] += g;
            }
        }
        let mut dx = vec![0.0; batch * inputs];
        products(stage, |o, i, w| {
            for n in 0..batch {
                let g = g[n * outputs + o];
                dx[n * inputs + i] += g * parameters[stage.weight + w];
                gradient[stage.weight + w] += g * input[n * inputs + i];
            }
        });
        g = dx;
    }
    Reference {
        output: x,
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
fn check(what: &str, stack: &Stack, batch: usize, mode: Mode) {
    let (first, last) = (&stack.stages[0], &stack.stages[stack.stages.len() - 1]);
    let mut parameters = numbers(stack.parameters, 1);
    for stage in &stack.stages {
        // Weights of a size that keeps activations near one.
        let inputs = stage.weight_len() / stage.output.channels.max(1);
        let scale = (3.0 / inputs as f32).sqrt();
        for weight in &mut parameters[stage.weight..][..stage.weight_len()] {
            *weight *= scale;
        }
    }
    let statistics: Vec<f32> = numbers(stack.statistics, 2)
        .iter()
        .map(|x| 1.0 + 0.5 * x)
        .collect();
    let x = numbers(batch * first.input.len(), 3);
    let dy = numbers(batch * last.output.len(), 4);
    let expected = reference(stack, &parameters, &statistics, &x, batch, mode, &dy);

    let pass = forward(stack, &parameters, &statistics, &x, batch, mode, true);
    let what = format!("{what}, batch {batch}, {mode:?}");
    assert_close(
        &format!("{what}: output"),
        1e-4,
        &pass.output,
        &expected.output,
    );
    assert_close(
        &format!("{what}: statistics"),
        1e-5,
        &pass.statistics,
        &expected.statistics,
    );
    let saved = pass.saved.expect("asked for");
    let back = backward(stack, &parameters, &saved, &dy, true, true);
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
        if let Some(norm) = stage.norm {
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
    let evaluated = forward(stack, &parameters, &statistics, &x, batch, mode, false);
    assert_eq!(evaluated.output, pass.output, "{what}");
    assert!(evaluated.saved.is_none());
    let half = backward(stack, &parameters, &saved, &dy, false, true);
    assert_eq!(half.input.as_ref(), Some(&dx), "{what}");
    assert!(half.parameters.is_none());
    let half = backward(stack, &parameters, &saved, &dy, true, false);
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

#[test]
fn every_map_norm_and_activation() {
    let maps = [
        (Map::Convolution(RESAMPLE), shape(3, 8, 8)),
        (Map::Convolution(window(3, 1, 1)), shape(3, 5, 4)),
        (Map::Transposed(RESAMPLE), shape(3, 4, 4)),
        (Map::Transposed(window(3, 2, 1)), shape(2, 3, 4)),
        (Map::Dense(Weights::OutputMajor), shape(3, 2, 3)),
        (Map::Dense(Weights::InputMajor), shape(3, 2, 3)),
    ];
    for (map, input) in maps {
        for norm in [false, true] {
            for activation in ACTIVATIONS {
                let stack = stack(input, &[spec(map, 5, norm, activation)], shape(5, 2, 2));
                for (batch, mode) in MODES {
                    // One value a channel has no variance, and its gradient is noise.
                    check(
                        &format!("{map:?} {norm} {activation:?}"),
                        &stack,
                        batch,
                        mode,
                    );
                }
            }
        }
    }
}

#[test]
fn odd_shapes() {
    let conv = Map::Convolution;
    let transposed = Map::Transposed;
    let cases = [
        (conv(RESAMPLE), shape(1, 7, 9), 6),
        (conv(RESAMPLE), shape(5, 9, 13), 7),
        (conv(RESAMPLE), shape(2, 2, 2), 3),
        (conv(RESAMPLE), shape(6, 18, 12), 9),
        (conv(RESAMPLE), shape(16, 16, 16), 12),
        (conv(RESAMPLE), shape(8, 7, 13), 8),
        (conv(RESAMPLE), shape(12, 15, 9), 20),
        (conv(window(3, 1, 0)), shape(2, 3, 6), 4),
        (conv(window(5, 3, 2)), shape(3, 7, 7), 4),
        (conv(window(1, 1, 0)), shape(3, 4, 5), 4),
        (conv(window(4, 1, 0)), shape(3, 4, 4), 4),
        (transposed(RESAMPLE), shape(1, 1, 1), 3),
        (transposed(RESAMPLE), shape(7, 5, 3), 1),
        (transposed(RESAMPLE), shape(6, 6, 9), 5),
        (transposed(RESAMPLE), shape(16, 8, 8), 12),
        (transposed(RESAMPLE), shape(8, 3, 7), 8),
        (transposed(window(4, 1, 0)), shape(5, 1, 1), 3),
        (transposed(window(3, 1, 1)), shape(5, 4, 6), 3),
    ];
    for (map, input, output) in cases {
        let spec = Spec {
            bias: true,
            ..spec(map, output, true, Activation::Tanh)
        };
        let stack = stack(input, &[spec], input);
        for (batch, mode) in [(6, Mode::Train { groups: 2 }), (1, Mode::Evaluate)] {
            check(&format!("{map:?} on {input:?}"), &stack, batch, mode);
        }
    }
}

#[test]
fn whole_networks() {
    let (relu, leaky) = (Activation::Relu, Activation::LeakyRelu(0.2));
    let up = Map::Transposed(RESAMPLE);
    let generator = stack(
        shape(10, 1, 1),
        &[
            spec(Map::Dense(Weights::InputMajor), 0, true, relu),
            spec(up, 8, true, relu),
            spec(up, 4, true, relu),
            spec(up, 1, false, Activation::Tanh),
        ],
        shape(16, 4, 4),
    );
    let down = Map::Convolution(RESAMPLE);
    let discriminator = stack(
        shape(3, 32, 32),
        &[
            spec(down, 4, false, leaky),
            spec(down, 8, true, leaky),
            spec(down, 16, true, leaky),
            spec(
                Map::Dense(Weights::OutputMajor),
                0,
                false,
                Activation::Identity,
            ),
        ],
        shape(1, 1, 1),
    );
    for (batch, mode) in MODES {
        if batch > 1 {
            check("generator", &generator, batch, mode);
            check("discriminator", &discriminator, batch, mode);
        }
    }
}

#[test]
fn adam_is_adam() {
    let length = 1003;
    let (mut parameters, mut mean, mut square) =
        (numbers(length, 1), vec![0.0; length], vec![0.0; length]);
    let (mut p, mut m, mut v) = (wide(&parameters), vec![0.0; length], vec![0.0; length]);
    for update in 1..=3 {
        let gradient = numbers(length, 10 + update);
        let step = AdamSettings::of_update(update, 1e-3, [0.5, 0.999], 1e-8);
        step.apply(&mut parameters, &mut mean, &mut square, &gradient);
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
