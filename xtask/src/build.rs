//! `cargo xtask build`: the whole site in one folder, what can be looked at first. Every
//! expensive step is skipped when what goes into it has not changed, so that a second run
//! takes seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::proc::{self, fingerprint, run, seconds};
use crate::progress::{Progress, Stage};
use crate::project::Project;
use crate::tools::{self, WASM_TARGET};
use crate::{budget, kernels, mnist, precompress};

/// What `build` takes; `serve` takes the same and more.
pub struct Options {
    /// A folder with MNIST's IDX files; without it the usual places are searched.
    pub mnist: Option<PathBuf>,
    /// The folder of the site, relative to the root.
    pub out: PathBuf,
    /// Skip the slow steps that only make files smaller and code faster.
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
struct Module {
    /// Its folder in the site.
    name: &'static str,
    /// The crate.
    package: &'static str,
    /// The backend that it is, if it is one: what `--backend` calls it.
    backend: Option<&'static str>,
    /// The features that it is built with, instead of the default ones.
    features: Option<&'static str>,
    /// Whether a build with `--dev` goes without it.
    full_only: bool,
    /// Whether it has bindings for JavaScript, or exports plain functions.
    bindings: bool,
    /// Whether it has shared memory, for which the standard library is compiled with it.
    shared: bool,
    /// See .cargo/config.toml for why each has its own.
    profile: &'static str,
    /// What its first compilation is called, and the minutes that it takes on two cores: in its
    /// own profile, and in that of `--dev`.
    stage: &'static str,
    minutes: (f64, f64),
    /// The CPU module computes in wasm, so it is kept fast; the WebGPU module is kept small.
    optimise: &'static str,
}

/// The CPU module once more, for engines with relaxed SIMD.
const RELAXED: &str = "cpu-relaxed";

/// That one once more, for pages that may use several cores.
const THREADS: &str = "cpu-threads";

/// What the code of a module with shared memory is compiled and linked with. Memory is reserved
/// up to its maximum when it is made; a device that has no room for it takes another module.
const SHARED: [&str; 8] = [
    "target-feature=+atomics,+bulk-memory,+mutable-globals",
    "link-arg=--shared-memory",
    "link-arg=--import-memory",
    "link-arg=--max-memory=2147483648",
    "link-arg=--export=__wasm_init_tls",
    "link-arg=--export=__tls_size",
    "link-arg=--export=__tls_align",
    "link-arg=--export=__tls_base",
];

const MODULES: [Module; 5] = [
    Module {
        name: "cpu",
        package: "ganvas-web",
        backend: Some("cpu"),
        features: Some("cpu"),
        full_only: false,
        bindings: true,
        shared: false,
        profile: "web-cpu",
        stage: "CPU module",
        minutes: (3.2, 3.5),
        optimise: "-O3",
    },
    Module {
        name: RELAXED,
        package: "ganvas-web-relaxed",
        backend: Some("cpu"),
        features: None,
        full_only: true,
        bindings: true,
        shared: false,
        profile: "web-cpu",
        stage: "CPU module with relaxed SIMD",
        minutes: (0.7, 0.0),
        optimise: "-O3",
    },
    Module {
        name: THREADS,
        package: "ganvas-web",
        backend: Some("cpu"),
        features: Some("relaxed"),
        full_only: true,
        bindings: true,
        shared: true,
        profile: "web-threads",
        stage: "CPU module with threads",
        minutes: (5.0, 0.0),
        optimise: "-O3",
    },
    Module {
        name: "webgpu",
        package: "ganvas-web",
        backend: Some("webgpu"),
        features: Some("webgpu"),
        full_only: false,
        bindings: true,
        shared: false,
        profile: "web-webgpu",
        stage: "WebGPU module",
        minutes: (7.0, 5.0),
        optimise: "-Oz",
    },
    Module {
        name: "sampler",
        package: "ganvas-sampler",
        backend: None,
        features: None,
        full_only: false,
        bindings: false,
        shared: false,
        profile: "web-sampler",
        stage: "module of the first digits",
        minutes: (0.3, 0.3),
        optimise: "-O3",
    },
];

/// Functions of the WebGPU module that the linker keeps and nothing calls, by families of names.
/// burn's tensors reach them through tables. What calls one all the same traps; that is told,
/// as any fault of the engine is.
const UNUSED: [&str; 5] = [
    // The intermediate language of burn's kernels as text: read, and printed.
    r"as pliron::parsable::Parsable>::parse\b|canonical_syntax_parse",
    r"\bcombine::",
    r"pliron::printable",
    // Quantised tensors.
    r"cubek_quant|qtensor|cubecl_std::quant|kernel::quantization",
    // Names of functions in backtraces, of which there are none in WebAssembly.
    r"rustc_demangle",
];

/// What the benchmark holds the CPU module against, built like it.
const YARDSTICK: Module = Module {
    name: "plain-burn",
    package: "plain-burn",
    backend: None,
    features: None,
    full_only: false,
    bindings: true,
    shared: false,
    profile: "web-cpu",
    stage: "plain burn",
    minutes: (5.0, 3.5),
    optimise: "-O3",
};

/// The profile of both backends with `--dev`.
const DEV_PROFILE: &str = "web-dev";

const TOOL: &str = "tool wasm-bindgen";
const PACKAGES: &str = "npm packages";
const OPTIMISE: &str = "smaller modules (wasm-opt)";
const COMPRESS: &str = "compressed copies";

impl Module {
    /// The crate's name as cargo spells files.
    fn stem(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Whether something in it registers itself before everything else, as CubeCL's operations do.
    /// The others are compiled as a module alone, without the library that tests link with: what
    /// they are made of then needs no machine code of its own, of which link-time optimisation
    /// makes no use. The linker would not see constructors there.
    fn has_constructors(&self) -> bool {
        self.backend == Some("webgpu")
    }

    /// Names of functions that it can do without.
    fn unused(&self) -> &'static [&'static str] {
        match self.backend {
            Some("webgpu") => &UNUSED,
            _ => &[],
        }
    }

