//! Installing what is missing: the wasm target, pinned command-line tools, npm packages, a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};

use crate::proc::{self, fingerprint, run, text, which};
use crate::project::Project;

/// The rustc target of everything that runs in the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// For cargo: the packages that exist outside of browsers too.
pub const NATIVE: &str = "--workspace --exclude ganvas-web --exclude ganvas-web-relaxed";

const WASM_PACK: &str = "0.15.1";
const NPM_STAMP: &str = "npm";
const WASM_BINDGEN: &str = "wasm-bindgen";

/// A headless browser and the WebDriver that belongs to it.
pub struct Browser {
    /// The browser's program.
    pub chrome: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
}

/// Makes sure that Rust can compile for wasm.
pub fn ensure_wasm_target(project: &Project) -> Result<()> {
    let _alone = alone();
    let mut rustc = proc::command(project, "rustc");
    let folder = text(rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]))
        .context("rustc is not on PATH")?;
    if Path::new(&folder).is_dir() {
        return Ok(());
    }
    if which("rustup").is_none() {
        bail!(
            "the Rust target {WASM_TARGET} is missing and there is no rustup to add it; install it with your system's packages"
        );
    }
    run(proc::command(project, "rustup").args(["target", "add", WASM_TARGET]))
}

/// Whether the sources of the standard library are there, after an attempt to install them: a
/// module with threads needs them. Without them the site is built all the same, and this says so.
pub fn ensure_rust_src(project: &Project) -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let _alone = alone();
        let there = || {
            let mut rustc = proc::command(project, "rustc");
            let sysroot = text(rustc.args(["--print", "sysroot"])).unwrap_or_default();
            Path::new(&sysroot)
                .join("lib/rustlib/src/rust/library/std")
                .is_dir()
        };
        if there() {
            return true;
        }
        if which("rustup").is_some() {
            let _ = run(proc::command(project, "rustup").args(["component", "add", "rust-src"]));
        }
        let found = there();
        if !found {
            println!(
                "the CPU module with threads is left out: it needs the component rust-src of the \
                 compiler, which rustup could not install"
            );
        }
        found
    })
}

/// Makes sure that the wasm-bindgen command is there in exactly the version of the library in Cargo.lock:
/// the two speak a private format that changes with every release.
pub fn ensure_wasm_bindgen(project: &Project) -> Result<String> {
    let version = wasm_bindgen_version(project)?;
    ensure_cargo_tool(project, "wasm-bindgen-cli", WASM_BINDGEN, &version)?;
    Ok(version)
}

/// Whether [`ensure_wasm_bindgen`] would have nothing to do.
pub fn has_wasm_bindgen(project: &Project) -> Result<bool> {
    Ok(has_tool(
        project,
        WASM_BINDGEN,
        &wasm_bindgen_version(project)?,
    ))
}

fn wasm_bindgen_version(project: &Project) -> Result<String> {
    let lock = fs::read_to_string(project.path("Cargo.lock")).context("cannot read Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .context("Cargo.lock names no wasm-bindgen")
}

/// Makes sure that wasm-pack is there.
pub fn ensure_wasm_pack(project: &Project) -> Result<()> {
    ensure_cargo_tool(project, "wasm-pack", "wasm-pack", WASM_PACK)
}

/// Runs `npm ci` when the packages are missing or package-lock.json has changed since.
pub fn ensure_npm(project: &Project) -> Result<()> {
    let _alone = alone();
    if has_npm(project)? {
        return Ok(());
    }
    if which("node").is_none() {
        bail!("Node.js is missing: install version 20 or newer, with npm");
    }
    let npm = |arguments: &[&str]| {
        let mut npm = proc::npm(project);
        // The browser comes from the system, never from a package's install script.
        npm.args(arguments)
            .args(["--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        run(&mut npm)
    };
    // `ci` insists on an entry for every platform's optional package, which a registry mirror may not have.
    if npm(&["ci"]).is_err() {
        println!(
            "package-lock.json could not be installed to the letter: trying without rewriting it"
        );
        npm(&["install", "--no-save"])?;
    }
    proc::write(&project.stamp(NPM_STAMP), npm_key(project)?.as_bytes())
}

/// Whether [`ensure_npm`] would have nothing to do.
pub fn has_npm(project: &Project) -> Result<bool> {
    let key = npm_key(project)?;
    Ok(project.path("node_modules/.package-lock.json").is_file()
        && fs::read_to_string(project.stamp(NPM_STAMP)).is_ok_and(|old| old == key))
}

fn npm_key(project: &Project) -> Result<String> {
    let lock =
        fs::read(project.path("package-lock.json")).context("cannot read package-lock.json")?;
    Ok(fingerprint(&[&lock]))
}

/// Finds Chromium (or Chrome) and its driver, and installs them where the system lets us.
pub fn ensure_browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return same_version(browser);
    }
    // The font is for the page's Chinese text in pictures.
    if install(&["chromium", "chromium-driver", "fonts-noto-cjk"])?
        && let Some(browser) = find_browser()
    {
        return same_version(browser);
    }
    bail!(
        "no headless browser: install Chromium and its WebDriver in the same version \
         (Debian: `apt-get install chromium chromium-driver`; elsewhere Chrome and chromedriver), \
         or name their programs in the variables CHROME and CHROMEDRIVER"
    )
}

/// What the tests in Firefox and WebKit start, and the package of Debian that has it. WebKit
/// needs a screen and a bus; Firefox computes WebGPU on Mesa's software Vulkan.
const MORE_BROWSERS: [(&str, &str); 6] = [
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("xvfb-run", "xvfb"),
    ("xauth", "xauth"),
    ("dbus-run-session", "dbus-daemon"),
    (LAVAPIPE, "mesa-vulkan-drivers"),
];

/// Where Mesa describes its software Vulkan.
const LAVAPIPE: &str = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";

/// Finds Firefox and WebKit with what they need, and installs them where the system lets us.
pub fn ensure_more_browsers() -> Result<()> {
    let missing = || {
        let here = |program: &str| {
            which(program).is_some()
                || Path::new(program).is_file()
                || (program == "firefox-esr" && from_variable("FIREFOX").is_some())
        };
        MORE_BROWSERS
            .into_iter()
            .filter(|(program, _)| !here(program))
            .map(|(_, package)| package)
            .collect::<Vec<_>>()
    };
    let packages = missing();
    if packages.is_empty() || (install(&packages)? && missing().is_empty()) {
        return Ok(());
    }
    bail!(
        "these packages are missing (Debian's names): {}",
        missing().join(" ")
    )
}

/// Makes sure that Hugo is there, which is no package of npm's.
pub fn ensure_hugo() -> Result<()> {
    if which("hugo").is_some() || (install(&["hugo"])? && which("hugo").is_some()) {
        return Ok(());
    }
    bail!("Hugo is missing: install it with your system's packages")
}

/// Installs packages of Debian's, where there is `apt-get` and we may use it; false elsewhere.
fn install(packages: &[&str]) -> Result<bool> {
    if which("apt-get").is_none() || text(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Ok(false);
    }
    run(Command::new("apt-get").arg("update"))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))?;
    Ok(true)
}

