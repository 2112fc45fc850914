//! `cargo xtask gpu-check`: builds the program that checks this machine's GPU, and runs it.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::proc;
use crate::project::Project;

/// What goes before the program's own options. It is no member of the workspace, but
/// everything that is built lies in one folder.
const CARGO: &str = "run --release --locked --manifest-path tools/gpu-check/Cargo.toml --target-dir target/gpu-check --";

/// True when everything on the GPU was right; the program has said what was not.
pub fn gpu_check(project: &Project, options: &[OsString]) -> Result<bool> {
    let mut cargo = proc::cargo(project);
    cargo.args(CARGO.split_whitespace()).args(options);
    let status = cargo.status().context("cannot start cargo")?;
    Ok(status.success())
}
