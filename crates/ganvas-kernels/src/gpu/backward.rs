//! The backward pass.

use super::forward::{Normalised, Saved};
use super::tiles::Tiles;
use super::{Gpu, map};
use crate::pass::{Gradients, Want};
use crate::stack::{Activation, BatchNorm, Norm, Stack, Stage};
use crate::wgsl::{Activate, BatchNormBackward, ImageNormBackward, Moments, Project, Slope, Whole};

/// Gradients from those of the output and the taps.
pub fn backward<G: Gpu>(
    gpu: &mut G,
    stack: &Stack,
    tiles: Tiles,
    parameters: &G::Buffer,
    saved: &Saved<G::Buffer>,
    gradients: &[&G::Buffer],
    want: Want,
) -> Gradients<G::Buffer> {
    let flat = want.parameters.then(|| match stack.has_gaps() {
        true => gpu.zeros(stack.parameters),
        false => gpu.allocate(stack.parameters),
    });
    let normalises = |stage: &Stage| matches!(stage.norm, Norm::Batch(_));
    let norms = match &flat {
        None if stack.stages.iter().any(normalises) => Some(gpu.allocate(stack.parameters)),
        flat => flat.clone(),
    };
    let mut back = Back {
        gpu,
        tiles,
        parameters,
        saved,
        flat,
        norms,
        pending: vec![None; stack.stages.len()],
    };
    let (Some((output_gradient, tap_gradients)), Some(last)) =
        (gradients.split_first(), stack.stages.last())
    else {
        panic!("a stack has stages and an output");
    };
    back.tap(stack, tap_gradients);
    let mut g = back.unproject(stack, output_gradient);
    if last.activation != Activation::Identity {
        g = back.activation(last, &g, None, &saved.output);
    }
    // From here on g is the gradient of what goes into a stage's activation, or already of
    // what goes into its normalisation.
    let mut through_norm = false;
    for (index, stage) in stack.stages.iter().enumerate().rev() {
        if let Some(from) = stage.skip {
            back.add(from, stack, &g);
        }
        let kept = &saved.stages[index];
        if let Some(normalised) = kept.normalised.as_ref().filter(|_| !through_norm) {
            g = back.norm(stage, &g, normalised);
        }
        if let Some(flat) = &back.flat {
            let buffers = [&kept.input, &g, flat];
            map::learn(back.gpu, stage, tiles, buffers, [saved.batch, saved.groups]);
        }
        let before = index.checked_sub(1).map(|before| &stack.stages[before]);
        if before.is_none() && !want.input {
            break;
        }
        let whole = before.and_then(|before| back.whole(stage, before, &g, index));
        through_norm = whole.is_some();
        g = match whole {
            Some(g) => g,
            None => back.input(stage, before, &g, &kept.input, index),
        };
    }
    Gradients {
        parameters: back.flat,
        input: want.input.then_some(g),
    }
}

/// A backward pass under way.
struct Back<'a, G: Gpu> {
    gpu: &'a mut G,
    tiles: Tiles,
    parameters: &'a G::Buffer,
    saved: &'a Saved<G::Buffer>,
    /// The gradient of all parameters, where it is wanted.
    flat: Option<G::Buffer>,
    /// Where ∂γ and ∂β of batch normalisation go: there, or where nobody looks.
    norms: Option<G::Buffer>,
    /// What flows to the inputs of stages besides the gradient of their own maps: from
    /// skips and from taps.
    pending: Vec<Option<G::Buffer>>,
}

