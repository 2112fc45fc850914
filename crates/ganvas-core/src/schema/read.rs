//! Experiments from JSON.

use serde_json::{Map, Value, json};

use super::check::{check_combination, check_ranges, object_of};
use super::field::{FIELDS, applies};
use crate::experiment::Model;
use crate::{Error, ErrorCode, Experiment, Result};

impl Experiment {
    /// Reads and validates JSON.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, with the field's name where one is at fault.
    pub fn from_json(json: &str) -> Result<Self> {
        Self::from_value(serde_json::from_str(json).map_err(unreadable)?)
    }

    /// Reads and validates a JSON value.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`].
    pub fn from_value(value: Value) -> Result<Self> {
        let settings = object_of(&value)?;
        check_ranges(settings)?;
        Self::of(model_of(settings, Self::default().model)).changed(settings, settings)
    }

    /// Reads and validates what [`Experiment::to_value`] wrote, maybe long ago: a setting
    /// that its model does not use may have another default by now.
    fn from_record(value: Value) -> Result<Self> {
        let settings = object_of(&value)?;
        check_ranges(settings)?;
        Self::of(model_of(settings, Self::default().model)).changed(settings, &Map::new())
    }

    /// Reads and validates the record of a checkpoint. One from before there were averages
    /// and projections had neither.
    pub(crate) fn from_checkpoint(mut value: Value) -> Result<Self> {
        if let Some(fields) = value.as_object_mut() {
            let before = [
                ("ema_decay", json!(0.0)),
                ("conditioning", json!("concatenation")),
            ];
            let model = model_of(fields, Self::default().model);
            for (name, value) in before.into_iter().filter(|(name, _)| applies(name, model)) {
                fields.entry(name).or_insert(value);
            }
        }
        Self::from_record(value)
    }

    /// The experiment as a JSON object with the fields that its model uses.
    pub fn to_record(&self) -> Value {
        let mut value = self.to_value();
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| applies(name, self.model));
        }
        value
    }

    /// This experiment with some fields replaced.
    ///
    /// Another `model` brings its own defaults with it; of the old experiment only
    /// the dataset and the seed stay.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`].
    pub fn with_changes(&self, changes: &Value) -> Result<Self> {
        let changes = object_of(changes)?;
        check_ranges(changes)?;
        let model = model_of(changes, self.model);
        if model == self.model {
            return self.changed(changes, changes);
        }
        let mut fresh = Self {
            seed: self.seed,
            ..Self::of(model)
        };
        // Data stay where the new model takes them.
        if self.dataset.space() == model.space() {
            fresh.dataset = self.dataset;
            fresh.drawing.clone_from(&self.drawing);
        }
        fresh.changed(changes, changes)
    }

    /// This experiment with some fields replaced that a run can change under way.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`]; also for a field that decides what the networks are, what
    /// they are fed or what is kept of them.
    pub fn tuned(&self, changes: &Value) -> Result<Self> {
        let tuned = self.with_changes(changes)?;
        let (old, new) = (self.to_value(), tuned.to_value());
        match FIELDS
            .iter()
            .find(|field| !field.is_tunable() && old[field.name] != new[field.name])
        {
            None => Ok(tuned),
            Some(field) => Err(Error::experiment(
                field.name,
                "cannot change during a run: start over with it",
            )),
        }
    }

    /// Checks ranges and combinations.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        let value = self.to_value();
        check_ranges(object_of(&value)?)?;
        Ok(check_combination(self.model, &value, &Map::new())?)
    }

    /// Puts changes in place that are in their ranges.
    fn changed(&self, changes: &Map<String, Value>, named: &Map<String, Value>) -> Result<Self> {
        let mut value = self.to_value();
        if let Some(whole) = value.as_object_mut() {
            whole.extend(changes.clone());
            // Other data take the drawing's place.
            if whole["dataset"] != "points" && !named.contains_key("drawing") {
                whole.insert("drawing".to_owned(), json!(""));
            }
        }
        check_combination(self.model, &value, named)?;
        serde_json::from_value(value).map_err(unreadable)
    }
}

fn model_of(settings: &Map<String, Value>, otherwise: Model) -> Model {
    settings
        .get("model")
        .and_then(|model| serde_json::from_value(model.clone()).ok())
        .unwrap_or(otherwise)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorCode::BadExperiment, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Conditioning;

    fn assert_refused(field: &str, json: &str) {
        let error = Experiment::from_json(json).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadExperiment);
        assert_eq!(error.field(), Some(field), "{json}");
    }

    #[test]
    fn values_out_of_range_name_their_field() {
        for (field, json) in [
            ("batch_size", r#"{"batch_size": 0}"#),
            ("batch_size", r#"{"batch_size": -3}"#),
            ("batch_size", r#"{"batch_size": 2.5}"#),
            ("width", r#"{"width": "64"}"#),
            ("image_size", r#"{"image_size": 48}"#),
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
        for name in Model::NAMES {
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
    fn a_checkpoint_reads_what_was_recorded_then_and_now() {
        for &model in Model::ALL {
            let experiment = Experiment::of(model);
            let again = Experiment::from_checkpoint(experiment.to_record()).unwrap();
            assert_eq!(again, experiment);
            // All fields were recorded once, and there were fewer of them.
            let mut old = experiment.to_value();
            for name in ["image_size", "ema_decay", "conditioning"] {
                old.as_object_mut().unwrap().remove(name);
            }
            let old = Experiment::from_checkpoint(old).unwrap();
            assert_eq!(old.image_size, 32);
            assert_eq!(old.ema_decay, 0.0);
            let told = old.conditioning == Conditioning::Concatenation;
            assert_eq!(told, model.is_conditional());
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
