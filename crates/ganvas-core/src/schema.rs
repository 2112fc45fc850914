//! The experiment's fields as data: ranges, choices and presets.
//!
//! Forms, URLs and attributes on the page are generated from this table (as
//! `www/src/generated/schema.js`), and [`check`] enforces it: a range is
//! written down once.

use serde_json::{Map, Value, json};

use crate::experiment::{Activation, Conditioning, DatasetName, Model};
use crate::loss::Loss;
use crate::{Error, ErrorCode, Experiment, Result};

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number in this range, ends included.
    Integer(u64, u64),
    /// One of these whole numbers.
    OneOf(&'static [u64]),
    /// A number in this range, ends included; forms step through it in ratios.
    Number(f64, f64),
    /// True or false.
    Boolean,
}

/// One field of [`Experiment`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// The name in Rust, JSON, URLs and forms.
    pub name: &'static str,
    /// The values that it takes.
    pub kind: Kind,
    /// The models that use it; none named means every model.
    pub models: &'static [&'static str],
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        models: &[],
    }
}

const fn only(name: &'static str, kind: Kind, models: &'static [&'static str]) -> Field {
    Field { name, kind, models }
}

/// Models with a generator against a discriminator or critic.
const ADVERSARIAL: &[&str] = &[
    "dcgan",
    "gan",
    "dcgan_linear",
    "conditional",
    "wgan",
    "wgan_gp",
];
/// Those with latents.
const LATENT: &[&str] = &[
    "dcgan",
    "gan",
    "dcgan_linear",
    "conditional",
    "wgan",
    "wgan_gp",
    "vae",
];
/// Those with a generator of transposed convolutions.
const CONVOLUTIONAL: &[&str] = &["dcgan", "dcgan_linear", "conditional", "wgan", "wgan_gp"];
/// Those with discriminator updates of their own.
const WITH_DISCRIMINATOR: &[&str] = &[
    "dcgan",
    "gan",
    "dcgan_linear",
    "conditional",
    "wgan",
    "wgan_gp",
    "cyclegan",
];
/// Those with one discriminator that is not held by clipping.
const UNCLIPPED: &[&str] = &["dcgan", "gan", "dcgan_linear", "conditional", "wgan_gp"];
/// Those that can divide a discriminator's weights by their spectral norm.
const NORMALISABLE: &[&str] = &[
    "dcgan",
    "gan",
    "dcgan_linear",
    "conditional",
    "wgan_gp",
    "cyclegan",
];

/// Whether a model uses a field.
pub fn applies(name: &str, model: Model) -> bool {
    FIELDS
        .iter()
        .find(|field| field.name == name)
        .is_some_and(|field| field.models.is_empty() || field.models.contains(&model.as_str()))
}

/// Every field of [`Experiment`], in the order in which forms show them.
pub const FIELDS: &[Field] = &[
    field("model", Kind::Choice(Model::ALL)),
    field("dataset", Kind::Choice(DatasetName::ALL)),
    only(
        "loss",
        Kind::Choice(Loss::ALL),
        &["dcgan", "gan", "dcgan_linear", "conditional", "cyclegan"],
    ),
    field("width", Kind::Integer(1, 128)),
    field("image_size", Kind::OneOf(&[32, 64])),
    only("latent_dim", Kind::Integer(1, 512), LATENT),
    // BatchNorm needs at least two images to have a variance.
    field("batch_size", Kind::Integer(2, 512)),
    only(
        "discriminator_steps",
        Kind::Integer(1, 10),
        WITH_DISCRIMINATOR,
    ),
    field("generator_lr", Kind::Number(1e-6, 0.1)),
    only(
        "discriminator_lr",
        Kind::Number(1e-6, 0.1),
        WITH_DISCRIMINATOR,
    ),
    field("beta1", Kind::Number(0.0, 0.9999)),
    field("beta2", Kind::Number(0.0, 0.999_999)),
    field("epsilon", Kind::Number(1e-12, 0.1)),
    field("ema_decay", Kind::Number(0.0, 0.9999)),
    only(
        "conditioning",
        Kind::Choice(Conditioning::ALL),
        &["conditional"],
    ),
    only(
        "generator_activation",
        Kind::Choice(Activation::ALL),
        CONVOLUTIONAL,
    ),
    only("clip", Kind::Number(1e-4, 1.0), &["wgan"]),
    only("gradient_penalty", Kind::Number(0.0, 1000.0), &["wgan_gp"]),
    only("spectral_norm", Kind::Boolean, NORMALISABLE),
    only("feature_matching", Kind::Number(0.0, 1000.0), ADVERSARIAL),
    only("feature_matching_only", Kind::Boolean, ADVERSARIAL),
    only("mmd", Kind::Number(0.0, 1000.0), ADVERSARIAL),
    only("d_l2", Kind::Number(0.0, 1.0), UNCLIPPED),
    only("unrolled_steps", Kind::Integer(0, 10), ADVERSARIAL),
    only("kl_weight", Kind::Number(0.0, 100.0), &["vae"]),
    only("cycle_weight", Kind::Number(0.0, 100.0), &["cyclegan"]),
    only("identity_weight", Kind::Number(0.0, 100.0), &["cyclegan"]),
    // Up to 2³² − 1: exact in JavaScript and short in a URL.
    field("seed", Kind::Integer(0, 4_294_967_295)),
];

/// A named experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// The name in URLs and attributes.
    pub name: &'static str,
    /// All of its settings.
    pub experiment: Experiment,
    /// It shows a failure, and is meant to.
    pub fails_on_purpose: bool,
}

