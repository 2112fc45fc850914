//! The schema for the front end, as JSON and as the JavaScript modules in
//! `www/src/generated/`.

use serde_json::{Map, Value, json};

use super::field::{FIELDS, Field, Kind};
use super::presets::{START, WITHOUT_LABELS, presets};
use super::ranges::{EVALUATED, LEAST_TRUNCATION, SAMPLED};
use super::rules::{Condition, RULES, Rule};
use crate::data::CLASSES;
use crate::experiment::{Family, Model, Reading, Space, has_critic, saturates};
use crate::loss::Loss;
use crate::{ErrorCode, Experiment};

/// The schema as JSON.
pub fn to_value() -> Value {
    let usual = Experiment::default().to_value();
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "fields": FIELDS.iter().map(|field| describe(field, &usual)).collect::<Vec<_>>(),
        "defaults": Model::ALL.iter().map(|&it| defaults_of(it, &usual)).collect::<Map<_, _>>(),
        "models": Model::ALL.iter().map(|&it| traits_of_model(it)).collect::<Map<_, _>>(),
        "subjects": Model::ALL
            .iter()
            .map(|&model| (model, subject_of(model)))
            .filter(|&(_, subject)| subject != USUAL_SUBJECT)
            .map(|(model, subject)| (model.as_str().to_owned(), subject.into()))
            .collect::<Map<_, _>>(),
        "losses": Loss::ALL.iter().map(|&loss| traits_of_loss(loss)).collect::<Map<_, _>>(),
        "rules": RULES.iter().map(describe_rule).collect::<Vec<_>>(),
        "start": START,
        "without_labels": WITHOUT_LABELS,
        "presets": describe_presets(&usual),
        "cures": presets()
            .into_iter()
            .filter(|preset| !preset.cure.is_empty())
            .map(|preset| (preset.name.to_owned(), preset.cure.into()))
            .collect::<Map<_, _>>(),
        "ailments": presets()
            .into_iter()
            .filter_map(|preset| Some((preset.name.to_owned(), json!(preset.ailment?))))
            .collect::<Map<_, _>>(),
        "ranges": ranges(),
        "tunable": FIELDS
            .iter()
            .filter(|field| field.is_tunable())
            .map(|field| field.name)
            .collect::<Vec<_>>(),
        "error_codes": codes,
    })
}

fn describe(field: &Field, usual: &Value) -> Value {
    let mut entry = values_of(field.kind);
    entry["type"] = match field.kind {
        Kind::Boolean => "boolean",
        Kind::Choice(_) | Kind::OneOf(_) => "choice",
        Kind::Integer(..) => "integer",
        Kind::Number(..) => "number",
        Kind::Code { .. } => "code",
    }
    .into();
    entry["name"] = field.name.into();
    entry["default"] = usual[field.name].clone();
    which_models(&mut entry, |model| field.applies(model));
    let narrowed: Vec<Value> = field
        .narrowed()
        .iter()
        .map(|narrowed| {
            let mut entry = values_of(narrowed.kind);
            which_models(&mut entry, narrowed.of);
            entry
        })
        .collect();
    if !narrowed.is_empty() {
        entry["narrowed"] = narrowed.into();
    }
    entry
}

/// The values of a kind.
fn values_of(kind: Kind) -> Value {
    match kind {
        Kind::Boolean => json!({}),
        Kind::Choice(options) => json!({ "options": options }),
        Kind::OneOf(options) => json!({ "options": options }),
        Kind::Integer(min, max) => json!({ "min": min, "max": max }),
        Kind::Number(min, max) => json!({ "min": min, "max": max }),
        Kind::Code { unit, min, max } => json!({ "unit": unit, "min": min, "max": max }),
    }
}

/// Names the models that `are`, or those that are not, whichever list is shorter: readers
/// wait for these bytes.
fn which_models(entry: &mut Value, are: impl Fn(Model) -> bool) {
    let (these, others): (Vec<Model>, Vec<Model>) =
        Model::ALL.iter().partition(|&&model| are(model));
    if these.len() <= others.len() {
        entry["models"] = names(&these);
    } else if !others.is_empty() {
        entry["except"] = names(&others);
    }
}

/// What the front end must know of a model besides its fields: it decides by these, never
/// by the model's name.
fn traits_of_model(model: Model) -> (String, Value) {
    let traits = json!({
        "family": model.family(),
        "space": model.space(),
        "channels": model.channels(),
        "own_loss": model.own_loss(),
        "conditional": model.is_conditional(),
        "latents": model.has_latents(),
        "discriminator": model.has_discriminator(),
        "panels": model.panels(),
    });
    (model.as_str().to_owned(), traits)
}

/// What comes of most models.
const USUAL_SUBJECT: &str = "digits";

