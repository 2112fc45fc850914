//! A stack's backward pass.

use std::borrow::Cow;

use super::activation::{self, add};
use super::forward::{Normalised, Saved};
use super::layout::{channels_first, channels_last, reshaped};
use super::linear::Linear;
use super::norm;
use super::projection;
use super::scratch::Scratch;
use crate::pass::{Gradients, Want};
use crate::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage};

/// The gradients of a pass from those of its output and of its taps, each
/// `[batch, channels, height, width]`.
///
/// # Panics
///
/// Where a slice has another length than the stack and the pass say.
pub fn backward(
    stack: &Stack,
    parameters: &[f32],
    saved: &Saved,
    gradients: &[&[f32]],
    want: Want,
) -> Gradients<Vec<f32>> {
    assert_eq!(parameters.len(), stack.parameters, "flat parameters");
    assert_eq!(saved.stages.len(), stack.stages.len(), "stages");
    let outputs = std::iter::once(stack.output).chain(stack.taps().map(|stage| stage.output));
    let lengths: Vec<usize> = outputs.map(|shape| saved.batch * shape.len()).collect();
    let found: Vec<usize> = gradients.iter().map(|gradient| gradient.len()).collect();
    assert_eq!(found, lengths, "gradients of the output and the taps");
    if !want.parameters && !want.input {
        return Gradients {
            parameters: None,
            input: None,
        };
    }
    let [output_gradient, tap_gradients @ ..] = gradients else {
        unreachable!("there is an output");
    };
    let last = stack.stages.last().expect("a stack has stages").output;
    let output_gradient = match stack.classes {
        Some(_) => projection::spread(output_gradient, last.len(), &saved.labels).into(),
        None => Cow::Borrowed(*output_gradient),
    };
    let mut pending = Pending::of_taps(stack, tap_gradients);
    let mut gradient = want.parameters.then(|| vec![0.0; stack.parameters]);
    // The gradient of the output of the stage at hand.
    let mut g = Scratch::copy_of(&channels_last(&output_gradient, last));
    for (index, stage) in stack.stages.iter().enumerate().rev() {
        let back = Back {
            stage,
            parameters,
            saved,
            index,
            after: stack.stages.get(index + 1).map(|after| after.input),
        };
        back.finish(&mut g, gradient.as_deref_mut(), &mut pending);
        let weight = gradient
            .as_deref_mut()
            .map(|gradient| &mut gradient[stage.weight..][..stage.weight_len()]);
        if index == 0 && !want.input {
            back.map(&g, weight, None);
            break;
        }
        let mut dx = Scratch::new(saved.batch * stage.input.len());
        back.map(&g, weight, Some(&mut dx));
        pending.join(index, &mut dx);
        g = dx;
        if let Some(before) = index.checked_sub(1).map(|index| &stack.stages[index])
            && before.output != stage.input
        {
            g = Scratch::copy_of(&reshaped(&g, stage.input, before.output));
        }
    }
    Gradients {
        parameters: gradient,
        input: want
            .input
            .then(|| channels_first(&g, stack.stages[0].input).into_owned()),
    }
}

/// What flows to the inputs of stages besides the gradient of their own maps: from
/// skips and from taps. Channels last, none for most.
struct Pending(Vec<Option<Scratch>>);

impl Pending {
    /// A tap's gradient is one of the next stage's input, which has the same numbers.
    fn of_taps(stack: &Stack, gradients: &[&[f32]]) -> Self {
        let mut pending = Self(vec![None; stack.stages.len()]);
        let mut gradients = gradients.iter();
        for (stage, next) in stack.stages.iter().zip(1..) {
            if stage.tapped
                && let Some(gradient) = gradients.next()
                && let Some(after) = stack.stages.get(next)
            {
                pending.add(next, &channels_last(gradient, after.input));
            }
        }
        pending
    }

    fn add(&mut self, index: usize, gradient: &[f32]) {
        match &mut self.0[index] {
            Some(sum) => add(sum, gradient),
            empty => *empty = Some(Scratch::copy_of(gradient)),
        }
    }

    /// Adds to `dx` what has come for the input of a stage.
    fn join(&mut self, index: usize, dx: &mut [f32]) {
        if let Some(gradient) = self.0[index].take() {
            add(dx, &gradient);
        }
    }
}

/// The backward pass of one stage.
struct Back<'a> {
    stage: &'a Stage,
    parameters: &'a [f32],
    saved: &'a Saved,
    index: usize,
    /// In which shape the next stage takes what this one gives.
    after: Option<Shape>,
}

