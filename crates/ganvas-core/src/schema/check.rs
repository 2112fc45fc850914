//! Checks of settings against the table and the rules.

use serde_json::{Map, Value, json};

use super::field::{FIELDS, Field, Kind};
use super::refusal::{Refusal, number, quoted};
use super::rules::RULES;
use crate::experiment::Model;
use crate::{Error, ErrorCode, Experiment, Result};

/// Checks a JSON object against [`FIELDS`]. Fields may be missing.
///
/// # Errors
///
/// `bad_experiment` with the name of the first field at fault.
pub fn check(value: &Value) -> Result<()> {
    Ok(check_ranges(object_of(value)?)?)
}

/// The settings of a JSON value.
pub(super) fn object_of(value: &Value) -> Result<&Map<String, Value>> {
    value
        .as_object()
        .ok_or_else(|| Error::new(ErrorCode::BadExperiment, "an experiment is a JSON object"))
}

/// Every setting must be known, and in its range.
pub(super) fn check_ranges(settings: &Map<String, Value>) -> Result<(), Refusal> {
    if let Some(name) = settings.keys().find(|name| Field::named(name).is_none()) {
        let text = "there is no such setting";
        return Err(Refusal::new(name, "unknown_field", text));
    }
    FIELDS
        .iter()
        .filter_map(|field| Some((field, settings.get(field.name)?)))
        .try_for_each(|(field, value)| check_range(field, field.kind, value))
}

fn check_range(field: &Field, kind: Kind, value: &Value) -> Result<(), Refusal> {
    let refused =
        |reason, text| Refusal::new(field.name, reason, text).with("value", quoted(value));
    match kind {
        Kind::Choice(options) if value.as_str().is_some_and(|it| options.contains(&it)) => Ok(()),
        Kind::Choice(options) => Err(no_option(field, &options.join(", "), value)),
        Kind::OneOf(options) if options.iter().any(|it| *value == json!(it)) => Ok(()),
        Kind::OneOf(options) => {
            let options: Vec<String> = options.iter().map(usize::to_string).collect();
            Err(no_option(field, &options.join(", "), value))
        }
        Kind::Integer(min, max) => match value.as_u64() {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => {
                let text = "must be a whole number from {min} to {max}, not {value}";
                let refusal = refused("not_whole", text);
                Err(refusal
                    .with("min", min.to_string())
                    .with("max", max.to_string()))
            }
        },
        Kind::Number(min, max) => match value.as_f64() {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => {
                let text = "must be a number from {min} to {max}, not {value}";
                let refusal = refused("not_number", text);
                Err(refusal.with("min", number(min)).with("max", number(max)))
            }
        },
        Kind::Boolean if value.is_boolean() => Ok(()),
        Kind::Boolean => Err(refused("not_boolean", "must be true or false, not {value}")),
        Kind::Code { unit, min, max } => match value.as_str() {
            Some("") => Ok(()),
            Some(text) if is_code(text, unit) && (min..=max).contains(&text.len()) => Ok(()),
            _ => {
                let text = "must be letters, digits, - and _, {min} to {max} of them in pieces \
                            of {unit}, not {value}";
                let refusal = refused("not_code", text);
                Err(refusal
                    .with("unit", unit.to_string())
                    .with("min", min.to_string())
                    .with("max", max.to_string()))
            }
        },
    }
}

fn is_code(text: &str, unit: usize) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len().is_multiple_of(unit) && text.bytes().all(known)
}

fn no_option(field: &Field, options: &str, value: &Value) -> Refusal {
    Refusal::new(
        field.name,
        "no_option",
        "must be one of {options}, not {value}",
    )
    .with("options", options)
    .with("value", quoted(value))
}

/// Settings must go together, and do something.
///
/// A setting that `named` holds must be one that the model uses, unless it has the value
/// that it has anyway: whoever names it expects that it does something. Of the others a
/// number that nobody looks at may stand, but no term that is switched on.
pub(super) fn check_combination(
    model: Model,
    experiment: &Value,
    named: &Map<String, Value>,
) -> Result<(), Refusal> {
    FIELDS
        .iter()
        .filter(|field| field.applies(model) && !field.narrowed().is_empty())
        .try_for_each(|field| check_range(field, field.kind_of(model), &experiment[field.name]))?;
    let usual = Experiment::of(model).to_value();
    if let Some(rule) = RULES.iter().find(|it| it.speaks(model, experiment, &usual)) {
        let refusal = Refusal::new(rule.refuses, rule.reason, rule.text);
        return Err(refusal.with("model", model.as_str()));
    }
    let unused = FIELDS.iter().find(|field| {
        let counts = named.contains_key(field.name) || !field.is_idle(&usual[field.name]);
        counts && !field.applies(model) && !same(&experiment[field.name], &usual[field.name])
    });
    match unused {
        None => Ok(()),
        Some(field) => {
            let text = "does nothing in {model}: leave it out, or take another model";
            Err(Refusal::new(field.name, "unused", text).with("model", model.as_str()))
        }
    }
}

/// Whether two JSON values mean the same, 1 and 1.0 too.
fn same(a: &Value, b: &Value) -> bool {
    a == b || (a.is_number() && a.as_f64() == b.as_f64())
}
