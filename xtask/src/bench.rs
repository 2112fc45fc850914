//! `cargo xtask bench`: builds the site and hands it to the benchmark script.

use std::ffi::OsString;

use anyhow::Result;

use crate::proc::{self, run};
use crate::project::Project;
use crate::{build, tools};

/// What `bench` takes.
pub struct Options {
    /// Measure the site that is there, without building.
    pub no_build: bool,
    /// Arguments for the benchmark script.
    pub rest: Vec<OsString>,
}

/// Builds the site and measures it.
pub fn bench(project: &Project, options: &Options) -> Result<()> {
    let browser = tools::ensure_browser()?;
    if !options.no_build {
        build::build(project, &build::Options::default())?;
    }
    let has = |name: &str| options.rest.iter().any(|argument| argument == name);
    if has("--peers") && !options.no_build {
        build::yardstick(project)?;
        native_steps(project)?;
        write_inputs(project, options)?;
    }
    let mut node = proc::command(project, "node");
    run(node
        .arg("tests/bench/run.mjs")
        .args(&options.rest)
        .env("CHROME", &browser.chrome))
}

/// Builds the native program that takes its turn beside the pages.
fn native_steps(project: &Project) -> Result<()> {
    let mut cargo = proc::cargo(project);
    cargo.args(["build", "--release", "-p", "ganvas-core"]);
    run(cargo.args(["--example", "bench_steps"]))
}

/// Writes the weights, images and latents that other libraries start from.
fn write_inputs(project: &Project, options: &Options) -> Result<()> {
    let mut cargo = proc::cargo(project);
    cargo.args(["run", "--release", "-p", "ganvas-core"]);
    cargo.args(["--example", "bench_inputs", "--"]);
    let mut arguments = options.rest.iter();
    if arguments.any(|argument| argument == "--sizes") {
        cargo.arg("--sizes").args(arguments.next());
    }
    run(&mut cargo)
}
