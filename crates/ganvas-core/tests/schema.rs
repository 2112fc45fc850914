//! The front end's copy of the experiment's schema.

use std::path::Path;

#[test]
fn the_front_end_has_the_schema_of_this_crate() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/src/generated/schema.js");
    let found = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    assert!(
        found == ganvas_core::schema::to_javascript(),
        "www/src/generated/schema.js is stale: run `cargo xtask schema`"
    );
}