/// Named experiments: a good start for every system, the articles' own settings,
/// and some that fail for a known reason.
pub fn presets() -> Vec<Preset> {
    let works = |name, experiment| Preset {
        name,
        experiment,
        fails_on_purpose: false,
    };
    let fails = |name, experiment| Preset {
        name,
        experiment,
        fails_on_purpose: true,
    };
    vec![
        works("quick", Experiment::default()),
        // The best that some minutes on a CPU give: see docs/results.md.
        works(
            "clear",
            Experiment {
                width: 32,
                latent_dim: 16,
                ..Experiment::default()
            },
        ),
        works("article_004", Experiment::article_004()),
        // Under this loss D must not win early: it takes half of G's steps.
        works(
            "first_gan",
            Experiment {
                loss: Loss::Minimax,
                ..Experiment::of(Model::Gan)
            },
        ),
        // Each of its pixels depends on a shape and two colours: that takes more channels.
        works(
            "coloured_digits",
            Experiment {
                width: 32,
                latent_dim: 32,
                ..Experiment::of(Model::DcganLinear)
            },
        ),
        works("pick_a_digit", Experiment::of(Model::Conditional)),
        works(
            "wgan_clipping",
            Experiment {
                latent_dim: 16,
                clip: 0.05,
                ..Experiment::of(Model::Wgan)
            },
        ),
        works(
            "wgan_gp",
            Experiment {
                width: 24,
                latent_dim: 12,
                ..Experiment::of(Model::WganGp)
            },
        ),
        works(
            "spectral_norm",
            Experiment {
                loss: Loss::Hinge,
                spectral_norm: true,
                ..Experiment::default()
            },
        ),
        works(
            "least_squares",
            Experiment {
                loss: Loss::LeastSquares,
                ..Experiment::default()
            },
        ),
        works(
            "feature_matching",
            Experiment {
                feature_matching: 0.1,
                ..Experiment::default()
            },
        ),
        // Article 003 §3: LeakyReLU generator, MMD term, weight decay of D.
        works(
            "article_003",
            Experiment {
                generator_activation: Activation::LeakyRelu,
                mmd: 0.5,
                d_l2: 1e-4,
                ..Experiment::default()
            },
        ),
        works(
            "unrolled",
            Experiment {
                unrolled_steps: 3,
                ..Experiment::default()
            },
        ),
        works("vae", Experiment::of(Model::Vae)),
        works("cyclegan", Experiment::of(Model::Cyclegan)),
        // The generator takes ten times the steps of its discriminator, and nothing
        // (BatchNorm, say) keeps its images apart: it runs to whatever passes at the
        // moment, and draws that for every z.
        fails(
            "mode_collapse",
            Experiment {
                width: 8,
                latent_dim: 64,
                batch_size: 32,
                generator_lr: 2e-3,
                discriminator_lr: 2e-4,
                beta1: 0.9,
                ..Experiment::of(Model::Gan)
            },
        ),
        // log(1 − D(G(z))) is flat where D is sure, and this D is soon sure.
        fails(
            "vanishing_gradient",
            Experiment {
                loss: Loss::Minimax,
                discriminator_steps: 10,
                discriminator_lr: 1e-3,
                generator_lr: 1e-4,
                ..Experiment::default()
            },
        ),
        // Nothing bounds the critic's slope, so its scores run away.
        fails(
            "critic_without_penalty",
            Experiment {
                gradient_penalty: 0.0,
                discriminator_steps: 5,
                generator_lr: 5e-4,
                discriminator_lr: 5e-4,
                beta2: 0.9,
                ..Experiment::of(Model::WganGp)
            },
        ),
    ]
}

