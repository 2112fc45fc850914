//! The table of the experiment's fields.

use serde_json::Value;

use crate::data::point_text;
use crate::experiment::{Activation, Conditioning, DatasetName, Model, Space};
use crate::image;
use crate::loss::Loss;

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// One of these numbers.
    OneOf(&'static [usize]),
    /// A whole number in this range, ends included.
    Integer(u64, u64),
    /// A number in this range, ends included; forms step through it in ratios.
    Number(f64, f64),
    /// True or false.
    Boolean,
    /// Letters, digits, `-` and `_`: nothing, or whole pieces of `unit` characters, from `min`
    /// characters to `max`.
    Code {
        /// Characters of a piece.
        unit: usize,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
}

/// What some models take of a field's values.
#[derive(Debug, Clone, Copy)]
pub struct Narrowed {
    /// Which models.
    pub of: fn(Model) -> bool,
    /// Which values, of the same kind.
    pub kind: Kind,
}

/// What a run can change under way: it is looked at anew in each update, and no network, no
/// batch and no number that is kept has another shape by it.
const TUNABLE: &[&str] = &[
    "loss",
    "discriminator_steps",
    "generator_lr",
    "discriminator_lr",
    "beta1",
    "beta2",
    "epsilon",
    "clip",
    "gradient_penalty",
    "feature_matching",
    "feature_matching_only",
    "mmd",
    "d_l2",
    "unrolled_steps",
    "kl_weight",
    "cycle_weight",
    "identity_weight",
];

/// One field of [`crate::Experiment`].
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name in Rust, JSON, URLs and forms.
    pub name: &'static str,
    /// The values that it takes.
    pub kind: Kind,
    /// Whether a model uses it; with none, every model does.
    used_by: Option<fn(Model) -> bool>,
    /// The values that some models take of it, where those are fewer.
    narrowed: &'static [Narrowed],
}

impl Field {
    /// The field of a name.
    pub fn named(name: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// Whether a run can change it under way; see [`Training::tune`](crate::Training::tune).
    pub fn is_tunable(&self) -> bool {
        TUNABLE.contains(&self.name)
    }

    /// Whether a model uses it.
    pub fn applies(&self, model: Model) -> bool {
        self.used_by.is_none_or(|uses| uses(model))
    }

    /// The values that a model takes.
    pub fn kind_of(&self, model: Model) -> Kind {
        let narrowed = self.narrowed.iter().find(|narrowed| (narrowed.of)(model));
        narrowed.map_or(self.kind, |narrowed| narrowed.kind)
    }

    /// What some models take of the values.
    pub fn narrowed(&self) -> &'static [Narrowed] {
        self.narrowed
    }

    /// Whether a value means the same as leaving the field out altogether: a plain number
    /// that is merely not looked at. A term that is switched on and a name that is chosen
    /// are more than that.
    pub(super) fn is_idle(&self, usual: &Value) -> bool {
        let is_number = matches!(
            self.kind,
            Kind::Integer(..) | Kind::Number(..) | Kind::OneOf(_)
        );
        is_number && usual.as_f64() != Some(0.0)
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        used_by: None,
        narrowed: &[],
    }
}

const fn only(uses: fn(Model) -> bool, name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        used_by: Some(uses),
        narrowed: &[],
    }
}

impl Field {
    const fn narrowed_to(self, narrowed: &'static [Narrowed]) -> Self {
        Self { narrowed, ..self }
    }
}

/// Whether a model uses a field.
pub fn applies(name: &str, model: Model) -> bool {
    Field::named(name).is_some_and(|field| field.applies(model))
}

/// Clipping holds a critic's weights already.
fn takes_weight_decay(model: Model) -> bool {
    model.is_adversarial() && !model.is_clipped()
}

/// Clipping bounds a critic's slope already.
fn takes_spectral_norm(model: Model) -> bool {
    model.has_discriminator() && !model.is_clipped()
}

