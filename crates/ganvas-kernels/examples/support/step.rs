//! The kernels of one DCGAN step, written down instead of launched.

use ganvas_kernels::gpu::{Gpu, Tiles, Want, backward, forward};
use ganvas_kernels::loss::{GanLoss, Side};
use ganvas_kernels::stack::Mode;
use ganvas_kernels::wgsl::{Adam, Program};

use super::networks::{discriminator, generator};

/// Numbers of a latent.
const LATENT: usize = 64;

/// One dispatch.
pub struct Launch {
    /// Which part of the step it belongs to.
    pub part: &'static str,
    /// What people call it.
    pub title: String,
    /// The shader.
    pub wgsl: String,
    /// Arithmetic that it cannot do without.
    pub flops: f64,
    /// Bytes that it cannot do without.
    pub bytes: f64,
    /// How many workgroups.
    pub workgroups: [u32; 3],
    /// Which buffers, in the order of their bindings.
    pub buffers: Vec<usize>,
    /// What the kernel reads as `info`; none for kernels without.
    pub info: Vec<usize>,
}

/// Dispatches in order, and the lengths of the buffers that they use, in numbers of four bytes.
#[derive(Default)]
pub struct Schedule {
    /// Lengths.
    pub buffers: Vec<usize>,
    /// Dispatches.
    pub launches: Vec<Launch>,
    part: &'static str,
}

impl Gpu for Schedule {
    type Buffer = usize;

    fn allocate(&mut self, len: usize) -> usize {
        self.buffers.push(len);
        self.buffers.len() - 1
    }

    fn zeros(&mut self, len: usize) -> usize {
        self.allocate(len)
    }

    fn launch<P: Program>(&mut self, program: P, buffers: &[&usize], info: &[usize]) {
        let work = program.work(info[0]);
        self.launches.push(Launch {
            part: self.part,
            title: program.title(),
            wgsl: program.wgsl(),
            flops: work.flops,
            bytes: work.bytes,
            workgroups: program.workgroups(info[0]),
            buffers: buffers.iter().map(|&&index| index).collect(),
            info: info.iter().copied().chain(program.constants()).collect(),
        });
    }
}

impl Schedule {
    /// D's update, then G's with the fresh D.
    pub fn of_step(width: usize, batch: usize, tiles: Tiles) -> Self {
        let mut schedule = Self::default();
        let gpu = &mut schedule;
        let (g, d) = (generator(width, LATENT), discriminator(width));
        let [gp, gs, dp, ds] = [
            g.parameters,
            g.statistics.max(1),
            d.parameters,
            d.statistics,
        ]
        .map(|len| gpu.allocate(len));
        let z = gpu.allocate(batch * LATENT);
        let both = gpu.allocate(2 * batch * 1024);
        let one = Mode::Train { groups: 1 };

        gpu.part = "D update, G forward";
        forward(gpu, &g, tiles, [&gp, &gs, &z], batch, one);
        gpu.part = "D update, D forward";
        let judged = forward(
            gpu,
            &d,
            tiles,
            [&dp, &ds, &both],
            2 * batch,
            Mode::Train { groups: 2 },
        );
        let (loss, slope) = (gpu.allocate(1), gpu.allocate(2 * batch));
        gpu.launch(
            GanLoss::NonSaturating(Side::Discriminator),
            &[&judged.output, &loss, &slope],
            &[2 * batch],
        );
        let want = Want {
            parameters: true,
            input: false,
        };
        gpu.part = "D update, backward";
        let learnt = backward(gpu, &d, tiles, &dp, &judged.saved, &slope, want);
        adam(gpu, dp, d.parameters, learnt.parameters);

        gpu.part = "G update, G forward";
        let made = forward(gpu, &g, tiles, [&gp, &gs, &z], batch, one);
        gpu.part = "G update, D forward";
        let judged = forward(gpu, &d, tiles, [&dp, &ds, &made.output], batch, one);
        let (loss, slope) = (gpu.allocate(1), gpu.allocate(batch));
        gpu.launch(
            GanLoss::NonSaturating(Side::Generator),
            &[&judged.output, &loss, &slope],
            &[batch],
        );
        gpu.part = "G update, D backward";
        let images = backward(
            gpu,
            &d,
            tiles,
            &dp,
            &judged.saved,
            &slope,
            Want {
                parameters: false,
                input: true,
            },
        );
        if let Some(images) = images.input {
            gpu.part = "G update, G backward";
            let learnt = backward(gpu, &g, tiles, &gp, &made.saved, &images, want);
            adam(gpu, gp, g.parameters, learnt.parameters);
        }
        schedule
    }
}

fn adam(gpu: &mut Schedule, parameters: usize, len: usize, gradient: Option<usize>) {
    let [mean, square] = [len, len].map(|len| gpu.allocate(len));
    let settings = gpu.allocate(8);
    if let Some(gradient) = gradient {
        gpu.launch(
            Adam { clips: false },
            &[&parameters, &mean, &square, &gradient, &settings],
            &[len.div_ceil(4)],
        );
    }
}
