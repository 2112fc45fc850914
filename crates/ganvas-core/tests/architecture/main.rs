//! Who may use whom: the blocks of ARCHITECTURE.md, held against every path of the crates.

mod arrows;
mod names;
mod uses;

use std::fs;
use std::path::{Path, PathBuf};

use arrows::Arrows;
use uses::{Crate, Use};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn assert_drawn(folder: &str) {
    let arrows = Arrows::parse(&text_of(&root().join("ARCHITECTURE.md")), folder).unwrap();
    let source = Crate::read(&root().join(folder));
    assert_eq!(
        arrows.modules(),
        source.modules(),
        "the block of {folder} names the modules that there are, and no others"
    );
    assert_eq!(arrows.undrawn(source.uses()), Vec::<String>::new());
    assert_eq!(arrows.cycle(), None);
}

/// Files of one name that are one thing: the same pass, layer or loss for each kind of memory,
/// or as a shader.
const ONE_THING: &[(&str, &[&str])] = &[
    ("activation.rs", &["cpu", "wgsl"]),
    ("adam.rs", &["", "wgsl"]),
    ("backward.rs", &["cpu", "gpu"]),
    ("dense.rs", &["cpu", "wgsl"]),
    ("forward.rs", &["cpu", "gpu"]),
    ("loss.rs", &["", "wgsl"]),
    ("projection.rs", &["cpu", "wgsl"]),
];

#[test]
fn no_two_files_of_a_crate_have_one_name_for_two_things() {
    for name in ["core", "kernels", "sampler", "web"] {
        let folder = root().join(format!("crates/ganvas-{name}/src"));
        let files = names::files_of(&folder);
        assert_eq!(names::shared(&files, ONE_THING), Vec::<String>::new());
    }
}

#[test]
fn a_planted_second_file_of_a_name_is_found() {
    let files = |names: &[&str]| names.iter().map(|&name| name.into()).collect::<Vec<_>>();
    let allowed = &[("loss.rs", &["", "wgsl"][..])];
    let fine = files(&[
        "lib.rs",
        "loss.rs",
        "wgsl/mod.rs",
        "wgsl/loss.rs",
        "gpu/mod.rs",
    ]);
    assert_eq!(names::shared(&fine, allowed), Vec::<String>::new());
    for (names, found) in [
        (
            ["data/plane.rs", "plane.rs"],
            "plane.rs in [\"\", \"data\"]",
        ),
        (["loss.rs", "gpu/loss.rs"], "loss.rs in [\"\", \"gpu\"]"),
    ] {
        assert_eq!(names::shared(&files(&names), allowed), [found]);
    }
}

#[test]
fn every_use_in_the_core_is_drawn() {
    assert_drawn("crates/ganvas-core/src");
}

#[test]
fn every_use_in_the_kernels_is_drawn() {
    assert_drawn("crates/ganvas-kernels/src");
}

const TABLE: &str =
    "# Text\n\n```arrows a/src\nlab -> data, burn\ndata\nmetric -> data\nerror\n```\n";

fn table() -> Arrows {
    Arrows::parse(TABLE, "a/src").unwrap()
}

/// The arrows of one file that the table does not draw.
fn wrong(file: &str, text: &str) -> Vec<String> {
    let root =
        "pub mod data; mod error; mod lab; mod metric; pub use error::{Error, Result as Outcome};";
    let source = Crate::from_files(root, &[(file, text)]);
    table().undrawn(source.uses())
}

#[test]
fn a_planted_wrong_arrow_is_found_however_it_is_written() {
    let found = vec!["data -> metric (data/idx.rs)".to_owned()];
    for text in [
        "use crate::metric::Score;",
        "use crate::{metric::{self, Score}, data::Other};",
        "use super::super::metric;",
        "pub(crate) use crate::metric::Score as Other;",
        "fn f() { crate::metric::score(); }",
        "fn f(score: &crate::metric::Score) {}",
        "impl crate::metric::Judge for Idx {}",
        "mod inner { use super::super::super::metric; }",
    ] {
        assert_eq!(wrong("data/idx.rs", text), found, "{text}");
    }
    // A name that the root hands on counts as its module, and so does its new name.
    for text in [
        "use crate::Error;",
        "use crate::Outcome;",
        "fn f() -> crate::Outcome<()> {}",
    ] {
        assert_eq!(
            wrong("data/mod.rs", text),
            ["data -> error (data/mod.rs)"],
            "{text}"
        );
    }
}

#[test]
fn drawn_arrows_and_paths_within_a_module_pass() {
    for (file, text) in [
        ("metric.rs", "use crate::data::Dataset; use super::data;"),
        (
            "data/mod.rs",
            "mod idx; use idx::Idx; use self::idx::Other; use std::fmt;",
        ),
        (
            "data/idx.rs",
            "use super::gzip; use crate::data::gzip as other;",
        ),
        ("lab.rs", "use burn::tensor::Tensor;"),
        // Tests may use what they like.
        (
            "data/idx.rs",
            "#[cfg(test)] mod tests { use crate::metric::Score; }",
        ),
    ] {
        assert_eq!(wrong(file, text), Vec::<String>::new(), "{file}: {text}");
    }
}

#[test]
fn a_crate_that_is_drawn_somewhere_is_allowed_only_there() {
    for text in [
        "use burn::tensor::Tensor;",
        "fn f(t: burn::Tensor) {}",
        "use ::burn::x;",
    ] {
        assert_eq!(
            wrong("data/mod.rs", text),
            ["data -> burn (data/mod.rs)"],
            "{text}"
        );
    }
}

#[test]
fn a_planted_cycle_is_found() {
    assert_eq!(table().cycle(), None);
    let round = "```arrows a/src\na -> b\nb -> c\nc -> b\n```\n";
    let cycle = Arrows::parse(round, "a/src").unwrap().cycle();
    assert_eq!(cycle.unwrap(), ["b", "c", "b"]);
}

#[test]
fn a_document_without_the_block_is_an_error() {
    assert!(Arrows::parse("# Text", "a/src").is_err());
}

#[test]
fn a_use_says_where_it_stands() {
    let source = Crate::from_files("mod a; mod b;", &[("a.rs", "use crate::b::C;")]);
    let wanted = Use {
        from: "a".into(),
        to: "b".into(),
        file: "a.rs".into(),
    };
    assert_eq!(source.uses().cloned().collect::<Vec<_>>(), [wanted]);
}
