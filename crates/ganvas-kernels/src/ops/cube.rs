//! The operations on WebGPU, through burn's CubeCL client.

use std::cell::Cell;
use std::sync::Arc;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, DType, FloatDType, Shape, TensorMetadata};
use burn_cubecl::CubeDevice;
use burn_cubecl::cubecl::client::Client;
use burn_cubecl::cubecl::dry_run::DryRun;
use burn_cubecl::cubecl::prelude::{CubeCount, CubeDim, KernelId};
use burn_cubecl::cubecl::server::{KernelArguments, MetadataBindingInfo};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::template::{KernelSource, SourceKernel, SourceTemplate};
use burn_cubecl::tensor::CubeTensor;

use super::backend::{Call, Figure, Gather, Optimise, Passed, StackKernels, Want};
use super::chosen_tiles::tiles;
use crate::adam::AdamSettings;
use crate::gpu::{self, Gpu, Saved};
use crate::loss::LogitLoss;
use crate::pass::Operands;
use crate::stack::Stack;
use crate::wgsl::{self, Adam, Loss, Program};

/// A program as CubeCL compiles and caches it. One type for all programs: what CubeCL makes
/// of a type would be in the module for each.
struct Source {
    id: KernelId,
    wgsl: Box<dyn Fn() -> String + Send + Sync>,
}

impl Source {
    fn of<P: Program>(key: P) -> Self {
        Self {
            id: KernelId::new::<P>().info(key.clone()),
            wgsl: Box::new(move || key.wgsl()),
        }
    }
}

impl KernelSource for Source {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new((self.wgsl)())
    }

    fn id(&self) -> KernelId {
        self.id.clone()
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Runs something for the pipelines that it needs: kernels are compiled and kept, but
/// not run, and what is computed is rubbish.
pub fn compile_only<T>(run: impl FnOnce() -> T) -> T {
    let _dry_run = DryRun::new();
    let _rehearsal = Rehearsal::begin();
    run()
}

thread_local! {
    static REHEARSES: Cell<bool> = const { Cell::new(false) };
}

/// Nothing is computed as long as there is one: what a kernel would write to may be
/// somebody else's, and is not copied for it, which would ask for a pipeline of its own.
struct Rehearsal {
    before: bool,
}

impl Rehearsal {
    fn begin() -> Self {
        let before = REHEARSES.replace(true);
        Self { before }
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        REHEARSES.set(self.before);
    }
}

/// burn's queue.
struct Queue {
    client: Client,
    device: CubeDevice,
}

impl Queue {
    fn of(tensor: &CubeTensor) -> Self {
        Self {
            client: tensor.client.clone(),
            device: tensor.device.clone(),
        }
    }

    fn run(
        &self,
        source: Source,
        threads: u32,
        [x, y, z]: [u32; 3],
        buffers: &[&CubeTensor],
        words: &[usize],
    ) {
        // WebGPU refuses memory that is bound twice where it may be written to, and
        // drops the launch. Inputs can be one tensor (x · xᵀ): then one is copied.
        let mut seen = Vec::with_capacity(buffers.len());
        let mut arguments = KernelArguments::new();
        for buffer in buffers {
            let mut binding = buffer.handle.clone().binding();
            if seen.contains(&binding.memory.id()) {
                binding = buffer.copy().handle.binding();
            }
            seen.push(binding.memory.id());
            arguments = arguments.with_buffer(binding);
        }
        arguments.info =
            MetadataBindingInfo::custom(words.iter().map(|&word| word as u64).collect());
        let kernel = SourceKernel::new(source, CubeDim::new_1d(threads));
        self.client
            .launch(Box::new(kernel), CubeCount::Static(x, y, z), arguments);
    }

    fn upload(&self, values: &[f32]) -> CubeTensor {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        CubeTensor::new_contiguous(
            self.client.clone(),
            self.device.clone(),
            Shape::new([values.len()]),
            self.client.create_from_slice(&bytes),
            DType::F32,
        )
    }
}

impl Gpu for Queue {
    type Buffer = CubeTensor;

    fn allocate(&mut self, len: usize) -> CubeTensor {
        empty_device_contiguous_dtype(
            self.client.clone(),
            self.device.clone(),
            // Shaders read vectors of four.
            Shape::new([len.next_multiple_of(4)]),
            DType::F32,
        )
    }

    fn zeros(&mut self, len: usize) -> CubeTensor {
        Cube::float_zeros(Shape::new([len]), &self.device, FloatDType::F32)
    }

    fn launch<P: Program>(&mut self, program: P, buffers: &[&CubeTensor], info: &[usize]) {
        let workgroups = program.workgroups(info.first().copied().unwrap_or(1));
        let words = [info, &program.constants()].concat();
        let source = Source::of(program.key());
        self.run(source, program.threads(), workgroups, buffers, &words);
    }
}

/// The same memory in another shape.
fn shaped(tensor: CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    CubeTensor::new_contiguous(
        tensor.client,
        tensor.device,
        shape.into(),
        tensor.handle,
        tensor.dtype,
    )
}

/// Runs a pass, and keeps what its gradient needs where that is wanted.
fn run(call: Call<Cube>, keep: bool) -> (Passed<Cube>, Option<Saved<CubeTensor>>) {
    let Call {
        stack,
        parameters,
        statistics,
        x,
        labels,
        mode,
    } = call;
    let [parameters, statistics, x, labels] =
        [parameters, statistics, x, labels].map(into_contiguous);
    let batch = x.shape()[0];
    let length = statistics.shape()[0];
    let operands = Operands {
        parameters: &parameters,
        statistics: &statistics,
        x: &x,
        labels: &labels,
    };
    let mut queue = Queue::of(&x);
    let pass = gpu::forward(&mut queue, &stack, tiles(), operands, batch, mode, keep);
    let output = shaped(pass.output, [batch, stack.output.len()]);
    let taps = stack.taps().zip(pass.taps);
    let taps = taps.map(|(stage, tap)| shaped(tap, [batch, stage.output.len()]));
    let passed = Passed {
        outputs: std::iter::once(output).chain(taps).collect(),
        statistics: shaped(pass.statistics, [length]),
    };
    (passed, pass.saved)
}

impl StackKernels for Cube {
    type Saved = Arc<Saved<CubeTensor>>;

    fn evaluate(call: Call<Self>) -> Passed<Self> {
        run(call, false).0
    }

    fn record(call: Call<Self>) -> (Passed<Self>, Self::Saved) {
        let (passed, saved) = run(call, true);
        (passed, Arc::new(saved.expect("it was asked for")))
    }

    fn backward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        saved: Self::Saved,
        gradients: Vec<FloatTensor<Self>>,
        want: Want,
    ) -> [Option<FloatTensor<Self>>; 2] {
        let parameters = into_contiguous(parameters);
        let gradients: Vec<_> = gradients.into_iter().map(into_contiguous).collect();
        let gradients: Vec<_> = gradients.iter().collect();
        let batch = gradients[0].shape()[0];
        let mut queue = Queue::of(&parameters);
        let found = gpu::backward(
            &mut queue,
            stack,
            tiles(),
            &parameters,
            &saved,
            &gradients,
            want,
        );
        let (parameters, input) = ([stack.parameters], [batch, stack.input.len()]);
        [
            found.parameters.map(|tensor| shaped(tensor, parameters)),
            found.input.map(|tensor| shaped(tensor, input)),
        ]
    }

    fn loss(logits: FloatTensor<Self>, loss: &LogitLoss) -> [FloatTensor<Self>; 2] {
        let logits = into_contiguous(logits);
        let shape = logits.shape();
        let batch = shape[0];
        let mut queue = Queue::of(&logits);
        let (value, gradient) = (queue.allocate(1), queue.allocate(batch));
        queue.launch(Loss::from(loss), &[&logits, &value, &gradient], &[batch]);
        [shaped(value, [1]), shaped(gradient, shape)]
    }
}