fn find_browser() -> Option<Browser> {
    let chrome = from_variable("CHROME").or_else(|| {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ]
        .into_iter()
        .find_map(which)
        .or_else(|| {
            let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
            mac.is_file().then_some(mac)
        })
    })?;
    let driver = from_variable("CHROMEDRIVER")
        // Hosted runners name the driver's folder.
        .or_else(|| {
            from_variable("CHROMEWEBDRIVER")
                .map(|folder| folder.join("chromedriver"))
                .filter(|path| path.is_file())
        })
        .or_else(|| {
            ["chromedriver", "chromium.chromedriver"]
                .into_iter()
                .find_map(which)
        })?;
    Some(Browser { chrome, driver })
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// A driver of another major version starts, and then fails in ways that are hard to read.
fn same_version(browser: Browser) -> Result<Browser> {
    let version = |program: &Path| text(Command::new(program).arg("--version"));
    let chrome = version(&browser.chrome)
        .with_context(|| format!("{} does not run", browser.chrome.display()))?;
    let driver = version(&browser.driver)
        .with_context(|| format!("{} does not run", browser.driver.display()))?;
    if major(&chrome).is_some() && major(&chrome) != major(&driver) {
        bail!(
            "the browser ({chrome}) and its driver ({driver}) are of different versions: install a matching pair"
        );
    }
    Ok(browser)
}

/// Has one thing installed at a time: the site's build and the tests may ask for the same.
fn alone() -> MutexGuard<'static, ()> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    INSTALLING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ensure_cargo_tool(project: &Project, package: &str, program: &str, version: &str) -> Result<()> {
    let _alone = alone();
    if has_tool(project, program, version) {
        return Ok(());
    }
    println!("installing {package} {version} (once, a few minutes)");
    let root = project.target.join("tools");
    let build = project.target.join("tools-build");
    let install = |locked: bool| {
        let mut cargo = proc::cargo(project);
        cargo
            .args([
                "install",
                package,
                "--version",
                version,
                "--force",
                "--root",
            ])
            .arg(&root);
        if locked {
            cargo.arg("--locked");
        }
        // They work for seconds and are compiled for minutes, unless little is optimised.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        // A folder of its own, so that it never waits for, or mixes with, the project's builds.
        run(cargo.env("CARGO_TARGET_DIR", &build))
    };
    // A registry mirror may lag behind the versions in the tool's own lock file.
    if install(true).is_err() {
        println!("the locked dependencies are not all available: trying compatible ones");
        install(false)?;
    }
    // Only the programs are needed from here on.
    let _ = fs::remove_dir_all(&build);
    Ok(())
}

/// Ours come first on PATH; one that the machine already has will do as well.
fn has_tool(project: &Project, program: &str, version: &str) -> bool {
    text(proc::command(project, program).arg("--version"))
        .is_some_and(|output| names_version(&output, version))
}

/// The version of a package in Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let entry = lock.split("[[package]]").find(|entry| {
        entry
            .lines()
            .any(|line| line == format!("name = \"{package}\""))
    })?;
    entry
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}

/// Whether the output of `--version` names this very version.
fn names_version(output: &str, version: &str) -> bool {
    output.split_whitespace().any(|word| word == version)
}

/// The first number of the first dotted version in a text.
fn major(output: &str) -> Option<u32> {
    output
        .split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_gives_the_version() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = [\n \"x\",\n]\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }

    #[test]
    fn versions_match_whole_words() {
        assert!(names_version("wasm-bindgen 0.2.130", "0.2.130"));
        assert!(!names_version("wasm-bindgen 0.2.130", "0.2.13"));
    }

    #[test]
    fn the_major_version_is_found() {
        assert_eq!(major("Chromium 140.0.7339.80 built on Debian"), Some(140));
        assert_eq!(major("ChromeDriver 139.0.1 (abc)"), Some(139));
        assert_eq!(major("no version"), None);
    }
}