/// Checks a JSON object against [`FIELDS`]. Fields may be missing.
///
/// # Errors
///
/// `bad_experiment` with the name of the first field at fault.
pub fn check(value: &Value) -> Result<()> {
    let object = value
        .as_object()
        .ok_or_else(|| Error::new(ErrorCode::BadExperiment, "an experiment is a JSON object"))?;
    for (name, value) in object {
        let field = FIELDS
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| Error::experiment(name, "there is no such setting"))?;
        check_field(field, value)?;
    }
    Ok(())
}

fn check_field(field: &Field, value: &Value) -> Result<()> {
    let problem = match field.kind {
        Kind::Choice(options) => match value.as_str() {
            Some(text) if options.contains(&text) => return Ok(()),
            _ => format!("must be one of {}", options.join(", ")),
        },
        Kind::Integer(min, max) => match value.as_u64() {
            Some(number) if (min..=max).contains(&number) => return Ok(()),
            _ => format!("must be a whole number from {min} to {max}"),
        },
        Kind::OneOf(numbers) => match value.as_u64() {
            Some(number) if numbers.contains(&number) => return Ok(()),
            _ => format!("must be one of {numbers:?}"),
        },
        Kind::Number(min, max) => match value.as_f64() {
            Some(number) if (min..=max).contains(&number) => return Ok(()),
            _ => format!("must be a number from {min} to {max}"),
        },
        Kind::Boolean if value.is_boolean() => return Ok(()),
        Kind::Boolean => "must be true or false".to_owned(),
    };
    let shown: String = value.to_string().chars().take(40).collect();
    Err(Error::experiment(
        field.name,
        format!("{problem}, not {shown}"),
    ))
}

/// The table as JSON, for the page.
pub fn to_value() -> Value {
    let defaults = Experiment::default().to_value();
    let fields: Vec<Value> = FIELDS
        .iter()
        .map(|field| describe(field, &defaults[field.name]))
        .collect();
    let presets: Vec<Value> = presets()
        .into_iter()
        .map(|preset| {
            let changes = differences(&preset.experiment.to_value(), &defaults);
            let mut entry = json!({ "name": preset.name, "experiment": changes });
            if preset.fails_on_purpose {
                entry["fails_on_purpose"] = true.into();
            }
            entry
        })
        .collect();
    let models: Map<String, Value> = Model::ALL
        .iter()
        .filter_map(|name| serde_json::from_value(json!(name)).ok())
        .map(|model: Model| {
            let changes = differences(&Experiment::of(model).to_value(), &defaults);
            (model.as_str().to_owned(), changes)
        })
        .collect();
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "version": 1,
        "fields": fields,
        "presets": presets,
        "models": models,
        "error_codes": codes,
    })
}

fn describe(field: &Field, default: &Value) -> Value {
    let mut entry = Map::new();
    entry.insert("name".into(), field.name.into());
    match field.kind {
        Kind::Boolean => {
            entry.insert("type".into(), "boolean".into());
        }
        Kind::Choice(options) => {
            entry.insert("type".into(), "choice".into());
            entry.insert("options".into(), json!(options));
        }
        Kind::Integer(min, max) => {
            entry.insert("type".into(), "integer".into());
            entry.insert("min".into(), json!(min));
            entry.insert("max".into(), json!(max));
        }
        Kind::OneOf(numbers) => {
            entry.insert("type".into(), "integer".into());
            entry.insert("options".into(), json!(numbers));
        }
        Kind::Number(min, max) => {
            entry.insert("type".into(), "number".into());
            entry.insert("min".into(), json!(min));
            entry.insert("max".into(), json!(max));
        }
    }
    entry.insert("default".into(), default.clone());
    if !field.models.is_empty() {
        entry.insert("models".into(), json!(field.models));
    }
    Value::Object(entry)
}

