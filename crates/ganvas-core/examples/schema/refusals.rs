//! Settings by the hundred, and for each the refusal or the blessing that Rust has for it.
//! The front end evaluates the same rules in JavaScript; its test goes through this list.

use ganvas_core::Experiment;
use ganvas_core::experiment::{DatasetName, Model};
use ganvas_core::schema::{FIELDS, Field, Kind, RULES, presets};
use serde_json::{Value, json};

/// One case a line: the changes, the experiment that they are made to where it is not the
/// default one, and the refusal, if there is one.
pub fn to_json() -> String {
    let lines: Vec<String> = cases().iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn cases() -> Vec<Value> {
    let whole = Experiment::default();
    let mut cases: Vec<Value> = broken()
        .into_iter()
        .map(|it| case(None, &whole, it))
        .collect();
    for &model in Model::ALL {
        let of = |settings: &[(&str, &Value)]| {
            let mut changes = json!({ "model": model });
            for (name, value) in settings {
                changes[*name] = (*value).clone();
            }
            changes
        };
        let usual = Experiment::of(model).to_value();
        // Each setting alone, at its usual value and at another one.
        for field in FIELDS.iter().filter(|field| field.name != "model") {
            let usual = &usual[field.name];
            for value in [usual.clone(), another(field, usual)] {
                cases.push(case(None, &whole, of(&[(field.name, &value)])));
            }
        }
        // Each dataset, with a drawing and without.
        for dataset in DatasetName::NAMES {
            let (dataset, drawing) = (json!(dataset), json!("AAA_-z"));
            cases.push(case(None, &whole, of(&[("dataset", &dataset)])));
            let both = [("dataset", &dataset), ("drawing", &drawing)];
            cases.push(case(None, &whole, of(&both)));
        }
        // Each pair of what rules speak of, switched on.
        let terms = terms(model);
        for (at, first) in terms.iter().enumerate() {
            for second in &terms[at + 1..] {
                let settings = [(first.0, &first.1), (second.0, &second.1)];
                cases.push(case(None, &whole, of(&settings)));
            }
        }
    }
    // Changes to an experiment that may have its own terms already.
    for preset in presets() {
        let before = Some(preset.name);
        let terms = terms(preset.experiment.model);
        for (at, (name, value)) in terms.iter().enumerate() {
            let changes = json!({ *name: value });
            cases.push(case(before, &preset.experiment, changes));
            if preset.experiment.feature_matching > 0.0 {
                for (other, its) in &terms[at + 1..] {
                    let changes = json!({ *name: value, *other: its });
                    cases.push(case(before, &preset.experiment, changes));
                }
            }
        }
        for model in Model::NAMES {
            let changes = json!({ "model": model, "feature_matching_only": true });
            cases.push(case(before, &preset.experiment, changes));
        }
    }
    cases
}

fn case(preset: Option<&str>, before: &Experiment, changes: Value) -> Value {
    let refused = match before.with_changes(&changes) {
        Ok(_) => Value::Null,
        Err(error) => json!({ "field": error.field(), "message": error.message() }),
    };
    let mut case = json!({ "changes": changes, "refused": refused });
    if let Some(name) = preset {
        case["preset"] = name.into();
    }
    case
}

/// What is wrong by itself, whatever the model.
fn broken() -> Vec<Value> {
    let mut list = vec![
        json!({ "colour": 1 }),
        json!({ "zeal": 1, "colour": 1, "width": 0 }),
        // The first field of the table is blamed, not the first that was written.
        json!({ "width": 0, "beta1": 7, "loss": "none" }),
    ];
    for field in FIELDS {
        let values = match field.kind {
            Kind::Choice(_) => vec![json!("nonsense"), json!(1), json!("x".repeat(100))],
            Kind::OneOf(_) => vec![json!(48), json!("32"), json!(-1)],
            Kind::Integer(min, max) => vec![json!(min as i64 - 1), json!(max + 1), json!("2")],
            Kind::Number(min, max) => vec![json!(min / 2.0 - 1e-13), json!(2.0 * max), json!([])],
            Kind::Boolean => vec![json!(0), json!("true"), json!({ "a": [1] })],
            Kind::Code { unit, min, max } => vec![
                json!(0),
                json!("a".repeat(min - unit)),
                json!("a".repeat(unit + 1)),
                json!("ä b"),
                json!("a".repeat(max + unit)),
            ],
        };
        for value in values.into_iter().chain([Value::Null]) {
            list.push(json!({ field.name: value }));
        }
        if let Kind::Integer(min, _) = field.kind {
            list.push(json!({ field.name: min as f64 + 0.5 }));
        }
    }
    list
}

/// Settings that are off by default, switched on, and choices, changed.
fn terms(model: Model) -> Vec<(&'static str, Value)> {
    let usual = Experiment::of(model).to_value();
    let is_term = |field: &&Field| match field.kind {
        Kind::Choice(_) => !["model", "dataset"].contains(&field.name),
        Kind::Code { .. } => true,
        Kind::OneOf(_) => false,
        _ => usual[field.name] == json!(false) || usual[field.name].as_f64() == Some(0.0),
    };
    FIELDS
        .iter()
        .filter(is_term)
        .map(|field| (field.name, another(field, &usual[field.name])))
        .collect()
}

/// A value that a field takes, other than its usual one.
fn another(field: &Field, usual: &Value) -> Value {
    let values = match field.kind {
        Kind::Choice(options) => options.iter().map(|it| json!(it)).collect(),
        Kind::OneOf(options) => options.iter().map(|it| json!(it)).collect(),
        Kind::Integer(min, max) => vec![json!(max), json!(min)],
        // Halves are the same number in every language, and in range of every field.
        Kind::Number(_, max) => vec![json!(max / 2.0), json!(max / 4.0)],
        Kind::Boolean => vec![json!(true), json!(false)],
        Kind::Code { unit, .. } => vec![json!("A-_z09".repeat(unit))],
    };
    let other = values.into_iter().find(|value| value != usual);
    other.unwrap_or(Value::Null)
}

/// Which rules and which other reasons the cases bring up.
#[allow(dead_code, reason = "the test asks, the example does not")]
pub fn unheard_rules() -> Vec<&'static str> {
    let told: Vec<String> = cases()
        .iter()
        .filter_map(|case| case["refused"]["message"].as_str().map(str::to_owned))
        .collect();
    RULES
        .iter()
        .filter(|rule| {
            let end = rule.text.rsplit("{model}").next().unwrap_or_default();
            !told.iter().any(|message| message.ends_with(end))
        })
        .map(|rule| rule.reason)
        .collect()
}