    /// What its bindings are called: the page takes the backends' modules for one another.
    fn name_in_site(&self) -> String {
        match self.backend {
            Some(_) => "ganvas_web".to_owned(),
            None => self.stem(),
        }
    }

    /// Its file in the site.
    fn file(&self) -> String {
        let suffix = if self.bindings { "_bg" } else { "" };
        format!("{}{suffix}.wasm", self.name_in_site())
    }

    /// The sampler has no other profile: it takes seconds in its own.
    fn profile(&self, dev: bool) -> &'static str {
        if dev && self.backend.is_some() {
            DEV_PROFILE
        } else {
            self.profile
        }
    }

    /// Where cargo works: other flags of the compiler have a folder of their own, so that nobody
    /// compiles anew what the others have.
    fn target(&self, project: &Project) -> PathBuf {
        if self.shared {
            project.target.join("threads")
        } else {
            project.target.clone()
        }
    }

    /// What cargo makes of it.
    fn compiled(&self, project: &Project, dev: bool) -> PathBuf {
        let folder = self.target(project).join(WASM_TARGET);
        let folder = folder.join(self.profile(dev));
        folder.join(self.stem()).with_extension("wasm")
    }

    /// Remembers what its files were last made from.
    fn stamp(&self, project: &Project, dev: bool) -> PathBuf {
        let kind = if dev { "dev" } else { "release" };
        project.stamp(&format!("wasm-{}-{kind}", self.name))
    }

    /// The copy of that: the other backend may have the same file name.
    fn copy(&self, project: &Project, dev: bool) -> PathBuf {
        let folder = project.target.join("site").join(self.name);
        folder.join(self.profile(dev)).with_extension("wasm")
    }

    /// Whether it was never compiled in this target folder.
    fn is_new(&self, project: &Project, dev: bool) -> bool {
        !self.compiled(project, dev).is_file() || !self.copy(project, dev).is_file()
    }
}

/// What rustc uses and wasm-opt must therefore accept.
const WASM_FEATURES: [&str; 9] = [
    "--enable-simd",
    "--enable-relaxed-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-threads",
];