fn differences(value: &Value, defaults: &Value) -> Value {
    let mut changes = Map::new();
    if let Some(object) = value.as_object() {
        for (name, value) in object {
            if defaults[name] != *value {
                changes.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(changes)
}

/// The table as the JavaScript module `www/src/generated/schema.js`.
pub fn to_javascript() -> String {
    let json = serde_json::to_string_pretty(&to_value()).unwrap_or_default();
    format!(
        "// Generated from crates/ganvas-core/src/schema.rs by `cargo xtask schema`: do not edit.\n\
         export const schema = {json};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_refused(field: &str, json: &str) {
        let error = Experiment::from_json(json).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadExperiment);
        assert_eq!(error.field(), Some(field), "{json}");
    }

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
    fn every_option_can_be_read() {
        for field in FIELDS {
            if let Kind::Choice(options) = field.kind {
                for option in options {
                    let json = json!({ field.name: option });
                    Experiment::from_value(json).unwrap();
                }
            }
        }
    }

    #[test]
    fn presets_are_valid() {
        for preset in presets() {
            preset.experiment.validate().unwrap();
        }
    }

    #[test]
    fn values_out_of_range_name_their_field() {
        for (field, json) in [
            ("batch_size", r#"{"batch_size": 0}"#),
            ("batch_size", r#"{"batch_size": -3}"#),
            ("batch_size", r#"{"batch_size": 2.5}"#),
            ("width", r#"{"width": "64"}"#),
            ("generator_lr", r#"{"generator_lr": 1e9}"#),
            ("model", r#"{"model": "diffusion"}"#),
            ("colour", r#"{"colour": 1}"#),
            ("seed", r#"{"seed": null}"#),
        ] {
            assert_refused(field, json);
        }
        assert!(Experiment::from_json("[]").is_err());
        assert!(Experiment::from_json("{").is_err());
    }

    #[test]
    fn every_model_has_valid_defaults_of_its_own() {
        for name in Model::ALL {
            let experiment = Experiment::from_value(json!({ "model": name })).unwrap();
            assert_eq!(experiment.model.as_str(), *name);
            assert_eq!(experiment, Experiment::of(experiment.model));
            let again = Experiment::from_value(experiment.to_value()).unwrap();
            assert_eq!(experiment, again);
            let switched = Experiment::default().with_changes(&json!({ "model": name }));
            assert_eq!(switched.unwrap(), experiment);
        }
    }

    #[test]
    fn contradictions_name_their_field() {
        for (field, json) in [
            (
                "gradient_penalty",
                r#"{"model": "wgan", "gradient_penalty": 10}"#,
            ),
            (
                "spectral_norm",
                r#"{"model": "vae", "spectral_norm": true}"#,
            ),
            (
                "spectral_norm",
                r#"{"model": "wgan", "spectral_norm": true}"#,
            ),
            // A discriminator with BatchNorm, or none at all, and a gradient penalty.
            ("gradient_penalty", r#"{"gradient_penalty": 10}"#),
            (
                "gradient_penalty",
                r#"{"model": "dcgan_linear", "gradient_penalty": 10}"#,
            ),
            (
                "gradient_penalty",
                r#"{"model": "conditional", "gradient_penalty": 10}"#,
            ),
            (
                "gradient_penalty",
                r#"{"model": "gan", "gradient_penalty": 10}"#,
            ),
            (
                "gradient_penalty",
                r#"{"model": "vae", "gradient_penalty": 10}"#,
            ),
            (
                "gradient_penalty",
                r#"{"model": "cyclegan", "gradient_penalty": 10}"#,
            ),
            (
                "spectral_norm",
                r#"{"model": "wgan_gp", "spectral_norm": true}"#,
            ),
            ("loss", r#"{"model": "wgan_gp", "loss": "minimax"}"#),
            ("loss", r#"{"model": "wgan_gp", "loss": "non_saturating"}"#),
            ("loss", r#"{"model": "vae", "loss": "hinge"}"#),
            ("d_l2", r#"{"model": "wgan", "d_l2": 0.1}"#),
            (
                "unrolled_steps",
                r#"{"model": "cyclegan", "unrolled_steps": 1}"#,
            ),
            (
                "feature_matching",
                r#"{"model": "vae", "feature_matching": 1}"#,
            ),
            (
                "mmd",
                r#"{"feature_matching": 1, "feature_matching_only": true, "mmd": 1}"#,
            ),
            // What would do nothing.
            ("clip", r#"{"clip": 0.05}"#),
            ("kl_weight", r#"{"kl_weight": 2}"#),
            (
                "discriminator_steps",
                r#"{"model": "vae", "discriminator_steps": 5}"#,
            ),
            ("latent_dim", r#"{"model": "cyclegan", "latent_dim": 10}"#),
            ("mmd", r#"{"model": "vae", "mmd": 1}"#),
            ("d_l2", r#"{"model": "cyclegan", "d_l2": 0.1}"#),
            (
                "generator_activation",
                r#"{"model": "gan", "generator_activation": "leaky_relu"}"#,
            ),
            (
                "feature_matching_only",
                r#"{"feature_matching_only": true}"#,
            ),
            (
                "unrolled_steps",
                r#"{"model": "wgan_gp", "unrolled_steps": 2}"#,
            ),
            ("spectral_norm", r#"{"spectral_norm": 1}"#),
        ] {
            assert_refused(field, json);
        }
        let bounded = r#"{"model": "wgan_gp", "gradient_penalty": 0, "spectral_norm": true}"#;
        assert!(Experiment::from_json(bounded).is_ok());
        assert!(Experiment::from_json("[]").is_err());
        assert!(Experiment::from_json("{").is_err());
    }
}
