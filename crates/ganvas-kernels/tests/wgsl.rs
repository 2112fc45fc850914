//! What the texts of kernels promise, without a GPU.

#[path = "../examples/support/mod.rs"]
mod support;

use std::collections::HashSet;

use ganvas_kernels::formula::{Formula, number, positive, sigmoid, softplus, step};
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::loss::{LogitLoss, Pointwise};
use ganvas_kernels::stack::{Activation, BatchNorm, Shape, Window};
use ganvas_kernels::wgsl::{
    Activate, Adam, BatchNormBackward, BatchNormEvaluate, BatchNormForward, Dense, Direction,
    Gather, HalvingGradient, ImageNormBackward, ImageNormForward, Left, Linear, Loss, Moments,
    Program, Project, Resampling, Right, Slope, SumChannels, Whole, WindowGradient, Windowed,
};
use naga::AddressSpace;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use support::plain;
use support::step::Schedule;

/// What every WebGPU device has, those of phones too.
mod limits {
    pub const WORKGROUPS: u32 = 65_535;
    pub const THREADS: u32 = 256;
    pub const WORKGROUP_BYTES: u32 = 16_384;
    pub const STORAGE_BUFFERS: usize = 8;
}

const TILES: [Tiles; 2] = [Tiles::GPU, Tiles::SOFTWARE];

/// Parses and validates as Firefox and native drivers do, uniform control flow at barriers
/// included, and holds the shader against the limits.
fn check(what: &str, text: &str) {
    let module = naga::front::wgsl::parse_str(text)
        .unwrap_or_else(|error| panic!("{what}: {}\n{text}", error.emit_to_string(text)));
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{what}: {}\n{text}", error.emit_to_string(text)));
    let entry = &module.entry_points[0];
    let threads: u32 = entry.workgroup_size.iter().product();
    assert!(threads <= limits::THREADS, "{what}: {threads} threads");
    let (mut shared, mut buffers) = (0, 0);
    for (_, variable) in module.global_variables.iter() {
        match variable.space {
            AddressSpace::WorkGroup => {
                shared += module.types[variable.ty].inner.size(module.to_ctx())
            }
            AddressSpace::Storage { .. } => buffers += 1,
            _ => {}
        }
    }
    assert!(
        shared <= limits::WORKGROUP_BYTES,
        "{what}: {shared} bytes of a workgroup"
    );
    assert!(
        buffers <= limits::STORAGE_BUFFERS,
        "{what}: {buffers} storage buffers"
    );
}

fn check_program<P: Program>(program: &P, batch: usize) {
    let what = format!("{program:?}");
    check(&what, &program.wgsl());
    let groups = program.workgroups(batch);
    assert!(
        groups
            .iter()
            .all(|&count| (1..=limits::WORKGROUPS).contains(&count)),
        "{what}: {groups:?}"
    );
}

/// The corners of what an experiment may ask for, and sizes between that divide nothing.
#[test]
fn a_step_of_any_width_and_batch_keeps_to_the_limits() {
    for tiles in TILES {
        let mut seen = HashSet::new();
        for width in [1, 2, 3, 16, 64, 91, 127, 128] {
            for batch in [2, 33, 512] {
                for launch in Schedule::of_step(width, batch, tiles).launches {
                    let what = format!("width {width}, batch {batch}, {tiles:?}: {}", launch.title);
                    let groups = launch.workgroups;
                    assert!(
                        groups
                            .iter()
                            .all(|&count| (1..=limits::WORKGROUPS).contains(&count)),
                        "{what}: {groups:?} workgroups"
                    );
                    if !seen.contains(&launch.wgsl) {
                        check(&what, &launch.wgsl);
                        seen.insert(launch.wgsl);
                    }
                }
            }
        }
    }
}

#[test]
fn a_step_takes_few_dispatches_from_few_pipelines() {
    for tiles in TILES {
        let launches = Schedule::of_step(16, 32, tiles).launches;
        let shaders: HashSet<_> = launches.iter().map(|launch| &launch.wgsl).collect();
        // One more puts real and fake images side by side, and one gathers a report.
        assert!(launches.len() <= 39, "{} dispatches", launches.len());
        assert!(shaders.len() <= 23, "{} pipelines", shaders.len());
    }
}

/// Layers with much to do have kernels of their own for maps and normalisations.
#[test]
fn large_layers_keep_their_threads() {
    for tiles in TILES {
        let apart = Tiles { whole: 0, ..tiles };
        let dispatches = |tiles| Schedule::of_step(128, 256, tiles).launches.len();
        assert!(dispatches(tiles) > 50, "{}", dispatches(tiles));
        assert_eq!(dispatches(apart), 56);
    }
}

/// Two descriptions that differ in sizes and places alone are one shader, whose sizes and
/// places come with the launch.
fn shared<P: Program>(one: &P, other: &P) {
    for program in [one, other] {
        assert_eq!(program.wgsl(), program.key().wgsl());
    }
    assert_eq!(one.key(), other.key());
    assert_ne!(one.constants(), other.constants());
    let last = one.wgsl().matches("= info[").count();
    assert!(last > 0, "the constants are read");
}