/// What a reader is told of a model, and shown, before it is started: what comes out of noise,
/// or the family of a model where nothing does. It is of the first load, which has no room for
/// all traits.
fn subject_of(model: Model) -> &'static str {
    match (model.space(), model.family(), model.channels()) {
        (Space::Plane, _, _) => "points",
        (_, Family::Autoencoder, _) => "autoencoder",
        (_, Family::Translation, _) => "translation",
        (_, Family::Adversarial, 3) => "colours",
        (_, Family::Adversarial, _) => USUAL_SUBJECT,
    }
}

fn defaults_of(model: Model, usual: &Value) -> (String, Value) {
    let changes = differences(&Experiment::of(model), usual);
    (model.as_str().to_owned(), changes.into())
}

fn traits_of_loss(loss: Loss) -> (String, Value) {
    let traits = json!({
        "reading": Reading::under(loss),
        "critic": has_critic(loss),
        "saturates": saturates(loss),
    });
    (loss.as_str().to_owned(), traits)
}

fn describe_rule(rule: &Rule) -> Value {
    let when: Vec<Value> = rule.when.iter().map(describe_condition).collect();
    json!({ "reason": rule.reason, "when": when, "refuses": rule.refuses })
}

fn describe_condition(condition: &Condition) -> Value {
    match *condition {
        Condition::On(name) => json!({ "on": name }),
        Condition::Off(name) => json!({ "off": name }),
        Condition::Changed(name) => json!({ "changed": name }),
        Condition::Is(name, value) => json!({ "is": [name, value] }),
        Condition::IsNot(name, value) => json!({ "is_not": [name, value] }),
        Condition::Model(is) => {
            let models: Vec<Model> = Model::ALL.iter().copied().filter(|&it| is(it)).collect();
            json!({ "models": names(&models) })
        }
    }
}

fn describe_presets(usual: &Value) -> Vec<Value> {
    presets()
        .into_iter()
        .map(|preset| {
            let model = preset.experiment.model;
            let mut experiment = differences(&preset.experiment, &Experiment::of(model).to_value());
            if usual["model"] != model.as_str() {
                experiment.insert("model".to_owned(), model.as_str().into());
            }
            let mut entry = json!({ "name": preset.name, "experiment": experiment });
            if preset.fails_on_purpose {
                entry["fails_on_purpose"] = true.into();
            }
            if preset.teaches {
                entry["teaches"] = true.into();
            }
            entry
        })
        .collect()
}

/// What calls are refused by, where no setting is asked for.
fn ranges() -> Value {
    let [sampled, evaluated] =
        [SAMPLED, EVALUATED].map(|range| json!({ "min": range.start(), "max": range.end() }));
    json!({
        "sampled": sampled,
        "evaluated": evaluated,
        "truncation": { "min": round(LEAST_TRUNCATION) },
        "label": { "min": 0, "max": CLASSES - 1 },
    })
}

/// The number that a single-precision one is written as.
fn round(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn names(models: &[Model]) -> Value {
    models.iter().map(|model| model.as_str()).collect()
}

fn differences(experiment: &Experiment, usual: &Value) -> Map<String, Value> {
    let value = experiment.to_value();
    FIELDS
        .iter()
        .map(|field| (field.name, &value[field.name]))
        .filter(|(name, value)| usual[name] != **value)
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

/// The modules of the front end, and the tables that each exports. The element reads its
/// attributes before anything else is loaded; it needs the first one alone.
const MODULES: [(&str, &[&str]); 2] = [
    (
        "schema.js",
        &[
            "fields",
            "defaults",
            "presets",
            "start",
            "without_labels",
            "subjects",
            "rules",
        ],
    ),
    (
        "model-traits.js",
        &[
            "models",
            "losses",
            "cures",
            "ailments",
            "ranges",
            "tunable",
            "error_codes",
        ],
    ),
];

/// The front end's modules by their names.
pub fn modules() -> Vec<(&'static str, String)> {
    let schema = to_value();
    let module = |tables: &[&str]| {
        let mut text = String::from(
            "// Generated from crates/ganvas-core/src/schema/ by `cargo xtask schema`: do not edit.\n",
        );
        for name in tables {
            let json = serde_json::to_string_pretty(&schema[name]).unwrap_or_default();
            text.push_str(&format!("\nexport const {name} = {json};\n"));
        }
        text
    };
    MODULES
        .map(|(name, tables)| (name, module(tables)))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_in_one_module() {
        let schema = to_value();
        let mut tables: Vec<&str> = MODULES
            .iter()
            .flat_map(|(_, tables)| *tables)
            .copied()
            .collect();
        tables.sort_unstable();
        let all: Vec<&String> = schema.as_object().unwrap().keys().collect();
        assert_eq!(tables, all);
    }
}