impl Gather for Cube {
    fn gather(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        d: FloatTensor<Self>,
        e: FloatTensor<Self>,
        f: FloatTensor<Self>,
        figures: Vec<Figure>,
    ) -> FloatTensor<Self> {
        let tensors = [a, b, c, d, e, f].into_iter().take(figures.len());
        let parts: Vec<_> = tensors.map(into_contiguous).collect();
        let squares = figures.contains(&Figure::Squares);
        let (mut longest, mut end, mut info) = (1, 0, vec![0]);
        for (part, figure) in parts.iter().zip(figures) {
            let length = part.shape().num_elements();
            let (made, squares) = match figure {
                Figure::Numbers => (length, 0),
                Figure::Squares => (1, 1),
            };
            info.extend([length, end, squares]);
            longest = longest.max(made);
            end += made;
        }
        info[0] = longest;
        let mut queue = Queue::of(&parts[0]);
        let gathered = queue.allocate(end);
        let buffers: Vec<_> = parts.iter().chain([&gathered]).collect();
        let program = wgsl::Gather {
            parts: parts.len(),
            squares,
        };
        queue.launch(program, &buffers, &info);
        shaped(gathered, [end])
    }
}

/// A tensor whose memory nobody else holds: the kernel writes in place, and what somebody
/// else holds must not change under them.
fn own(tensor: CubeTensor) -> CubeTensor {
    let tensor = into_contiguous(tensor);
    if tensor.can_mut() || REHEARSES.get() {
        tensor
    } else {
        tensor.copy()
    }
}

/// Changes `state` (parameters, mean, square, and an average or none) by one step.
fn step(state: &[CubeTensor], average: bool, gradient: CubeTensor, settings: AdamSettings) {
    let gradient = into_contiguous(gradient);
    let mut queue = Queue::of(&gradient);
    let program = Adam {
        clips: settings.clip.is_finite(),
        averages: average,
    };
    let vectors = gradient.shape()[0] / 4;
    let settings = queue.upload(&settings.numbers());
    let (moments, averages) = state.split_at(3);
    let buffers: Vec<&CubeTensor> = (moments.iter())
        .chain([&gradient, &settings])
        .chain(averages)
        .collect();
    queue.launch(program, &buffers, &[vectors]);
}

impl Optimise for Cube {
    fn adam(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let state = [parameters, mean, square].map(own);
        step(&state, false, gradient, settings);
        state.into()
    }

    fn adam_averaged(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        average: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let state = [parameters, mean, square, average].map(own);
        step(&state, true, gradient, settings);
        state.into()
    }
}
