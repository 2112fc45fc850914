//! What one run left behind, as a JSON file.

use std::path::{Path, PathBuf};

use ganvas_core::metric::Evaluation;
use ganvas_core::{Error, ErrorCode, Experiment, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rows::Row;
use crate::support::failure::of_file;
use crate::support::files;

/// One run and its figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The row that it belongs to.
    pub row: String,
    /// Seed of weights, latents and shuffling.
    pub seed: u64,
    /// Generator updates.
    pub steps: u64,
    /// Processor time of the training alone.
    pub seconds: f64,
    /// Numbers that were learnt, of all networks together.
    pub parameters: usize,
    /// What was trained: all settings.
    pub experiment: Value,
    /// What the images are worth.
    pub figures: Figures,
    /// CycleGAN: what the drawn digits are worth before they are translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untranslated: Option<Figures>,
}

/// The figures that the page shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figures {
    /// Images that were judged.
    pub count: usize,
    /// Real images that they were compared with.
    pub reference_count: usize,
    /// Distance to the real images, in the classifier's features.
    pub frechet_distance: f64,
    /// The same of other real images.
    pub frechet_floor: f64,
    /// Mean largest probability.
    pub confidence: f64,
    /// The same of real images.
    pub real_confidence: f64,
    /// Digits that are covered.
    pub modes: usize,
    /// KL divergence of the digits' shares from equal ones, in nats.
    pub kl_to_uniform: f64,
}

impl From<&Evaluation> for Figures {
    fn from(evaluation: &Evaluation) -> Self {
        Self {
            count: evaluation.count,
            reference_count: evaluation.reference_count,
            frechet_distance: evaluation.frechet_distance,
            frechet_floor: evaluation.frechet_floor,
            confidence: evaluation.confidence,
            real_confidence: evaluation.real_confidence,
            modes: evaluation.modes,
            kl_to_uniform: evaluation.kl_to_uniform,
        }
    }
}

/// The folder of records and pictures.
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    ///
    /// `internal` when that fails.
    pub fn open(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder)
            .map_err(|error| of_file(ErrorCode::Internal, &folder, &error))?;
        Ok(Self { folder })
    }

    /// Whether the run has a record of the row's present settings.
    pub fn has(&self, row: &Row, seed: u64) -> bool {
        self.read(row.name, seed)
            .is_some_and(|record| record.fits(row))
    }

    /// The record of a run, where there is a readable one.
    pub fn read(&self, row: &str, seed: u64) -> Option<Record> {
        let text = std::fs::read_to_string(self.path(row, seed)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// # Errors
    ///
    /// `internal` when the file cannot be written.
    pub fn write(&self, record: &Record) -> Result<()> {
        let mut text = serde_json::to_string_pretty(record)
            .map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
        text.push('\n');
        let path = self.path(&record.row, record.seed);
        files::write(ErrorCode::Internal, &path, text.as_bytes())
    }

    fn path(&self, row: &str, seed: u64) -> PathBuf {
        self.folder.join(format!("{row}-{seed}.json"))
    }

    /// Where the row's picture belongs.
    pub fn picture(&self, row: &str) -> PathBuf {
        self.folder.join(picture_name(row))
    }
}

/// File name of a row's picture.
pub fn picture_name(row: &str) -> String {
    Path::new(row).with_extension("png").display().to_string()
}

impl Record {
    /// Whether it is of the row as the row is now.
    pub fn fits(&self, row: &Row) -> bool {
        // A setting that a record does not name is younger than the record, and has its default.
        let trained = Experiment::from_value(self.experiment.clone());
        self.steps == row.steps && trained.is_ok_and(|it| it == row.experiment(self.seed))
    }
}
