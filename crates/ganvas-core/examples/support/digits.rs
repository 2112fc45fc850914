//! The digits to learn: MNIST where it is found, otherwise drawn ones.

use std::path::{Path, PathBuf};

use ganvas_core::experiment::DatasetName;
use ganvas_core::{Dataset, Error, ErrorCode, Result};

use super::failure::of_file;

/// Folders that are searched for MNIST, from the repository's root.
const FOLDERS: [&str; 2] = ["data/mnist", "../shared/mnist"];
const IMAGES: &str = "train-images-idx3-ubyte";
const LABELS: &str = "train-labels-idx1-ubyte";
/// Drawn digits, as many as the page uses and the same ones.
const DRAWN_COUNT: usize = 10_000;
const DRAWN_SEED: u64 = 1;

/// The dataset that an experiment asks for, with the name of what it is in the end.
///
/// `folder` is where the reader says that IDX files are.
///
/// # Errors
///
/// `bad_dataset` when the folder that was named has no readable IDX files.
pub fn find(wanted: DatasetName, folder: Option<&Path>) -> Result<(Dataset, DatasetName)> {
    if wanted == DatasetName::Procedural {
        return Ok((drawn(), DatasetName::Procedural));
    }
    if let Some(folder) = folder {
        return Ok((read(folder)?, wanted));
    }
    if wanted == DatasetName::File {
        return Err(Error::experiment(
            "dataset",
            "name the folder of the IDX files with --mnist",
        ));
    }
    match FOLDERS
        .iter()
        .map(Path::new)
        .find(|folder| has_images(folder))
    {
        Some(folder) => Ok((read(folder)?, DatasetName::Mnist)),
        None => Ok((drawn(), DatasetName::Procedural)),
    }
}

/// Digits that the program draws itself.
pub fn drawn() -> Dataset {
    Dataset::procedural(DRAWN_COUNT, DRAWN_SEED)
}

fn has_images(folder: &Path) -> bool {
    existing(folder, IMAGES).is_some()
}

fn read(folder: &Path) -> Result<Dataset> {
    let images = existing(folder, IMAGES).ok_or_else(|| {
        let missing = format!("there is neither {IMAGES}.gz nor {IMAGES}");
        of_file(ErrorCode::BadDataset, folder, &missing)
    })?;
    let images = bytes(&images)?;
    let labels = existing(folder, LABELS)
        .map(|path| bytes(&path))
        .transpose()?;
    let source = folder.display().to_string();
    Dataset::from_idx("mnist", &source, &images, labels.as_deref())
}

fn existing(folder: &Path, name: &str) -> Option<PathBuf> {
    let paths = [format!("{name}.gz"), name.to_owned()].map(|name| folder.join(name));
    paths.into_iter().find(|path| path.is_file())
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| of_file(ErrorCode::BadDataset, path, &error))
}
