//! The version stands in one place, `[workspace.package]` of Cargo.toml. Where a file has to
//! repeat it, it must say the same.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The value of `key = "value"` in a line, wherever it stands there.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("{key} = \""))?;
    Some(rest.split_once('"')?.0)
}

#[test]
fn the_workspace_asks_for_its_own_crates_in_its_own_version() {
    let manifest = read("Cargo.toml");
    let version = manifest
        .lines()
        .find(|line| line.starts_with("version"))
        .and_then(|line| value(line, "version"))
        .unwrap();
    let own: Vec<_> = manifest
        .lines()
        .filter(|line| line.contains("path = \"crates/"))
        .collect();
    assert!(!own.is_empty());
    for line in own {
        assert_eq!(value(line, "version"), Some(version), "{line}");
    }
}

#[test]
fn every_crate_takes_its_version_from_the_workspace() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(
            text.lines().any(|line| line == "version.workspace = true"),
            "{}",
            manifest.display()
        );
    }
}

#[test]
fn npm_files_name_no_version_of_their_own() {
    let package: String = read("package.json");
    assert!(!package.contains("\"version\""));
    // The head of the lock file, before the entries of packages, and its entry for the root.
    let lock = read("package-lock.json");
    let own = lock.split("\"node_modules/").next().unwrap();
    assert!(!own.contains("\"version\""), "{own}");
}
