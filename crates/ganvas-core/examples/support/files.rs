//! Experiments and checkpoints from the command line.

use std::path::Path;

use ganvas_core::{Error, ErrorCode, Experiment, Result};
use serde_json::{Map, Value};

use super::failure::of_file;

/// An experiment from JSON or a file with it, and from settings like `width=32`.
///
/// # Errors
///
/// `bad_experiment`.
pub fn experiment(json_or_file: Option<&str>, settings: &[String]) -> Result<Experiment> {
    let experiment = match json_or_file {
        None => Experiment::default(),
        Some(json) if json.trim_start().starts_with('{') => Experiment::from_json(json)?,
        Some(file) => {
            let path = Path::new(file);
            let json = std::fs::read_to_string(path)
                .map_err(|error| of_file(ErrorCode::BadExperiment, path, &error))?;
            Experiment::from_json(&json)?
        }
    };
    let mut changes = Map::new();
    for setting in settings {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| Error::experiment(setting, "a setting looks like width=32"))?;
        // What is no JSON is a name, such as minimax.
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        changes.insert(name.to_owned(), value);
    }
    experiment.with_changes(&Value::Object(changes))
}

/// The bytes of a checkpoint.
///
/// # Errors
///
/// `bad_checkpoint`.
pub fn read_checkpoint(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| of_file(ErrorCode::BadCheckpoint, path, &error))
}

/// Writes a file.
///
/// # Errors
///
/// The given code, when that fails.
pub fn write(code: ErrorCode, path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| of_file(code, path, &error))
}
