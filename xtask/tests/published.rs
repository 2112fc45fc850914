//! What a reader of crates.io gets: licences and documentation in each crate, and a program in
//! the READMEs that is the same in all of them and runs with the dependencies beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The only block of that kind in a document.
fn block<'a>(document: &'a str, kind: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("```{kind}\n")).unwrap();
    let (block, after) = rest.split_once("```\n").unwrap();
    assert!(!after.contains(&format!("```{kind}\n")), "two of {kind}");
    block
}

#[test]
fn each_crate_carries_the_licences_and_names_its_documentation() {
    for name in ["ganvas-core", "ganvas-kernels"] {
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(&format!("crates/{name}/{licence}")), read(licence));
        }
        let documentation = format!("documentation = \"https://docs.rs/{name}\"\n");
        assert!(read(&format!("crates/{name}/Cargo.toml")).contains(&documentation));
        // The repository's own files are not beside it there.
        let readme = read(&format!("crates/{name}/README.md"));
        let mut links = readme.split("](").skip(1);
        assert!(links.all(|link| link.starts_with("https://")), "{name}");
    }
}

#[test]
fn the_crate_prints_the_program_of_the_repository() {
    let [whole, own] = ["README.md", "crates/ganvas-core/README.md"].map(read);
    assert_eq!(block(&whole, "rust,no_run"), block(&own, "rust,no_run"));
}

#[test]
fn the_crate_asks_for_the_burn_of_the_workspace() {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("\nburn = { version = \"").unwrap();
    let (version, _) = rest.split_once('"').unwrap();
    let readme = read("crates/ganvas-core/README.md");
    let asked = format!("cargo add burn@{version} --no-default-features --features std\n");
    assert!(readme.contains(&asked), "{asked}");
    assert!(readme.contains("cargo add ganvas-core --features flex\n"));
}

/// Two steps of its 500, in a package that has nothing but what is printed.
#[test]
fn the_program_runs_with_the_dependencies_that_are_printed() {
    let readme = read("README.md");
    let package = "[package]\nname = \"reader\"\nedition = \"2024\"\n\n[workspace]\n\n";
    let core = root().join("crates/ganvas-core").canonicalize().unwrap();
    let printed = "\"../ganvas/crates/ganvas-core\"";
    let dependencies = block(&readme, "toml");
    assert!(dependencies.contains(printed));
    let dependencies = dependencies.replace(printed, &format!("'{}'", core.display()));
    let program = block(&readme, "rust,no_run");
    assert!(program.contains("0..500"));

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reader");
    fs::create_dir_all(folder.join("src")).unwrap();
    let write = |file: &str, text: &str| fs::write(folder.join(file), text).unwrap();
    write("Cargo.toml", &format!("{package}{dependencies}"));
    write("Cargo.lock", &read("Cargo.lock"));
    write("src/main.rs", &program.replace("0..500", "0..2"));
    // Not the workspace's folder, which is locked while its tests run: the one in which
    // `cargo xtask check` compiles what would be uploaded.
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", root().join("target/published"))
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(said.starts_with("step 2: d_loss "), "{said}");
}