impl<G: Gpu> Back<'_, G> {
    /// A tap's gradient is one of the next stage's input, which has the same numbers.
    fn tap(&mut self, stack: &Stack, gradients: &[&G::Buffer]) {
        let tapped = (stack.stages.iter().zip(1..)).filter(|(stage, _)| stage.tapped);
        for ((_, next), gradient) in tapped.zip(gradients) {
            self.pending[next] = Some((*gradient).clone());
        }
    }

    /// Adds to what flows to the input of a stage.
    fn add(&mut self, index: usize, stack: &Stack, gradient: &G::Buffer) {
        let sum = match self.pending[index].take() {
            None => gradient.clone(),
            Some(other) => self.sum(stack.stages[index].input.len(), gradient, &other),
        };
        self.pending[index] = Some(sum);
    }

    fn sum(&mut self, len: usize, a: &G::Buffer, b: &G::Buffer) -> G::Buffer {
        let sum = self.gpu.allocate(self.saved.batch * len);
        let program = Activate {
            activation: Slope(Activation::Identity),
            added: true,
            backward: false,
            len,
        };
        self.gpu.launch(program, &[a, b, &sum], &[self.saved.batch]);
        sum
    }

    /// From the gradient of the stack's output to that of its last stage's.
    fn unproject(&mut self, stack: &Stack, gradient: &G::Buffer) -> G::Buffer {
        let Some(classes) = stack.classes else {
            return gradient.clone();
        };
        let batch = self.saved.batch;
        let spread = self.gpu.allocate(batch * (1 + classes));
        let program = Project {
            classes,
            backward: true,
        };
        let buffers = [gradient, &self.saved.labels, &spread];
        self.gpu.launch(program, &buffers, &[batch]);
        spread
    }

    /// (g + addend) · activation′(y) with y the stage's output.
    fn activation(
        &mut self,
        stage: &Stage,
        g: &G::Buffer,
        addend: Option<&G::Buffer>,
        y: &G::Buffer,
    ) -> G::Buffer {
        let len = stage.output.len();
        let gated = self.gpu.allocate(self.saved.batch * len);
        let program = Activate {
            activation: Slope(stage.activation),
            added: addend.is_some(),
            backward: true,
            len,
        };
        let mut buffers = vec![g];
        buffers.extend(addend);
        buffers.extend([y, &gated]);
        self.gpu.launch(program, &buffers, &[self.saved.batch]);
        gated
    }

    /// From the gradient after the normalisation to that before it.
    fn norm(
        &mut self,
        stage: &Stage,
        g: &G::Buffer,
        normalised: &Normalised<G::Buffer>,
    ) -> G::Buffer {
        let (channels, pixels) = (stage.output.channels, stage.output.pixels());
        let (batch, groups) = (self.saved.batch, self.saved.groups);
        let Normalised { u, moments, source } = normalised;
        let next = self.gpu.allocate(batch * stage.output.len());
        match stage.norm {
            Norm::Batch(norm) => {
                let program = self.batch_norm(stage, norm, *source);
                let mut buffers = vec![g, u, moments, self.parameters, &next];
                buffers.extend(&self.norms);
                self.gpu.launch(program, &buffers, &[batch, groups]);
            }
            Norm::Image | Norm::None => {
                let program = ImageNormBackward {
                    channels,
                    pixels,
                    threads: self.tiles.norm,
                };
                self.gpu.launch(program, &[g, u, moments, &next], &[batch]);
            }
        }
        next
    }

    fn batch_norm(&self, stage: &Stage, norm: BatchNorm, moments: Moments) -> BatchNormBackward {
        BatchNormBackward {
            channels: stage.output.channels,
            pixels: stage.output.pixels(),
            norm,
            moments,
            threads: self.tiles.norm,
        }
    }

    /// From the gradient of a stage's linear map to that of what goes into the normalisation
    /// of the stage `before` it, where one kernel can do that and nothing is added between.
    fn whole(
        &mut self,
        stage: &Stage,
        before: &Stage,
        g: &G::Buffer,
        index: usize,
    ) -> Option<G::Buffer> {
        let batch = self.saved.batch;
        let Norm::Batch(norm) = before.norm else {
            return None;
        };
        // The map may read the same numbers as other channels than the normalisation's.
        let same = stage.input == before.output;
        if !same || before.skip.is_some() || self.pending[index].is_some() {
            return None;
        }
        let gate = Some(before.activation).filter(|gate| *gate != Activation::Identity);
        let map = map::whole_backward(stage, gate, self.tiles, batch)?;
        let input = &self.saved.stages[index].input;
        let Normalised { u, moments, source } = self.saved.stages[index - 1].normalised.as_ref()?;
        let next = self.gpu.allocate(batch * before.output.len());
        let mut buffers = vec![g, self.parameters, &next];
        buffers.extend(gate.map(|_| input));
        buffers.extend([u, moments]);
        buffers.extend(&self.norms);
        let norm = self.batch_norm(before, norm, *source);
        let info = [batch, self.saved.groups];
        self.gpu.launch(Whole { map, norm }, &buffers, &info);
        Some(next)
    }

    /// From the gradient of a stage's linear map to that of what goes into the activation
    /// `before` it, or to that of the stack's input.
    fn input(
        &mut self,
        stage: &Stage,
        before: Option<&Stage>,
        g: &G::Buffer,
        input: &G::Buffer,
        index: usize,
    ) -> G::Buffer {
        let batch = self.saved.batch;
        let pending = self.pending[index].take();
        let activation = before
            .map(|before| before.activation)
            .filter(|activation| *activation != Activation::Identity);
        // The derivative rides along, unless something has to be added first.
        let gate = activation.filter(|_| pending.is_none());
        let dx = self.gpu.allocate(batch * stage.input.len());
        let mut buffers = vec![g, self.parameters, &dx];
        if gate.is_some() {
            buffers.push(input);
        }
        map::backward(self.gpu, stage, self.tiles, gate, &buffers, batch);
        match (pending, before.filter(|_| activation.is_some())) {
            (None, _) => dx,
            (Some(pending), None) => self.sum(stage.input.len(), &dx, &pending),
            (Some(pending), Some(before)) => self.activation(before, &dx, Some(&pending), input),
        }
    }
}
