//! Samples of the reference implementations, judged like our own.

use std::path::Path;

use ganvas_core::image::{PIXELS, SIDE};
use ganvas_core::{Dataset, Error, ErrorCode, GRID_COUNT, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::judge::{COUNT, Judge};
use crate::record::{Figures, Record, Store};
use crate::rows::{self, REFERENCES, Row};
use crate::support::failure::of_file;
use crate::support::picture;

/// What a reference's script writes beside its samples.
#[derive(Debug, Deserialize)]
struct Description {
    framework: String,
    seed: u64,
    steps: u64,
    seconds: f64,
    parameters: usize,
    experiment: Value,
}

/// Judges one file of samples and writes its record; the picture is that of the
/// first seed of the row that it stands beside.
///
/// # Errors
///
/// `bad_dataset` when the samples or their description cannot be read, or when they
/// are fewer than what is judged of every other run, or of a framework that no script is in.
pub fn judge(samples: &Path, judge: &Judge, store: &Store) -> Result<()> {
    let description = describe(samples)?;
    let unreadable = |error: &dyn std::fmt::Display| of_file(ErrorCode::BadDataset, samples, error);
    let framework = &description.framework;
    let reference = REFERENCES
        .iter()
        .find(|reference| reference.framework == framework)
        .ok_or_else(|| unreadable(&format!("there is no reference in {framework}")))?;
    let bytes = std::fs::read(samples).map_err(|error| unreadable(&error))?;
    let dataset = Dataset::from_idx("reference", "samples", &bytes, None)?;
    if dataset.count() < COUNT {
        return Err(unreadable(&format!("fewer than {COUNT} samples")));
    }
    let images: Vec<u8> = (0..COUNT)
        .flat_map(|index| dataset.image(index))
        .copied()
        .collect();
    let figures = Figures::from(&judge.images(&images)?);
    println!(
        "{framework} seed {}: Fréchet {:.2}, confidence {:.3}, {} modes",
        description.seed, figures.frechet_distance, figures.confidence, figures.modes
    );
    let beside = rows::all()?
        .into_iter()
        .find(|row| row.name == rows::ARTICLE);
    if beside.is_some_and(|row| row.seeds.first() == Some(&description.seed)) {
        let shown = &images[..GRID_COUNT * PIXELS];
        picture::write(&store.picture(reference.name), shown, GRID_COUNT, [SIDE, 1])?;
    }
    store.write(&Record {
        row: reference.name.to_owned(),
        seed: description.seed,
        steps: description.steps,
        seconds: description.seconds,
        parameters: description.parameters,
        experiment: description.experiment,
        figures,
        untranslated: None,
    })
}

/// Whether a record of the reference is of the same setting as a row: everything
/// that both name.
pub fn as_trained(record: &Record, row: &Row) -> bool {
    let ours = row.experiment(record.seed).to_value();
    let same = |(name, value): (&String, &Value)| ours.get(name).is_none_or(|ours| ours == value);
    record
        .experiment
        .as_object()
        .is_some_and(|theirs| theirs.iter().all(same))
}

/// `samples.json` beside `samples.idx3-ubyte`.
fn describe(samples: &Path) -> Result<Description> {
    let path = samples.with_extension("json");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| of_file(ErrorCode::BadDataset, &path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(
            ErrorCode::BadDataset,
            format!("{}: {error}", path.display()),
        )
    })
}
