//! `cargo xtask schema`: the experiment's schema for the front end.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::proc;
use crate::project::Project;

/// The copy that the front end imports; a test of ganvas-core fails when it is stale.
const FILE: &str = "www/src/generated/schema.js";

/// Writes the schema that ganvas-core has now to its place in the front end.
pub fn schema(project: &Project) -> Result<()> {
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "ganvas-core",
        "--example",
        "schema",
    ];
    let output = proc::cargo(project)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the schema could not be printed ({})", output.status);
    }
    proc::write_if_changed(&project.root.join(FILE), &output.stdout)?;
    println!("{FILE} is up to date");
    Ok(())
}
