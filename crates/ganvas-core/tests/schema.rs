//! The front end's copies of the experiment's schema.

use std::path::Path;

#[path = "../examples/schema/refusals.rs"]
mod refusals;

fn assert_current(file: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../www/src/generated")
        .join(file);
    let found = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    assert!(
        found == wanted,
        "www/src/generated/{file} is stale: run `cargo xtask schema`"
    );
}

#[test]
fn the_front_end_has_the_schema_of_this_crate() {
    for (file, text) in ganvas_core::schema::modules() {
        assert_current(file, &text);
    }
}

#[test]
fn the_front_end_has_the_refusals_of_this_crate() {
    assert_current("refusals.json", &refusals::to_json());
}

#[test]
fn every_rule_refuses_something() {
    assert_eq!(refusals::unheard_rules(), Vec::<&str>::new());
}