fn norm(at: usize) -> BatchNorm {
    BatchNorm {
        gamma: at,
        beta: at + 64,
        mean: at,
        variance: at + 64,
    }
}

#[test]
fn norms_of_all_sizes_share_their_pipelines() {
    let activation = Slope(Activation::Relu);
    let forward = |channels, pixels| BatchNormForward {
        channels,
        pixels,
        norm: norm(channels),
        activation,
        threads: 4,
    };
    let backward = |channels, pixels, moments| BatchNormBackward {
        channels,
        pixels,
        norm: norm(channels),
        moments,
        threads: 4,
    };
    let evaluate = |channels, pixels| BatchNormEvaluate {
        channels,
        pixels,
        norm: norm(channels),
        activation,
    };
    let image = |channels, pixels| ImageNormForward {
        channels,
        pixels,
        activation,
        threads: 4,
    };
    let image_back = |channels, pixels| ImageNormBackward {
        channels,
        pixels,
        threads: 4,
    };
    shared(&forward(64, 16), &forward(16, 256));
    for moments in [Moments::Batch, Moments::Running] {
        shared(&backward(64, 16, moments), &backward(16, 256, moments));
    }
    shared(&evaluate(64, 16), &evaluate(16, 256));
    shared(&image(64, 16), &image(16, 256));
    shared(&image_back(64, 16), &image_back(16, 256));
    // Vectors of four do not fit into three pixels.
    assert_ne!(forward(64, 16).key(), forward(64, 3).key());
    assert_ne!(image(64, 16).key(), image(64, 3).key());
}

#[test]
fn weight_gradients_of_all_sizes_share_a_pipeline() {
    let image = Shape::square;
    for split in [false, true] {
        let gradient = |channels, side| HalvingGradient {
            small: image(2 * channels, side),
            large: image(channels, 2 * side),
            weight: 64 * channels,
            tile: 8,
            split,
        };
        shared(&gradient(8, 16), &gradient(32, 4));
    }
}

/// Both of two things, one of them, or none.
const CHOICES: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

/// Every function that a formula has, as WGSL.
#[test]
fn losses_keep_to_the_limits() {
    let l = || Formula::Logit;
    let fake = Pointwise {
        value: softplus(-l()) + 0.5 * (l() - number(1.0)) * (l() - number(1.0)),
        slope: -sigmoid(-l()) + (l() - number(1.0)),
    };
    let real = Pointwise {
        value: positive(number(1.0) - l()),
        slope: -step(number(1.0) - l()),
    };
    for real in [None, Some(real)] {
        let loss = LogitLoss {
            real,
            fake: fake.clone(),
        };
        check_program(&Loss::from(&loss), 1024);
    }
}

/// The kernels that a DCGAN's step has no use for.
#[test]
fn all_other_kernels_keep_to_the_limits() {
    let image = Shape::square;
    let activations = [
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu(0.2),
        Activation::Tanh,
    ]
    .map(Slope);
    for activation in activations {
        for len in [3, 1024, 128 * 256, 128 * 4096] {
            for [added, backward] in CHOICES {
                let program = Activate {
                    activation,
                    added,
                    backward,
                    len,
                };
                check_program(&program, 512);
            }
        }
        for gate in [None, Some(activation)] {
            for (columns, depth) in [(1, 4096), (10, 300), (8, 300), (1024, 64), (3072, 1024)] {
                for (left, right) in [
                    (Left::Rows, Right::Rows),
                    (Left::Rows, Right::Columns),
                    (Left::Columns, Right::Rows),
                ] {
                    let by_batch = left == Left::Columns;
                    let program = Dense {
                        rows: by_batch.then_some(4 * columns),
                        columns,
                        depth: (!by_batch).then_some(depth),
                        left,
                        right,
                        right_at: 64,
                        output_at: 0,
                        bias: (!by_batch).then_some(8),
                        activation,
                        gate,
                    };
                    check_program(&program, 512);
                }
            }
            for direction in [Direction::Gather, Direction::Scatter] {
                for window in [[3, 1, 1], [7, 1, 3], [4, 2, 1]] {
                    let [kernel, stride, padding] = window;
                    let (input, output) = match direction {
                        Direction::Gather => (image(24, 6 * stride), image(48, 6)),
                        Direction::Scatter => (image(48, 6), image(24, 6 * stride)),
                    };
                    let program = Windowed {
                        direction,
                        window: Window {
                            kernel,
                            stride,
                            padding,
                        },
                        input,
                        output,
                        weight: 64,
                        bias: Some(0),
                        activation,
                        gate,
                        tile: 4,
                    };
                    check_program(&program, 512);
                }
            }
        }
        let evaluate = BatchNormEvaluate {
            channels: 128,
            pixels: 256,
            norm: norm(128),
            activation,
        };
        check_program(&evaluate, 512);
        for (pixels, threads) in [(15, 4), (256, 4), (15, 256), (4096, 256)] {
            let forward = ImageNormForward {
                channels: 512,
                pixels,
                activation,
                threads,
            };
            check_program(&forward, 512);
        }
    }
    for [kernel, stride, padding] in [[3, 1, 1], [7, 1, 3], [4, 1, 0]] {
        for threads in [4, 64] {
            let program = WindowGradient {
                window: Window {
                    kernel,
                    stride,
                    padding,
                },
                small: image(512, 8),
                large: image(256, 8),
                weight: 64,
                threads,
            };
            check_program(&program, 512);
        }
    }
    for (pixels, threads) in [(15, 4), (256, 4), (15, 256), (4096, 256)] {
        let backward = ImageNormBackward {
            channels: 512,
            pixels,
            threads,
        };
        check_program(&backward, 512);
        for moments in [Moments::Batch, Moments::Running] {
            let backward = BatchNormBackward {
                channels: 512,
                pixels,
                norm: norm(512),
                moments,
                threads,
            };
            check_program(&backward, 512);
        }
    }
    for backward in [false, true] {
        let project = Project {
            classes: 10,
            backward,
        };
        check_program(&project, 1024);
    }
    let sum = SumChannels {
        channels: 512,
        pixels: 1024,
        at: 64,
    };
    check_program(&sum, 512);
    for parts in 1..=Gather::MOST {
        for squares in [false, true] {
            check_program(&Gather { parts, squares }, 1 << 21);
        }
    }
    for [clips, averages] in CHOICES {
        // The largest network has seven million vectors of four.
        check_program(&Adam { clips, averages }, 1 << 23);
    }
}

