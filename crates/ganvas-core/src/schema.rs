//! The experiment's fields as data: ranges, choices and presets.
//!
//! Forms, URLs and attributes on the page are generated from this table (as
//! `www/src/generated/schema.js`), and [`check`] enforces it: a range is
//! written down once.

use serde_json::{Map, Value, json};

use crate::experiment::{DatasetName, Model};
use crate::loss::Loss;
use crate::{Error, ErrorCode, Experiment, Result};

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number in this range, ends included.
    Integer(u64, u64),
    /// A number in this range, ends included; forms step through it in ratios.
    Number(f64, f64),
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

/// Every field of [`Experiment`], in the order in which forms show them.
pub const FIELDS: &[Field] = &[
    field("model", Kind::Choice(Model::ALL)),
    field("dataset", Kind::Choice(DatasetName::ALL)),
    field("loss", Kind::Choice(Loss::ALL)),
    field("width", Kind::Integer(1, 128)),
    field("latent_dim", Kind::Integer(1, 512)),
    // BatchNorm needs at least two images to have a variance.
    field("batch_size", Kind::Integer(2, 512)),
    field("discriminator_steps", Kind::Integer(1, 10)),
    field("generator_lr", Kind::Number(1e-6, 0.1)),
    field("discriminator_lr", Kind::Number(1e-6, 0.1)),
    field("beta1", Kind::Number(0.0, 0.9999)),
    field("beta2", Kind::Number(0.0, 0.999_999)),
    field("epsilon", Kind::Number(1e-12, 0.1)),
    // Up to 2³² − 1: exact in JavaScript and short in a URL.
    field("seed", Kind::Integer(0, 4_294_967_295)),
];

/// Named experiments, with what each changes from the defaults.
pub fn presets() -> Vec<(&'static str, Experiment)> {
    vec![
        ("quick", Experiment::default()),
        ("article_004", Experiment::article_004()),
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
        Kind::Number(min, max) => match value.as_f64() {
            Some(number) if (min..=max).contains(&number) => return Ok(()),
            _ => format!("must be a number from {min} to {max}"),
        },
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
        .map(|(name, experiment)| {
            json!({ "name": name, "experiment": differences(&experiment.to_value(), &defaults) })
        })
        .collect();
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    json!({ "version": 1, "fields": fields, "presets": presets, "error_codes": codes })
}

fn describe(field: &Field, default: &Value) -> Value {
    let mut entry = Map::new();
    entry.insert("name".into(), field.name.into());
    match field.kind {
        Kind::Choice(options) => {
            entry.insert("type".into(), "choice".into());
            entry.insert("options".into(), json!(options));
        }
        Kind::Integer(min, max) => {
            entry.insert("type".into(), "integer".into());
            entry.insert("min".into(), json!(min));
            entry.insert("max".into(), json!(max));
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
        for (name, experiment) in presets() {
            assert!(experiment.validate().is_ok(), "{name}");
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
            let error = Experiment::from_json(json).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadExperiment);
            assert_eq!(error.field(), Some(field), "{json}");
        }
        assert!(Experiment::from_json("[]").is_err());
        assert!(Experiment::from_json("{").is_err());
    }
}