/// Every field of [`crate::Experiment`], in the order in which forms show them.
pub const FIELDS: &[Field] = &[
    field("model", Kind::Choice(Model::NAMES)),
    field("dataset", Kind::Choice(DatasetName::NAMES)).narrowed_to(&[
        Narrowed {
            of: Model::has_images,
            kind: Kind::Choice(DatasetName::names_in(Space::Image)),
        },
        Narrowed {
            of: Model::has_points,
            kind: Kind::Choice(DatasetName::names_in(Space::Plane)),
        },
    ]),
    only(
        Model::has_points,
        "drawing",
        Kind::Code {
            unit: point_text::UNIT,
            min: point_text::UNIT * point_text::MIN_POINTS,
            max: point_text::UNIT * point_text::MAX_POINTS,
        },
    ),
    only(Model::has_choice_of_loss, "loss", Kind::Choice(Loss::NAMES)),
    field("width", Kind::Integer(1, 128)),
    only(Model::has_images, "image_size", Kind::OneOf(&image::SIDES)),
    // The plane shows what G makes of all z, as a line or a grid.
    only(Model::has_latents, "latent_dim", Kind::Integer(1, 512)).narrowed_to(&[Narrowed {
        of: Model::has_points,
        kind: Kind::Integer(1, 2),
    }]),
    // BatchNorm needs at least two images to have a variance.
    field("batch_size", Kind::Integer(2, 512)),
    only(
        Model::has_discriminator,
        "discriminator_steps",
        Kind::Integer(1, 10),
    ),
    field("generator_lr", Kind::Number(1e-6, 0.1)),
    only(
        Model::has_discriminator,
        "discriminator_lr",
        Kind::Number(1e-6, 0.1),
    ),
    field("beta1", Kind::Number(0.0, 0.9999)),
    field("beta2", Kind::Number(0.0, 0.999_999)),
    field("epsilon", Kind::Number(1e-12, 0.1)),
    field("ema_decay", Kind::Number(0.0, 0.9999)),
    only(
        Model::is_conditional,
        "conditioning",
        Kind::Choice(Conditioning::NAMES),
    ),
    only(
        Model::has_choice_of_activation,
        "generator_activation",
        Kind::Choice(Activation::NAMES),
    ),
    // A critic that is not clipped would be another model; on the plane it may be seen.
    only(Model::has_clip, "clip", Kind::Number(0.0, 1.0)).narrowed_to(&[Narrowed {
        of: Model::is_clipped,
        kind: Kind::Number(1e-4, 1.0),
    }]),
    only(
        Model::has_gradient_penalty,
        "gradient_penalty",
        Kind::Number(0.0, 1000.0),
    ),
    only(takes_spectral_norm, "spectral_norm", Kind::Boolean),
    only(
        Model::is_adversarial,
        "feature_matching",
        Kind::Number(0.0, 1000.0),
    ),
    only(
        Model::is_adversarial,
        "feature_matching_only",
        Kind::Boolean,
    ),
    only(Model::is_adversarial, "mmd", Kind::Number(0.0, 1000.0)),
    only(takes_weight_decay, "d_l2", Kind::Number(0.0, 1.0)),
    only(
        Model::is_adversarial,
        "unrolled_steps",
        Kind::Integer(0, 10),
    ),
    only(Model::is_autoencoder, "kl_weight", Kind::Number(0.0, 100.0)),
    only(
        Model::is_translation,
        "cycle_weight",
        Kind::Number(0.0, 100.0),
    ),
    only(
        Model::is_translation,
        "identity_weight",
        Kind::Number(0.0, 100.0),
    ),
    // Up to 2³² − 1: exact in JavaScript and short in a URL.
    field("seed", Kind::Integer(0, 4_294_967_295)),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Experiment;

    #[test]
    fn every_field_of_the_experiment_is_in_the_table() {
        let value = Experiment::default().to_value();
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), FIELDS.len());
        for field in FIELDS {
            assert!(!value[field.name].is_null(), "{}", field.name);
        }
    }

    #[test]
    fn what_can_be_tuned_is_a_field() {
        for name in TUNABLE {
            assert!(Field::named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_option_can_be_read() {
        for field in FIELDS {
            let options = match field.kind {
                Kind::Choice(options) => json!(options),
                Kind::OneOf(options) => json!(options),
                _ => continue,
            };
            for option in options.as_array().unwrap() {
                let taken = Model::ALL.iter().any(|&model| {
                    let mut settings = json!({ "model": model });
                    settings[field.name] = option.clone();
                    if option == "points" {
                        settings["drawing"] = json!("AAAAAA");
                    }
                    field.applies(model) && Experiment::from_value(settings).is_ok()
                });
                assert!(taken, "{}: {option}", field.name);
            }
        }
    }
}