#[test]
fn convolutions_of_all_sizes_share_their_pipelines() {
    let image = Shape::square;
    let gate = Some(Slope(Activation::Relu));
    let activation = Slope(Activation::Identity);
    let convolution = |channels, side| Resampling {
        direction: Direction::Gather,
        input: image(channels, 2 * side),
        output: image(2 * channels, side),
        weight: 64 * channels,
        bias: Some(channels),
        activation,
        gate,
        tile: 2,
    };
    let transposed = |channels, side| Resampling {
        direction: Direction::Scatter,
        input: image(2 * channels, side),
        output: image(channels, 2 * side),
        weight: 64 * channels,
        bias: None,
        activation,
        gate,
        tile: 2,
    };
    shared(&convolution(8, 16), &convolution(32, 4));
    shared(&transposed(8, 16), &transposed(32, 4));
    // With their normalisations too.
    let forward = |channels, side| Whole {
        map: Linear::Resampling(Resampling {
            gate: None,
            ..transposed(channels, side)
        }),
        norm: BatchNormForward {
            channels,
            pixels: 4 * side * side,
            norm: norm(channels),
            activation,
            threads: 4,
        },
    };
    let backward = |channels, side| Whole {
        map: Linear::Resampling(convolution(channels, side)),
        norm: BatchNormBackward {
            channels: 2 * channels,
            pixels: side * side,
            norm: norm(channels),
            moments: Moments::Batch,
            threads: 4,
        },
    };
    shared(&forward(8, 16), &forward(32, 4));
    shared(&backward(8, 16), &backward(32, 4));
}

/// What kernels are compared with is as valid as they are, and says its own work.
#[test]
fn plain_code_is_valid_and_counted() {
    let products = [64, 512, 2048].map(|side| (side, plain::of_size(side, 256)));
    for (side, schedule) in &products {
        let flops = 2.0 * (*side as f64).powi(3);
        let told: Vec<f64> = schedule
            .launches
            .iter()
            .map(|launch| launch.flops)
            .collect();
        assert_eq!(told, [flops, flops, 0.0]);
        // Each thread of the first has 16 of the results; each workgroup of the second, 64×64.
        let groups = schedule.launches[..2].iter().zip([64 * 16, 64 * 64]);
        for (launch, each) in groups {
            let count: u32 = launch.workgroups.iter().product();
            assert_eq!(count as usize * each, side * side, "{}", launch.title);
        }
    }
    let copy = &plain::of_size(64, 3 << 22).launches[2];
    assert_eq!(copy.bytes, 8.0 * f64::from(3 << 22));
    assert_eq!(copy.workgroups[0] * 256, 3 << 22);
    let arithmetic = [1, 2, 8].map(|accumulators| plain::arithmetic(1 << 18, accumulators));
    // A multiply and an add for each of four numbers, in 256 rounds.
    assert_eq!(arithmetic[1].flops, 2.0 * 4.0 * 256.0 * f64::from(2 << 18));
    let launches = products.iter().flat_map(|(_, schedule)| &schedule.launches);
    for launch in launches.chain([copy]).chain(&arithmetic) {
        check(&launch.title, &launch.wgsl);
        let most = launch.workgroups.iter().max().unwrap();
        assert!(*most <= limits::WORKGROUPS, "{}", launch.title);
    }
}
