//! What a crate's files are called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that Rust wants called so.
const OF_THE_LANGUAGE: [&str; 3] = ["lib.rs", "main.rs", "mod.rs"];

/// Every file of Rust below a folder, from there.
pub fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let below = |path: PathBuf| -> Vec<PathBuf> {
        let name = PathBuf::from(path.file_name().expect("an entry has a name"));
        match path.is_dir() {
            true => files_of(&path)
                .into_iter()
                .map(|file| name.join(file))
                .collect(),
            false => vec![name],
        }
    };
    let mut files: Vec<_> = paths.flat_map(below).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files
}

/// Names that files of several folders have, but for those that are allowed there.
pub fn shared(files: &[PathBuf], allowed: &[(&str, &[&str])]) -> Vec<String> {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let text = |path: Option<&Path>| path.map_or(String::new(), |it| it.display().to_string());
        let name = text(file.file_name().map(Path::new));
        folders
            .entry(name)
            .or_default()
            .insert(text(file.parent()).replace('\\', "/"));
    }
    let is_allowed = |name: &str, folders: &BTreeSet<String>| {
        allowed
            .iter()
            .any(|(file, places)| *file == name && folders.iter().eq(places.iter()))
    };
    folders
        .iter()
        .filter(|(name, _)| !OF_THE_LANGUAGE.contains(&name.as_str()))
        .filter(|(name, folders)| folders.len() > 1 && !is_allowed(name, folders))
        .map(|(name, folders)| format!("{name} in {:?}", folders.iter().collect::<Vec<_>>()))
        .collect()
}
