//! Real MNIST for the site: from a folder, or from its public mirrors, or not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use flate2::{Compression, GzBuilder};

use crate::proc;
use crate::project::Project;

/// The four IDX files, training set first; the page needs at least that one.
const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

const MIRRORS: [&str; 2] = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/// After a failed download builds stay quick: the mirrors are asked again an hour later.
const RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Puts MNIST into the site, or says that the page will draw its own digits.
///
/// # Errors
/// When `folder` was named and holds no MNIST, or when the site cannot be written.
pub fn place(project: &Project, folder: Option<&Path>, site: &Path) -> Result<()> {
    let source = match folder {
        Some(folder) if complete(folder) => Some(folder.to_path_buf()),
        Some(folder) => bail!(
            "{} holds no MNIST: {} and {} are needed, .gz or plain",
            folder.display(),
            FILES[0],
            FILES[1]
        ),
        None => search(project).or_else(|| download(project)),
    };
    let Some(source) = source else {
        println!(
            "no MNIST found: the page will use its embedded digits (give a folder with --mnist DIR)"
        );
        return Ok(());
    };
    for name in FILES {
        if let Some(bytes) = packed(&source, name)? {
            proc::write_if_changed(&site.join("data/mnist").join(format!("{name}.gz")), &bytes)?;
        }
    }
    println!(
        "MNIST from {}",
        source
            .strip_prefix(&project.root)
            .unwrap_or(&source)
            .display()
    );
    Ok(())
}

fn search(project: &Project) -> Option<PathBuf> {
    ["data/mnist", "../shared/mnist"]
        .into_iter()
        .map(|folder| project.path(folder))
        .find(|folder| complete(folder))
}

/// Whether a folder has the training set.
fn complete(folder: &Path) -> bool {
    FILES[..2].iter().all(|name| find(folder, name).is_some())
}

/// The file under one of the names that MNIST is handed around with.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    // Some archives write a dot for the second dash.
    let dotted = name.replace("-idx", ".idx");
    [
        format!("{name}.gz"),
        name.to_owned(),
        format!("{dotted}.gz"),
        dotted,
    ]
    .into_iter()
    .map(|name| folder.join(name))
    .find(|path| path.is_file())
}

/// A file's bytes, gzipped unless they already are.
fn packed(folder: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let Some(path) = find(folder, name) else {
        return Ok(None);
    };
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if is_gzip(&bytes) {
        return Ok(Some(bytes));
    }
    // No name and no time inside: the same input gives the same file.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    Ok(Some(encoder.finish()?))
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Fetches all four files into data/mnist, from the first mirror that answers.
fn download(project: &Project) -> Option<PathBuf> {
    let failed = project.stamp("mnist-unreachable");
    let recent = |path: &Path| {
        SystemTime::now()
            .duration_since(path.metadata().ok()?.modified().ok()?)
            .ok()
    };
    if recent(&failed).is_some_and(|age| age < RETRY_AFTER) || proc::which("curl").is_none() {
        return None;
    }
    let folder = project.path("data/mnist");
    for mirror in MIRRORS {
        println!("fetching MNIST from {mirror}");
        if FILES
            .iter()
            .all(|name| fetch(project, mirror, name, &folder).is_ok())
        {
            let _ = fs::remove_file(&failed);
            return Some(folder);
        }
    }
    let _ = proc::write(&failed, b"");
    None
}

fn fetch(project: &Project, mirror: &str, name: &str, folder: &Path) -> Result<()> {
    let file = folder.join(format!("{name}.gz"));
    if file.is_file() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let part = folder.join(format!("{name}.gz.part"));
    let mut curl = proc::command(project, "curl");
    curl.args([
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        "--connect-timeout",
        "5",
        "--max-time",
        "90",
        "--output",
    ]);
    let status = curl.arg(&part).arg(format!("{mirror}{name}.gz")).status()?;
    let good = status.success() && fs::read(&part).is_ok_and(|bytes| is_gzip(&bytes));
    if !good {
        // An error page with status 200 counts as no answer.
        let _ = fs::remove_file(&part);
        bail!("{mirror} does not have {name}");
    }
    Ok(fs::rename(&part, &file)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("ganvas-xtask-mnist-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_folder_counts_when_it_has_the_training_set() {
        let folder = folder("complete");
        assert!(!complete(&folder));
        fs::write(folder.join("train-images.idx3-ubyte"), b"x").unwrap();
        assert!(!complete(&folder));
        fs::write(folder.join("train-labels-idx1-ubyte.gz"), b"x").unwrap();
        assert!(complete(&folder));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn plain_files_are_packed_and_packed_ones_are_left() {
        let folder = folder("packed");
        fs::write(folder.join(FILES[0]), [0, 0, 8, 3]).unwrap();
        let once = packed(&folder, FILES[0]).unwrap().unwrap();
        assert!(is_gzip(&once));
        fs::write(folder.join(format!("{}.gz", FILES[0])), &once).unwrap();
        assert_eq!(packed(&folder, FILES[0]).unwrap().unwrap(), once);
        assert_eq!(packed(&folder, FILES[1]).unwrap(), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