/// The names that `backend` may have.
pub fn backends() -> impl Iterator<Item = &'static str> {
    let named = |module: &&Module| module.backend == Some(module.name);
    MODULES.iter().filter(named).map(|module| module.name)
}

/// The backends' modules that a build makes.
fn wanted(project: &Project, options: &Options) -> impl Iterator<Item = &'static Module> {
    MODULES.iter().filter(|module| {
        let only = options.backend.as_deref();
        let here = !(module.full_only && options.dev)
            && (!module.shared || tools::ensure_rust_src(project));
        here && module.backend.is_some() && (only.is_none() || only == module.backend)
    })
}

/// The modules that every site has: the sampler belongs to the page, whatever it trains on.
fn always() -> impl Iterator<Item = &'static Module> {
    MODULES.iter().filter(|module| module.backend.is_none())
}

/// What a build has to do for the first time on this machine, and is slow.
pub fn slow_stages(project: &Project, options: &Options) -> Result<Vec<Stage>> {
    let dev = options.dev;
    let compile = |module: &Module| Stage {
        name: module.stage,
        minutes: if dev {
            module.minutes.1
        } else {
            module.minutes.0
        },
    };
    let new = |module: &&Module| module.is_new(project, dev);
    let one = |missing: bool, name, minutes| missing.then_some(Stage { name, minutes });
    let shrink =
        !dev && wanted(project, options).any(|module| !module.stamp(project, dev).is_file());
    let compress = !dev && !precompress::cache(project).is_dir();
    let stages = [
        one(!tools::has_npm(project)?, PACKAGES, 0.3),
        one(!tools::has_wasm_bindgen(project)?, TOOL, 2.0),
        one(shrink, OPTIMISE, 2.5),
        one(compress, COMPRESS, 0.5),
    ];
    let [packages, tool, shrink, compress] = stages;
    let mut all: Vec<_> = packages.into_iter().collect();
    all.extend(always().filter(new).map(compile));
    all.extend(tool);
    all.extend(wanted(project, options).filter(new).map(compile));
    all.extend(shrink);
    all.extend(compress);
    Ok(all)
}

/// Builds the benchmark's yardstick, which is no part of the site.
pub fn yardstick(project: &Project) -> Result<()> {
    tools::ensure_wasm_target(project)?;
    let bindgen = tools::ensure_wasm_bindgen(project)?;
    tools::ensure_npm(project)?;
    let compiled = compile(project, &YARDSTICK, false)?;
    finish(project, &YARDSTICK, &compiled, &bindgen, false)?;
    Ok(())
}

/// Builds the site.
pub fn build(project: &Project, options: &Options) -> Result<()> {
    let mut progress = Progress::new(slow_stages(project, options)?);
    first_look(project, options, &mut progress)?;
    complete(project, options, &mut progress, &mut |_| ())
}

/// Builds what takes seconds: the page, its first digits, and the images.
pub fn first_look(project: &Project, options: &Options, progress: &mut Progress) -> Result<()> {
    let site = project.root.join(&options.out);
    tools::ensure_wasm_target(project)?;
    progress.stage(PACKAGES, || tools::ensure_npm(project))?;
    // The page has to know which modules there will be.
    let mut bundle = proc::command(project, "node");
    bundle.arg("www/build.mjs").arg("--out").arg(&site);
    let builds = |name| wanted(project, options).any(|module| module.name == name);
    for (name, option) in [(RELAXED, "--relaxed"), (THREADS, "--threads")] {
        let folder = site.join("wasm").join(name);
        if builds("cpu") && !builds(name) {
            // It would be older than its sibling.
            let _ = fs::remove_dir_all(&folder);
        }
        let there = folder.is_dir() || builds(name);
        bundle.args([option, if there { "yes" } else { "no" }]);
    }
    run(&mut bundle)?;
    for module in always() {
        progress.stage(module.stage, || {
            let compiled = compile(project, module, options.dev)?;
            place(
                module,
                &finish(project, module, &compiled, "", options.dev)?,
                &site,
            )
        })?;
    }
    kernels::place(&site)?;
    mnist::place(project, options.mnist.as_deref(), &site)
}

