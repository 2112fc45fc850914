//! The figures of a system's latest updates, on the device and as numbers.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use ganvas_kernels::ops::{Descent, Evaluated};

use crate::experiment::Reading;
use crate::loss::PairLogits;
use crate::player::Player;

/// A named figure of an update, `[1]`, on the device until read.
pub type Term = (&'static str, Tensor<1>);

/// What a discriminator update saw; values stay on the device until read.
#[derive(Debug, Clone)]
pub struct DiscriminatorOutcome {
    /// The discriminator's adversarial loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// What it said, without gradients.
    pub logits: PairLogits,
    /// Further terms of the loss, with their weights.
    pub terms: Vec<Term>,
}

/// What a generator update saw.
#[derive(Debug, Clone)]
pub struct GeneratorOutcome {
    /// The generator's adversarial loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// Further terms of the loss, with their weights.
    pub terms: Vec<Term>,
}

/// The sum that an update minimises, and its named parts without gradients.
#[derive(Debug)]
pub(super) struct Sum {
    pub total: Descent,
    pub terms: Vec<Term>,
}

impl Sum {
    /// Of nothing but this loss, which is reported by itself.
    pub fn of(loss: &Evaluated) -> Self {
        Self {
            total: loss.descent.clone(),
            terms: Vec::new(),
        }
    }

    /// Of nothing but a named term, with its weight.
    pub fn of_term(name: &'static str, term: Tensor<1>) -> Self {
        Self {
            terms: vec![(name, term.clone().without_autodiff())],
            total: Descent::of(term),
        }
    }

    /// This and a named term, with its weight.
    pub fn and(mut self, name: &'static str, term: Tensor<1>) -> Self {
        self.terms.push((name, term.clone().without_autodiff()));
        Self {
            total: self.total.and(Descent::of(term)),
            terms: self.terms,
        }
    }
}

/// The latest updates' figures, on the device.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Named numbers. `d_loss` and `g_loss` are the losses.
    pub terms: Vec<Term>,
    /// Flat gradients by which networks were changed, under the names that their lengths are
    /// reported by; of two with one name, the length of both together.
    pub gradients: Vec<Term>,
    /// What the discriminator said, if there is one.
    pub logits: Option<PairLogits>,
}

impl Figures {
    /// The figures of two networks' latest updates.
    pub(super) fn of(
        discriminator: Option<&DiscriminatorOutcome>,
        generator: Option<&GeneratorOutcome>,
    ) -> Self {
        let mut terms = Vec::new();
        if let Some(GeneratorOutcome { loss, terms: more }) = generator {
            terms.push(("g_loss", loss.clone()));
            terms.extend_from_slice(more);
        }
        if let Some(outcome) = discriminator {
            terms.push(("d_loss", outcome.loss.clone()));
            terms.extend_from_slice(&outcome.terms);
        }
        Self {
            terms,
            gradients: Vec::new(),
            logits: discriminator.map(|outcome| outcome.logits.clone()),
        }
    }

    /// Adds ∇_θ L of some players' latest updates, whose length, over all of them, is reported
    /// by this name. Before their first update there is none.
    pub(super) fn with_gradient(mut self, name: &'static str, players: &[&Player]) -> Self {
        let gradients = players.iter().filter_map(|player| player.gradient.clone());
        self.gradients
            .extend(gradients.map(|gradient| (name, gradient)));
        self
    }
}

/// Length of the gradient of what D minimises, by all of its parameters; an L2 term, which
/// the optimizer adds, is not in it.
pub(super) const D_GRADIENT: &str = "d_gradient";
/// Likewise of G.
pub(super) const G_GRADIENT: &str = "g_gradient";

/// [`Figures`] as numbers.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Named numbers.
    pub terms: BTreeMap<&'static str, f64>,
    /// Squared lengths of gradients.
    pub squares: Vec<(&'static str, f64)>,
    /// D(x) before the sigmoid, for each image.
    pub real_logits: Vec<f64>,
    /// D(G(z)) before the sigmoid.
    pub fake_logits: Vec<f64>,
}

/// What a report says about the latest updates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Losses {
    /// The discriminator's loss, 0 before its first update or without one.
    pub d_loss: f64,
    /// The generator's loss, likewise.
    pub g_loss: f64,
    /// Mean D(x), as a probability or a score.
    pub d_real: f64,
    /// Mean D(G(z)), likewise.
    pub d_fake: f64,
    /// The other terms.
    pub terms: BTreeMap<&'static str, f64>,
}

impl Values {
    /// What they say where D's outputs are to be read as `reading`.
    pub(super) fn losses(&self, reading: Reading) -> Losses {
        let read = |logits: &[f64]| mean(logits.iter().map(|&output| reading.score(output)));
        let mut terms = self.terms.clone();
        let mut squares = BTreeMap::new();
        for (name, square) in &self.squares {
            *squares.entry(*name).or_insert(0.0) += square;
        }
        // Too long for a square of 32 bits is no length that one could show, and the run may
        // be sound all the same. A NaN stays: then it is not.
        let lengths = squares
            .into_iter()
            .filter(|(_, square)| !square.is_infinite());
        terms.extend(lengths.map(|(name, square)| (name, f64::sqrt(square))));
        Losses {
            d_loss: terms.remove("d_loss").unwrap_or(0.0),
            g_loss: terms.remove("g_loss").unwrap_or(0.0),
            d_real: read(&self.real_logits),
            d_fake: read(&self.fake_logits),
            terms,
        }
    }

    /// The mean real logit less the mean fake one: what a Wasserstein critic maximises.
    pub(super) fn difference(&self) -> f64 {
        mean(self.real_logits.iter().copied()) - mean(self.fake_logits.iter().copied())
    }
}

/// Of none, 0.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.fold(0.0, |sum, value| sum + value) / count
}
