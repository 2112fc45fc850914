//! `cargo xtask build`: the whole site in one folder. Every expensive step is skipped
//! when what goes into it has not changed, so that a second run takes seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::proc::{self, fingerprint, run, seconds};
use crate::project::Project;
use crate::tools::{self, WASM_TARGET};
use crate::{mnist, precompress};

/// What `build` takes; `serve` takes the same and more.
pub struct Options {
    /// A folder with MNIST's IDX files; without it the usual places are searched.
    pub mnist: Option<PathBuf>,
    /// The folder of the site, relative to the root.
    pub out: PathBuf,
    /// Skip the slow steps that only make files smaller.
    pub dev: bool,
    /// Build only this wasm module, and leave the other as it is.
    pub backend: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mnist: None,
            out: "dist".into(),
            dev: false,
            backend: None,
        }
    }
}

/// One wasm module of the site.
struct Variant {
    /// The feature of ganvas-web that it is built with, and its folder in the site.
    feature: &'static str,
    /// See .cargo/config.toml for why there are two.
    profile: &'static str,
    /// The CPU module computes in wasm, so it is kept fast; the WebGPU module is kept small.
    optimise: &'static str,
}

const VARIANTS: [Variant; 2] = [
    Variant {
        feature: "cpu",
        profile: "web-cpu",
        optimise: "-O3",
    },
    Variant {
        feature: "webgpu",
        profile: "web-webgpu",
        optimise: "-Oz",
    },
];

/// What rustc uses and wasm-opt must therefore accept.
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The names that `backend` may have.
pub fn backends() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|variant| variant.feature)
}

/// Builds the site and returns its folder.
pub fn build(project: &Project, options: &Options) -> Result<PathBuf> {
    let start = Instant::now();
    let site = project.root.join(&options.out);
    tools::ensure_wasm_target(project)?;
    let bindgen = tools::ensure_wasm_bindgen(project)?;
    tools::ensure_npm(project)?;

    let modules = wasm(project, options, &bindgen)?;
    // Before the front end, whose build may look at them, and after it, should it have emptied the folder.
    place(&modules, &site)?;
    run(proc::command(project, "node")
        .arg("www/build.mjs")
        .arg("--out")
        .arg(&site))?;
    place(&modules, &site)?;
    mnist::place(project, options.mnist.as_deref(), &site)?;
    if options.dev {
        precompress::remove(&site)?;
    } else {
        precompress::make(project, &site)?;
    }
    println!(
        "the site is in {} ({})",
        options.out.display(),
        seconds(start.elapsed())
    );
    Ok(site)
}

/// Builds the wasm modules; one is made smaller while cargo compiles the next.
fn wasm(
    project: &Project,
    options: &Options,
    bindgen: &str,
) -> Result<Vec<(&'static str, PathBuf)>> {
    let wanted = VARIANTS.iter().filter(|variant| {
        options
            .backend
            .as_deref()
            .is_none_or(|only| only == variant.feature)
    });
    thread::scope(|scope| {
        let mut finishing = Vec::new();
        for variant in wanted {
            let compiled = compile(project, variant)?;
            finishing.push(
                scope.spawn(move || finish(project, variant, &compiled, bindgen, options.dev)),
            );
        }
        let join = |task: thread::ScopedJoinHandle<'_, _>| {
            task.join()
                .map_err(|_| anyhow!("a build thread panicked"))?
        };
        finishing.into_iter().map(join).collect()
    })
}

fn compile(project: &Project, variant: &Variant) -> Result<PathBuf> {
    let mut cargo = proc::cargo(project);
    cargo.args([
        "build",
        "--package",
        "ganvas-web",
        "--lib",
        "--target",
        WASM_TARGET,
        "--profile",
        variant.profile,
    ]);
    run(cargo.args(["--no-default-features", "--features", variant.feature]))?;
    Ok(project
        .target
        .join(WASM_TARGET)
        .join(variant.profile)
        .join("ganvas_web.wasm"))
}

/// From cargo's output to the files of the site: bindings, then wasm-opt.
fn finish(
    project: &Project,
    variant: &Variant,
    compiled: &Path,
    bindgen: &str,
    dev: bool,
) -> Result<(&'static str, PathBuf)> {
    let folder = project
        .target
        .join("site")
        .join(variant.feature)
        .join(if dev { "dev" } else { "release" });
    let stamp = project.stamp(&format!(
        "wasm-{}-{}",
        variant.feature,
        if dev { "dev" } else { "release" }
    ));
    let code = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let binaryen = fs::read(project.path("node_modules/binaryen/package.json")).unwrap_or_default();
    let key = fingerprint(&[
        &code,
        bindgen.as_bytes(),
        &binaryen,
        variant.optimise.as_bytes(),
    ]);
    let module = folder.join("ganvas_web_bg.wasm");
    if module.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok((variant.feature, folder));
    }

    let _ = fs::remove_dir_all(&folder);
    let mut command = proc::command(project, "wasm-bindgen");
    command
        .args(["--target", "web", "--out-name", "ganvas_web", "--out-dir"])
        .arg(&folder);
    if !dev {
        // wasm-opt would drop it in the end; without it, it has far less to read.
        command.arg("--remove-name-section");
    }
    run(command.arg(compiled))?;
    if !dev {
        shrink(project, variant, &module)?;
    }
    proc::write(&stamp, key.as_bytes())?;
    Ok((variant.feature, folder))
}

fn shrink(project: &Project, variant: &Variant, module: &Path) -> Result<()> {
    let start = Instant::now();
    let before = module.metadata()?.len();
    let smaller = module.with_extension("opt");
    let mut node = proc::command(project, "node");
    node.arg("node_modules/binaryen/bin/wasm-opt")
        .arg(module)
        .arg("--output")
        .arg(&smaller);
    node.arg(variant.optimise)
        .args(["--strip-debug", "--strip-producers"]);
    run(node.args(WASM_FEATURES))?;
    fs::rename(&smaller, module)?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let after = module.metadata()?.len();
    println!(
        "{} module: {:.1} MB, was {:.1} MB ({})",
        variant.feature,
        megabytes(after),
        megabytes(before),
        seconds(start.elapsed())
    );
    Ok(())
}

fn place(modules: &[(&str, PathBuf)], site: &Path) -> Result<()> {
    for (feature, folder) in modules {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            // Both the browser's files and the type declarations, which `tsc` reads.
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                proc::write_if_changed(
                    &site.join("wasm").join(feature).join(name),
                    &fs::read(&path)?,
                )?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backends_on_offer_are_the_variants() {
        for variant in &VARIANTS {
            assert!(variant.profile.ends_with(variant.feature));
        }
        assert_ne!(VARIANTS[0].profile, VARIANTS[1].profile);
    }
}
