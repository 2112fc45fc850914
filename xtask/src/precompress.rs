//! Compressed copies beside the site's files, for hosts that can send them as they are.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::proc::{self, run};
use crate::project::Project;

/// The endings of compressed copies.
const COPIES: [&str; 2] = ["br", "gz"];

/// Writes `.br` and `.gz` beside everything that shrinks; what was compressed before comes from a cache.
pub fn make(project: &Project, site: &Path) -> Result<()> {
    // Left-overs of files that are gone would be published otherwise.
    remove(site)?;
    let files: Vec<_> = walk(site)?
        .into_iter()
        .filter(|path| compressible(path))
        .collect();
    let cache = cache(project);
    fs::create_dir_all(&cache)?;
    run(proc::command(project, "node")
        .arg("xtask/compress.mjs")
        .arg(cache)
        .args(files))
}

/// Where results are kept.
pub fn cache(project: &Project) -> PathBuf {
    project.target.join("site").join("compressed")
}

/// Whether a file is text or code that shrinks, so that a compressed copy is worth having.
fn compressible(path: &Path) -> bool {
    const ENDINGS: [&str; 11] = [
        "html",
        "js",
        "mjs",
        "css",
        "json",
        "map",
        "webmanifest",
        "wasm",
        "svg",
        "txt",
        "md",
    ];
    path.extension()
        .is_some_and(|found| ENDINGS.iter().any(|ending| found == *ending))
}

/// Removes all compressed copies, but not data that is packed by nature.
pub fn remove(site: &Path) -> Result<()> {
    for path in walk(site)? {
        if is_copy(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Whether a file is a compressed copy: `a.js.br` is, `train-images-idx3-ubyte.gz` is not.
pub fn is_copy(path: &Path) -> bool {
    path.extension()
        .is_some_and(|found| COPIES.iter().any(|ending| found == *ending))
        && compressible(&path.with_extension(""))
}

/// All files below a folder.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(walk(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_from_data() {
        assert!(is_copy(Path::new("dist/ganvas.js.br")));
        assert!(is_copy(Path::new("dist/wasm/cpu/ganvas_web_bg.wasm.gz")));
        assert!(!is_copy(Path::new(
            "dist/data/mnist/train-images-idx3-ubyte.gz"
        )));
        assert!(!is_copy(Path::new("dist/ganvas.js")));
    }
}