/// Builds the rest: the modules that train, and the compressed copies. Before each stage `tell`
/// hears how many minutes are left: of the slow stages, 0 when there is none.
pub fn complete(
    project: &Project,
    options: &Options,
    progress: &mut Progress,
    tell: &mut dyn FnMut(u32),
) -> Result<()> {
    let start = Instant::now();
    let site = project.root.join(&options.out);
    tell(progress.minutes_left());
    let bindgen = &progress.stage(TOOL, || tools::ensure_wasm_bindgen(project))?;
    // One is made smaller while cargo compiles the next.
    thread::scope(|scope| -> Result<()> {
        let mut finishing = Vec::new();
        for module in wanted(project, options) {
            tell(progress.minutes_left());
            let compiled =
                progress.stage(module.stage, || compile(project, module, options.dev))?;
            let site = &site;
            finishing.push(scope.spawn(move || {
                let folder = finish(project, module, &compiled, bindgen, options.dev)?;
                declare(project, &folder)?;
                place(module, &folder, site)
            }));
        }
        tell(progress.minutes_left());
        progress.stage(OPTIMISE, || {
            finishing.into_iter().try_for_each(|task| {
                task.join()
                    .map_err(|_| anyhow!("a build thread panicked"))?
            })
        })
    })?;
    if options.dev {
        precompress::remove(&site)?;
    } else {
        tell(progress.minutes_left());
        progress.stage(COMPRESS, || precompress::make(project, &site))?;
        budget::check(&site)?;
    }
    println!(
        "the site is in {} ({})",
        options.out.display(),
        seconds(start.elapsed())
    );
    Ok(())
}

/// Compiles a module, and returns a copy of the result.
fn compile(project: &Project, module: &Module, dev: bool) -> Result<PathBuf> {
    let mut cargo = proc::cargo(project);
    if module.has_constructors() {
        cargo.arg("build");
    } else {
        cargo.args(["rustc", "--crate-type", "cdylib"]);
    }
    cargo.args([
        "--package",
        module.package,
        "--lib",
        "--target",
        WASM_TARGET,
        "--profile",
        module.profile(dev),
    ]);
    if let Some(features) = module.features {
        cargo.args(["--no-default-features", "--features", features]);
    }
    if module.shared {
        cargo.arg("--target-dir").arg(module.target(project));
        // The standard library that comes with the compiler has no atomics in WebAssembly. To
        // compile another is not stable, and neither is the feature.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo.args(["-Z", "build-std=std,panic_abort", "--config"]);
        let flags = SHARED.map(|flag| format!("\"-C\", {flag:?}")).join(", ");
        cargo.arg(format!("target.{WASM_TARGET}.rustflags=[{flags}]"));
    }
    run(&mut cargo)?;
    let compiled = module.compiled(project, dev);
    let code =
        fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let copy = module.copy(project, dev);
    proc::write_if_changed(&copy, &code)?;
    Ok(copy)
}

/// From cargo's output to the files of the site: bindings, without what nothing calls, then
/// wasm-opt.
fn finish(
    project: &Project,
    module: &Module,
    compiled: &Path,
    bindgen: &str,
    dev: bool,
) -> Result<PathBuf> {
    let folder =
        project
            .target
            .join("site")
            .join(module.name)
            .join(if dev { "dev" } else { "release" });
    let stamp = module.stamp(project, dev);
    let code = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    if wraps_exports(&code) {
        bail!(
            "{} runs its constructors in every call of an export: crates/ganvas-web/src/constructors.rs has the reason and the remedy",
            compiled.display()
        );
    }
    let binaryen = fs::read(project.path("node_modules/binaryen/package.json")).unwrap_or_default();
    let key = fingerprint(&[
        &code,
        bindgen.as_bytes(),
        &binaryen,
        module.optimise.as_bytes(),
        module.unused().join("\n").as_bytes(),
    ]);
    let file = folder.join(module.file());
    if file.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(folder);
    }

    let _ = fs::remove_dir_all(&folder);
    if module.bindings {
        bind(project, module, compiled, &folder, dev)?;
    } else {
        proc::write(&file, &code)?;
    }
    if !dev {
        shrink(project, module, &file)?;
    }
    proc::write(&stamp, key.as_bytes())?;
    Ok(folder)
}

