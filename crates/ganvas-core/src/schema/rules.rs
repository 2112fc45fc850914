//! Which settings go together, as data: the page evaluates the same table.

use serde_json::Value;

use crate::experiment::Model;

/// What must hold for a rule to speak.
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    /// A switch is on, a weight or a count is above 0, or a text is not empty.
    On(&'static str),
    /// The opposite.
    Off(&'static str),
    /// A choice is not the one that the model has by itself.
    Changed(&'static str),
    /// A choice is this one.
    Is(&'static str, &'static str),
    /// A choice is another one.
    IsNot(&'static str, &'static str),
    /// The model is one of some.
    Model(fn(Model) -> bool),
}

/// Settings that contradict each other.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name; the page words it as `problem.<reason>`.
    pub reason: &'static str,
    /// It speaks when all of these hold.
    pub when: &'static [Condition],
    /// The setting that is then refused.
    pub refuses: &'static str,
    /// Why, in English. It is true whichever of the settings is blamed, and has one
    /// hole, `{model}`.
    pub text: &'static str,
}

use Condition::{Changed, Is, IsNot, Off, On};

/// Every contradiction. The first rule that speaks has the say.
pub const RULES: &[Rule] = &[
    Rule {
        reason: "clipped_instead",
        when: &[Condition::Model(Model::is_clipped), On("gradient_penalty")],
        refuses: "gradient_penalty",
        text: "cannot be used with {model}: its critic is clipped instead",
    },
    Rule {
        reason: "no_critic",
        when: &[
            Condition::Model(Model::is_autoencoder),
            On("gradient_penalty"),
        ],
        refuses: "gradient_penalty",
        text: "cannot be used with {model}: it has no critic",
    },
    Rule {
        reason: "batch_norm_ties_images",
        when: &[
            Condition::Model(Model::has_batch_norm_in_discriminator),
            On("gradient_penalty"),
        ],
        refuses: "gradient_penalty",
        text: "cannot be used with {model}: its discriminator has BatchNorm, which ties the \
               images of a batch together; take wgan_gp",
    },
    Rule {
        reason: "penalty_of_another_model",
        when: &[Condition::Model(is_fully_connected), On("gradient_penalty")],
        refuses: "gradient_penalty",
        text: "cannot be used with {model}: the penalty belongs to the Wasserstein critic of \
               wgan_gp",
    },
    Rule {
        reason: "no_discriminator",
        when: &[Condition::Model(Model::is_autoencoder), On("spectral_norm")],
        refuses: "spectral_norm",
        text: "cannot be used with {model}: it has no discriminator",
    },
    Rule {
        reason: "fixed_objective",
        when: &[Condition::Model(lacks_choice_of_loss), Changed("loss")],
        refuses: "loss",
        text: "cannot be used with {model}: its objective is fixed",
    },
    Rule {
        reason: "slope_bounded_twice",
        when: &[On("spectral_norm"), On("gradient_penalty")],
        refuses: "spectral_norm",
        text: "spectral_norm and a gradient penalty both bound the critic's slope; use one of them",
    },
    Rule {
        reason: "clipped_and_bounded",
        when: &[
            Condition::Model(clips_by_choice),
            On("clip"),
            On("gradient_penalty"),
        ],
        refuses: "clip",
        text: "a clip and a gradient penalty both bound the critic's slope; use one of them",
    },
    Rule {
        reason: "clipped_and_normalised",
        when: &[
            Condition::Model(clips_by_choice),
            On("clip"),
            On("spectral_norm"),
        ],
        refuses: "clip",
        text: "a clip and spectral_norm both bound the critic's slope; use one of them",
    },
    Rule {
        reason: "nothing_drawn",
        when: &[
            Condition::Model(Model::has_points),
            Is("dataset", "points"),
            Off("drawing"),
        ],
        refuses: "dataset",
        text: "points are the reader's own, and none are drawn: give a drawing, or take another \
               dataset",
    },
    Rule {
        reason: "drawing_unused",
        when: &[
            Condition::Model(Model::has_points),
            IsNot("dataset", "points"),
            On("drawing"),
        ],
        refuses: "drawing",
        text: "a drawing goes with the dataset points",
    },
    Rule {
        reason: "only_without_weight",
        when: &[On("feature_matching_only"), Off("feature_matching")],
        refuses: "feature_matching_only",
        text: "feature_matching_only needs a feature_matching weight above 0",
    },
    Rule {
        reason: "only_with_another_term",
        when: &[On("feature_matching_only"), On("mmd")],
        refuses: "mmd",
        text: "feature_matching_only leaves the generator no other term, such as mmd; use one of them",
    },
    Rule {
        reason: "look_ahead_without_interpolates",
        when: &[On("unrolled_steps"), On("gradient_penalty")],
        refuses: "unrolled_steps",
        text: "a look-ahead (unrolled_steps) has no interpolates for a gradient penalty; use one of them",
    },
];

/// Clipping is one way among others to bound its critic.
fn clips_by_choice(model: Model) -> bool {
    model.has_clip() && !model.is_clipped()
}

fn is_fully_connected(model: Model) -> bool {
    matches!(model, Model::Gan)
}

fn lacks_choice_of_loss(model: Model) -> bool {
    !model.has_choice_of_loss()
}

impl Rule {
    /// Whether it refuses an experiment, given what its model has by itself.
    pub(super) fn speaks(&self, model: Model, experiment: &Value, usual: &Value) -> bool {
        self.when.iter().all(|condition| match *condition {
            Condition::On(name) => is_on(&experiment[name]),
            Condition::Off(name) => !is_on(&experiment[name]),
            Condition::Changed(name) => experiment[name] != usual[name],
            Condition::Is(name, value) => experiment[name] == value,
            Condition::IsNot(name, value) => experiment[name] != value,
            Condition::Model(is) => is(model),
        })
    }
}

fn is_on(value: &Value) -> bool {
    value.as_bool().unwrap_or(false)
        || value.as_f64().is_some_and(|number| number > 0.0)
        || value.as_str().is_some_and(|text| !text.is_empty())
}
