//! Why a setting is refused: a reason with a name, which the page words in its language.

use serde_json::{Map, Value};

use crate::Error;

/// A setting that is refused, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The setting to blame.
    pub field: String,
    /// The reason's name; the page words it as `problem.<reason>`.
    pub reason: &'static str,
    /// What its sentence speaks of.
    pub params: Map<String, Value>,
    /// The sentence, with a hole like `{min}` for each of `params`.
    text: &'static str,
}

impl Refusal {
    pub(super) fn new(field: &str, reason: &'static str, text: &'static str) -> Self {
        Self {
            field: field.to_owned(),
            reason,
            params: Map::new(),
            text,
        }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params
            .insert(name.to_owned(), Value::String(value.into()));
        self
    }

    /// The sentence for people.
    pub fn message(&self) -> String {
        let mut text = self.text.to_owned();
        for (name, value) in &self.params {
            text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
        }
        text
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::experiment(refusal.field.clone(), refusal.message())
    }
}

/// A number as JavaScript writes it, so that both languages quote it alike.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size < 1e-6 {
        format!("{value:e}")
    } else if size >= 1e21 {
        format!("{value:e}").replace('e', "e+")
    } else {
        format!("{value}")
    }
}

/// A JSON value as it is quoted; only its beginning, for it may be long.
pub(super) fn quoted(value: &Value) -> String {
    match value.as_f64() {
        Some(value) => number(value),
        None => {
            let text = value.to_string();
            let mut short: String = text.chars().take(LONGEST_QUOTE).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        }
    }
}

const LONGEST_QUOTE: usize = 40;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        for (value, text) in [
            (0.0, "0"),
            (10.0, "10"),
            (0.999_999, "0.999999"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (1e-12, "1e-12"),
            (-2.5, "-2.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_long_value_is_quoted_only_in_part() {
        assert_eq!(quoted(&json!("abc")), r#""abc""#);
        assert_eq!(quoted(&json!([1])), "[1]");
        let long = quoted(&json!("ü".repeat(1000)));
        assert_eq!(long.chars().count(), LONGEST_QUOTE + 1);
    }
}
