//! `tools/gpu-check` is no member of the workspace, and no test builds it: its manifest and
//! its lock file have to follow the workspace's by themselves.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(file)).unwrap()
}

const MANIFEST: &str = "tools/gpu-check/Cargo.toml";
const LOCK: &str = "tools/gpu-check/Cargo.lock";

/// What a manifest says of a dependency.
fn dependency<'a>(manifest: &'a str, name: &str) -> &'a str {
    let start = format!("{name} = ");
    let line = manifest.lines().find(|line| line.starts_with(&start));
    line.unwrap_or_else(|| panic!("there is no {name}"))
}

/// The entry of a package in a lock file.
fn entry<'a>(lock: &'a str, name: &str) -> &'a str {
    let start = format!("name = \"{name}\"\n");
    lock.split("[[package]]\n")
        .find(|entry| entry.starts_with(&start))
        .unwrap_or_else(|| panic!("{name} is not locked"))
}

fn version(text: &str) -> &str {
    let (_, rest) = text.split_once("version = \"").unwrap();
    rest.split_once('"').unwrap().0
}

#[test]
fn it_asks_for_the_burn_and_wgpu_of_the_workspace() {
    let (own, workspace) = (read(MANIFEST), read("Cargo.toml"));
    for name in ["burn", "wgpu"] {
        let [own, workspace] = [&own, &workspace].map(|text| version(dependency(text, name)));
        assert_eq!(own, workspace, "{name}");
        assert!(own.starts_with('='), "{name} {own}");
    }
}

#[test]
fn both_lock_files_have_the_same_burn_wgpu_and_gemm() {
    let (own, workspace) = (read(LOCK), read("Cargo.lock"));
    for name in [
        "burn",
        "burn-cubecl",
        "cubecl",
        "wgpu",
        "naga",
        "gemm",
        "wide",
        "safetensors",
    ] {
        let [own, workspace] = [&own, &workspace].map(|lock| version(entry(lock, name)));
        assert_eq!(
            own, workspace,
            "{name}: run cargo update in tools/gpu-check"
        );
    }
}

/// With `--locked`, an outdated lock file ends the build before it begins.
#[test]
fn its_lock_file_knows_what_the_crates_depend_on() {
    let lock = read(LOCK);
    let manifests = ["ganvas-kernels", "ganvas-core"]
        .map(|name| (name, read(&format!("crates/{name}/Cargo.toml"))));
    for (name, manifest) in manifests.into_iter().chain([("gpu-check", read(MANIFEST))]) {
        let (_, table) = manifest.split_once("\n[dependencies]\n").unwrap();
        let wanted: BTreeSet<&str> = table
            .lines()
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split_once([' ', '.']))
            .filter(|(name, _)| !name.starts_with('#') && !name.is_empty())
            .map(|(name, _)| name)
            .collect();
        let (_, list) = entry(&lock, name).split_once("dependencies = [\n").unwrap();
        // A name, and its version where there are several.
        let locked: BTreeSet<&str> = list
            .lines()
            .take_while(|line| !line.starts_with(']'))
            .filter_map(|line| line.trim().trim_matches(['"', ',']).split(' ').next())
            .collect();
        assert!(wanted.len() > 2, "{name}: {wanted:?}");
        assert_eq!(
            locked, wanted,
            "{name}: run cargo metadata in tools/gpu-check"
        );
    }
}
