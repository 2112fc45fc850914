//! The kernels of one DCGAN step, written down instead of launched.

use ganvas_kernels::formula::{Formula, sigmoid, softplus};
use ganvas_kernels::gpu::{Gpu, Saved, Tiles, backward, forward};
use ganvas_kernels::loss::{LogitLoss, Pointwise};
use ganvas_kernels::pass::{Gradients, Operands, Want};
use ganvas_kernels::plan::{Builder, Plan, dcgan};
use ganvas_kernels::stack::{Activation, Mode, Shape, Stack};
use ganvas_kernels::wgsl::{Adam, Loss, Program};

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

/// A network's numbers in the schedule's memory.
struct Weights {
    stack: Stack,
    parameters: usize,
    statistics: usize,
}

impl Weights {
    fn of(schedule: &mut Schedule, plan: Plan) -> Self {
        let [parameters, statistics] =
            [plan.stack.parameters, plan.stack.statistics].map(|len| schedule.allocate(len));
        Self {
            stack: plan.stack,
            parameters,
            statistics,
        }
    }
}

/// −log σ(l) of what shall look real, −log(1 − σ(l)) of what shall not.
fn losses() -> [LogitLoss; 2] {
    let logit = || Formula::Logit;
    let real = Pointwise {
        value: softplus(-logit()),
        slope: -sigmoid(-logit()),
    };
    let fake = Pointwise {
        value: softplus(logit()),
        slope: sigmoid(logit()),
    };
    let of_discriminator = LogitLoss {
        real: Some(real.clone()),
        fake,
    };
    let of_generator = LogitLoss {
        real: None,
        fake: real,
    };
    [of_discriminator, of_generator]
}

/// A step under way.
struct Step {
    schedule: Schedule,
    tiles: Tiles,
}

impl Step {
    /// A pass in training mode: its output, and what the way back needs.
    fn forward(
        &mut self,
        network: &Weights,
        x: usize,
        batch: usize,
        groups: usize,
    ) -> (usize, Saved<usize>) {
        let operands = Operands {
            parameters: &network.parameters,
            statistics: &network.statistics,
            x: &x,
            labels: &x,
        };
        let pass = forward(
            &mut self.schedule,
            &network.stack,
            self.tiles,
            operands,
            batch,
            Mode::Train { groups },
            true,
        );
        (pass.output, pass.saved.expect("it was asked for"))
    }

    /// The gradient of the logits.
    fn judge(&mut self, loss: &LogitLoss, logits: usize, batch: usize) -> usize {
        let [value, slope] = [1, batch].map(|len| self.schedule.allocate(len));
        let buffers = [&logits, &value, &slope];
        self.schedule.launch(Loss::from(loss), &buffers, &[batch]);
        slope
    }

    fn backward(
        &mut self,
        network: &Weights,
        saved: &Saved<usize>,
        gradient: usize,
        want: Want,
    ) -> Gradients<usize> {
        backward(
            &mut self.schedule,
            &network.stack,
            self.tiles,
            &network.parameters,
            saved,
            &[&gradient],
            want,
        )
    }

    /// An optimizer step.
    fn adam(&mut self, network: &Weights, gradient: Option<usize>) {
        let len = network.stack.parameters;
        let [mean, square, settings] = [len, len, 12].map(|len| self.schedule.allocate(len));
        let gradient = gradient.expect("it was asked for");
        let program = Adam {
            clips: false,
            averages: false,
        };
        let buffers = [&network.parameters, &mean, &square, &gradient, &settings];
        self.schedule.launch(program, &buffers, &[len / 4]);
    }
}

impl Schedule {
    /// D's update, then G's with the fresh D.
    pub fn of_step(width: usize, batch: usize, tiles: Tiles) -> Self {
        let image = Shape::square(1, 32);
        let plan = |builder: Builder| builder.build().expect("a DCGAN");
        let mut step = Step {
            schedule: Self::default(),
            tiles,
        };
        let schedule = &mut step.schedule;
        let g = plan(dcgan::generator(width, LATENT, image, Activation::Relu));
        let g = Weights::of(schedule, g);
        let d = Weights::of(schedule, plan(dcgan::discriminator(width, image)));
        let z = schedule.allocate(batch * LATENT);
        let both = schedule.allocate(2 * batch * image.len());
        let [of_discriminator, of_generator] = losses();

        step.schedule.part = "D update, G forward";
        step.forward(&g, z, batch, 1);
        step.schedule.part = "D update, D forward";
        let (logits, saved) = step.forward(&d, both, 2 * batch, 2);
        let slope = step.judge(&of_discriminator, logits, 2 * batch);
        step.schedule.part = "D update, backward";
        let learnt = step.backward(&d, &saved, slope, Want::PARAMETERS);
        step.adam(&d, learnt.parameters);

        step.schedule.part = "G update, G forward";
        let (images, made) = step.forward(&g, z, batch, 1);
        step.schedule.part = "G update, D forward";
        let (logits, saved) = step.forward(&d, images, batch, 1);
        let slope = step.judge(&of_generator, logits, batch);
        step.schedule.part = "G update, D backward";
        let through = step.backward(&d, &saved, slope, Want::INPUT);
        step.schedule.part = "G update, G backward";
        let gradient = through.input.expect("it was asked for");
        let learnt = step.backward(&g, &made, gradient, Want::PARAMETERS);
        step.adam(&g, learnt.parameters);
        step.schedule
    }
}