impl Back<'_> {
    /// The stage's output, or nothing where its activation is the identity and it is the
    /// last one.
    fn output(&self) -> Cow<'_, [f32]> {
        match self.saved.stages.get(self.index + 1) {
            // The next stage may have kept it in another shape.
            Some(after) => reshaped(
                &after.input,
                self.after.unwrap_or(self.stage.output),
                self.stage.output,
            ),
            None => Cow::Borrowed(self.saved.output.as_deref().unwrap_or_default()),
        }
    }

    /// Activation, skip, normalisation and bias: takes g from the stage's output to that
    /// of its linear map, and writes the gradients of γ, β and bias.
    fn finish(&self, g: &mut [f32], mut gradient: Option<&mut [f32]>, pending: &mut Pending) {
        let stage = self.stage;
        let y = self.output();
        // The derivative rides along with the normalisation, unless a skip wants it too.
        let fused = match stage.skip {
            None => stage.activation,
            Some(from) => {
                activation::apply_slope(g, &y, stage.activation);
                pending.add(from, g);
                Activation::Identity
            }
        };
        match &self.saved.stages[self.index].normalised {
            Some(normalised) => self.norm(normalised, g, &y, fused, gradient.as_deref_mut()),
            None => activation::apply_slope(g, &y, fused),
        }
        if let (Some(start), Some(gradient)) = (stage.bias, gradient) {
            let sums = self.bias(g);
            gradient[start..][..sums.len()].copy_from_slice(&sums);
        }
    }

    /// The gradient of the bias from that of the linear map.
    ///
    /// Group by group: where real and fake images weigh the same with opposite signs,
    /// their sums cancel to the last bit, and Adam does not turn rounding errors into steps.
    fn bias(&self, g: &[f32]) -> Vec<f32> {
        let stage = self.stage;
        let [mut sums, mut part] = [0, 1].map(|_| vec![0.0; stage.bias_len()]);
        for g in g.chunks_exact(g.len() / self.saved.mode.groups()) {
            norm::column_sums(g, &mut part);
            add(&mut sums, &part);
        }
        match stage.map {
            Map::Dense(_) => channels_first(&sums, stage.output).into_owned(),
            Map::Convolution(_) | Map::Transposed(_) => sums,
        }
    }

    /// With g the gradient before the activation and m the values of a group:
    /// du = γr · (g − Σg/m − x̂ · Σ(g·x̂)/m), or γr · g where the statistics were given.
    fn norm(
        &self,
        normalised: &Normalised,
        g: &mut [f32],
        y: &[f32],
        activation: Activation,
        mut gradient: Option<&mut [f32]>,
    ) {
        let channels = self.stage.output.channels;
        let groups = normalised.mean.len() / channels;
        let length = g.len() / groups;
        let samples = (length / channels) as f32;
        let batch_norm = match self.stage.norm {
            Norm::Batch(norm) => Some(norm),
            Norm::Image | Norm::None => None,
        };
        let given = batch_norm.is_some() && self.saved.mode == Mode::Evaluate;
        for group in 0..groups {
            let range = group * length..(group + 1) * length;
            let g = &mut g[range.clone()];
            let u = &normalised.u[range.clone()];
            // The identity needs no values; the last stage keeps none then.
            let y = if y.is_empty() { u } else { &y[range] };
            let mean = &normalised.mean[group * channels..][..channels];
            let inverse = &normalised.inverse[group * channels..][..channels];
            let [sum, product] = norm::reduce(g, y, u, mean, activation);
            let mut scale = inverse.to_vec();
            if let Some(norm) = batch_norm {
                for (scale, gamma) in scale.iter_mut().zip(&self.parameters[norm.gamma..]) {
                    *scale *= gamma;
                }
                if let Some(gradient) = &mut gradient {
                    for c in 0..channels {
                        gradient[norm.gamma + c] += product[c] * inverse[c];
                        gradient[norm.beta + c] += sum[c];
                    }
                }
            }
            let [mut slope, mut shift] = [0, 1].map(|_| vec![0.0; channels]);
            if !given {
                for c in 0..channels {
                    let r = inverse[c];
                    slope[c] = -scale[c] * r * r * product[c] / samples;
                    shift[c] = -scale[c] * sum[c] / samples;
                }
            }
            norm::input_gradient(g, u, mean, [&scale, &slope, &shift]);
        }
    }

    /// The gradients of the weight and of the stage's input from that of the linear
    /// map's output, where there is a place for them.
    fn map(&self, g: &[f32], gradient: Option<&mut [f32]>, dx: Option<&mut [f32]>) {
        let stage = self.stage;
        let weight = &self.parameters[stage.weight..][..stage.weight_len()];
        let kept = &self.saved.stages[self.index];
        Linear::of(stage).backward(
            [weight, &kept.input, g],
            kept.transformed.as_ref(),
            gradient,
            dx,
            self.saved.batch,
        );
    }
}
