//! Tests that the largest experiments keep to what every WebGPU device allows.

use ganvas_kernels::gpu::{Gpu, Tiles, backward, forward};
use ganvas_kernels::pass::{Operands, Want};
use ganvas_kernels::stack::{Mode, Stack};
use ganvas_kernels::wgsl::{Adam, Program};

use super::System;
use crate::Experiment;
use crate::experiment::{Conditioning, Model};

/// Workgroups that WebGPU allows in a dimension.
const WORKGROUPS: u32 = 65_535;

/// A GPU that only looks at what it is told to run.
struct Watch {
    what: String,
}

impl Gpu for Watch {
    type Buffer = ();

    fn allocate(&mut self, _len: usize) {}

    fn zeros(&mut self, _len: usize) {}

    fn launch<P: Program>(&mut self, program: P, _buffers: &[&()], info: &[usize]) {
        let groups = program.workgroups(info[0]);
        let fits = |count: &u32| (1..=WORKGROUPS).contains(count);
        let title = program.title();
        assert!(
            groups.iter().all(fits),
            "{}: {title}: {groups:?}",
            self.what
        );
    }
}

impl Watch {
    /// A pass through a network, and back.
    fn trains(&mut self, stack: &Stack, tiles: Tiles, batch: usize, groups: usize) {
        let operands = Operands {
            parameters: &(),
            statistics: &(),
            x: &(),
            labels: &(),
        };
        let mode = Mode::Train { groups };
        let pass = forward(self, stack, tiles, operands, batch, mode, true);
        let saved = pass.saved.expect("it was asked for");
        backward(self, stack, tiles, &(), &saved, &[&()], Want::ALL);
        let mode = Mode::Evaluate;
        forward(self, stack, tiles, operands, batch, mode, false);
        let clips = false;
        for averages in [false, true] {
            let adam = Adam { clips, averages };
            self.launch(adam, &[], &[stack.parameters / 4]);
        }
    }
}

#[test]
fn the_largest_experiments_keep_to_the_limits() {
    for model in Model::ALL {
        for conditioning in [Conditioning::Projection, Conditioning::Concatenation] {
            let small = Experiment::of(*model);
            let largest = Experiment {
                width: 128,
                batch_size: 512,
                image_size: small.image_size.max(64),
                latent_dim: if model.has_latents() {
                    512
                } else {
                    small.latent_dim
                },
                conditioning,
                ..small
            };
            for seat in System::seats(&largest).unwrap() {
                let name = seat.name;
                for tiles in [Tiles::GPU, Tiles::SOFTWARE] {
                    let what = format!("{name} of {model:?}, {conditioning:?}");
                    let stack = seat.network.stack();
                    // D sees real and generated images at once.
                    for (batch, groups) in [(512, 1), (1024, 2)] {
                        Watch { what: what.clone() }.trains(stack, tiles, batch, groups);
                    }
                }
            }
        }
    }
}
