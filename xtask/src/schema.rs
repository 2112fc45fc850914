//! `cargo xtask schema`: the experiment's schema for the front end.

use anyhow::Result;

use crate::proc;
use crate::project::Project;

/// Where the front end has its copies; a test of ganvas-core fails when they are stale.
const FOLDER: &str = "www/src/generated";

/// Writes the schema that ganvas-core has now, and what it refuses, to their places.
pub fn schema(project: &Project) -> Result<()> {
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "ganvas-core",
        "--example",
        "schema",
        "--",
    ];
    let folder = project.path(FOLDER);
    proc::run(proc::cargo(project).args(arguments).arg(folder))
}
