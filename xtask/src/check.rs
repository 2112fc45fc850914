//! `cargo xtask check`: formatting and lints of both languages; warnings are errors.

use std::io::IsTerminal;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::proc::{self, run, seconds};
use crate::project::Project;
use crate::tools::{self, NATIVE, WASM_TARGET};

/// Runs every check, also after one has failed; true when all passed.
pub fn check(project: &Project) -> Result<bool> {
    tools::ensure_wasm_target(project)?;
    let mut failed = Vec::new();
    let mut step = |name: &'static str, commands: &mut [Command]| {
        let start = Instant::now();
        match commands.iter_mut().try_for_each(run) {
            Ok(()) => println!("{name}: fine ({})", seconds(start.elapsed())),
            Err(error) => {
                println!("{name}: {error:#}");
                failed.push(name);
            }
        }
    };
    let cargo = |arguments: &str| {
        let mut cargo = proc::cargo(project);
        cargo
            .args(arguments.split_whitespace())
            .env("RUSTDOCFLAGS", "-Dwarnings");
        cargo
    };

    // A workspace of its own, whose text at least is looked at.
    let gpu_check = cargo("fmt --manifest-path tools/gpu-check/Cargo.toml --check");
    step("rustfmt", &mut [cargo("fmt --all --check"), gpu_check]);
    // ganvas-web exists only in the browser, so that is the target it is checked for.
    step(
        "clippy",
        &mut [
            cargo(&format!("clippy {NATIVE} --all-targets -- -D warnings")),
            cargo(&format!(
                "clippy --package ganvas-web --all-targets --target {WASM_TARGET} -- -D warnings"
            )),
            // What it exports is there for the browser alone.
            cargo(&format!(
                "clippy --package ganvas-sampler --lib --target {WASM_TARGET} -- -D warnings"
            )),
        ],
    );
    step(
        "rustdoc",
        &mut [
            cargo(&format!("doc --no-deps {NATIVE}")),
            // With both backends, as docs.rs shows the kernels; natively nothing here builds wgpu.
            cargo(&format!(
                "doc --no-deps --package ganvas-web --package ganvas-kernels --target {WASM_TARGET}"
            )),
        ],
    );
    // What would be uploaded is put together, unpacked and compiled, the second with the first.
    // As a reader's package is, without this workspace's profiles: xtask/tests/published.rs
    // builds one in the same folder, from the same dependencies.
    let mut publish = cargo(
        "publish --dry-run --package ganvas-kernels --package ganvas-core --allow-dirty \
         --features ganvas-core/flex",
    );
    publish
        .env("CARGO_TARGET_DIR", project.path("target/published"))
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    step("crates", &mut [publish]);
    let packages = tools::ensure_npm(project);
    let mut npm = proc::npm(project);
    npm.args(["run", "--silent", "check"]);
    if !std::io::stdout().is_terminal() {
        // Some tools colour their output even for a log file.
        npm.env("NO_COLOR", "1");
    }
    match packages {
        Ok(()) => step("JavaScript", &mut [npm]),
        Err(error) => {
            println!("JavaScript: {error:#}");
            failed.push("JavaScript");
        }
    }

    if !failed.is_empty() {
        println!("check failed: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}