/// Whether the linker took the module for a command; it names the wrappers so.
fn wraps_exports(code: &[u8]) -> bool {
    let mark = b".command_export";
    code.windows(mark.len()).any(|window| window == mark)
}

/// Makes the JavaScript bindings.
fn bind(
    project: &Project,
    module: &Module,
    compiled: &Path,
    folder: &Path,
    dev: bool,
) -> Result<()> {
    let mut command = proc::command(project, "wasm-bindgen");
    command
        .args(["--target", "web", "--out-dir"])
        .arg(folder)
        .args(["--out-name", &module.name_in_site()]);
    if !dev && module.unused().is_empty() {
        // wasm-opt would drop it in the end; without it, it has far less to read.
        command.arg("--remove-name-section");
    }
    run(command.arg(compiled))
}

fn shrink(project: &Project, module: &Module, file: &Path) -> Result<()> {
    let start = Instant::now();
    let before = file.metadata()?.len();
    if !module.unused().is_empty() {
        let mut cut = proc::command(project, "node");
        run(cut.arg("xtask/cut.mjs").arg(file).args(module.unused()))?;
    }
    let smaller = file.with_extension("opt");
    let mut node = proc::command(project, "node");
    node.arg("node_modules/binaryen/bin/wasm-opt")
        .arg(file)
        .arg("--output")
        .arg(&smaller);
    node.arg(module.optimise)
        .args(["--strip-debug", "--strip-producers"]);
    run(node.args(WASM_FEATURES))?;
    fs::rename(&smaller, file)?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let after = file.metadata()?.len();
    println!(
        "{} module: {:.2} MB, was {:.2} MB ({})",
        module.name,
        megabytes(after),
        megabytes(before),
        seconds(start.elapsed())
    );
    Ok(())
}

/// The front end's copy of the declarations that wasm-bindgen makes, for `tsc`.
const DECLARATIONS: &str = "www/src/generated/ganvas_web.d.ts";

/// Renews that copy. The backends differ only in what they tell of the wasm itself, which
/// is not for the front end.
fn declare(project: &Project, folder: &Path) -> Result<()> {
    let made = folder.join("ganvas_web.d.ts");
    if made.is_file() {
        let text = fs::read_to_string(&made)?;
        let about_wasm = text.find("export type InitInput").unwrap_or(text.len());
        let text = format!(
            "// Made by wasm-bindgen, copied by `cargo xtask build`: do not edit.\n{}\n",
            text[..about_wasm].trim()
        );
        proc::write_if_changed(&project.path(DECLARATIONS), text.as_bytes())?;
    }
    Ok(())
}

/// Copies a module's files into the site.
fn place(module: &Module, folder: &Path, site: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Both the browser's files and the type declarations, which `tsc` reads.
        if let (true, Some(file)) = (path.is_file(), path.file_name()) {
            let target = site.join("wasm").join(module.name).join(file);
            proc::write_if_changed(&target, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_overwrite_nothing_of_each_other() {
        for (index, module) in MODULES.iter().enumerate() {
            assert!(module.profile.starts_with("web-"));
            // What cargo makes lies in the profile's folder, by the package's name.
            assert!(MODULES[..index].iter().all(|other| {
                other.name != module.name
                    && [other.profile, other.package] != [module.profile, module.package]
            }));
        }
        assert_eq!(backends().collect::<Vec<_>>(), ["cpu", "webgpu"]);
    }

    #[test]
    fn modules_that_the_linker_took_for_commands_are_told_apart() {
        assert!(wraps_exports(b"\0asm train.command_export name"));
        assert!(!wraps_exports(b"\0asm train name"));
    }

    #[test]
    fn files_are_named_as_the_page_asks_for_them() {
        let files: Vec<String> = MODULES.iter().map(Module::file).collect();
        let [bindings, sampler] = ["ganvas_web_bg.wasm", "ganvas_sampler.wasm"];
        assert_eq!(files, [bindings, bindings, bindings, bindings, sampler]);
    }
}
