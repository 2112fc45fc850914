//! `cargo xtask test`: every test of the project, in order, counted over all runners.

mod report;

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::proc::{self, seconds, tee};
use crate::project::Project;
use crate::{build, tools};
use report::{Outcome, Tally, is_file};

/// The parts that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Rust on this machine: unit, golden and doc tests.
    Native,
    /// ganvas-web in a headless browser, on WebGPU and on the CPU.
    Wasm,
    /// JavaScript without a browser.
    Unit,
    /// The built site in a headless browser.
    E2e,
    /// The built site on real hosts, site generators that npm installs on the first run.
    Hosts,
    /// The built site in browsers other than Chromium: Firefox and WebKit.
    Browsers,
}

impl Group {
    /// All groups, in the order in which they run: what is quick to fail first.
    const ALL: [Self; 6] = [
        Self::Native,
        Self::Wasm,
        Self::Unit,
        Self::E2e,
        Self::Hosts,
        Self::Browsers,
    ];

    /// Whether it runs when no group is named. WebKit can be driven on Linux alone.
    const fn usual(self) -> bool {
        !matches!(self, Self::Browsers) || cfg!(target_os = "linux")
    }

    /// Whether it drives the built site.
    const fn needs_site(self) -> bool {
        matches!(self, Self::E2e | Self::Hosts | Self::Browsers)
    }

    /// The group that goes by a name on the command line.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "native" => Self::Native,
            "wasm" => Self::Wasm,
            "unit" => Self::Unit,
            "e2e" => Self::E2e,
            "hosts" => Self::Hosts,
            "browsers" => Self::Browsers,
            _ => return None,
        })
    }
}

/// The hosts that are tested when no group is named.
const USUAL_HOSTS: [&str; 3] = ["hexo", "hugo", "vitepress"];

/// What a step does.
type Run<'a> = &'a dyn Fn() -> Result<Tally>;

/// Runs the groups and prints the count; true when nothing failed.
pub fn test(project: &Project, asked: &[Group]) -> Result<bool> {
    let mut outcomes = Vec::new();
    let mut step = |name: &'static str, counted: bool, run: Run<'_>| {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = Outcome::new(name, counted, run());
        println!(
            "== {name}: {} ({})",
            outcome.words(),
            seconds(start.elapsed())
        );
        let good = outcome.good();
        outcomes.push(outcome);
        good
    };

    let groups = groups(asked);
    thread::scope(|scope| {
        // It is built beside the first tests, in folders that they do not use: neither keeps two
        // cores busy.
        let building = groups
            .iter()
            .any(|group| group.needs_site())
            .then(|| scope.spawn(|| site(project)));
        let building = Cell::new(building);
        // Old pages would be tested otherwise, and their result believed.
        let mut built = None;
        let is_built = || match building.take().map(ScopedJoinHandle::join) {
            Some(Ok(result)) => result,
            _ => bail!("the build panicked"),
        };
        for group in groups {
            if group.needs_site()
                && !*built.get_or_insert_with(|| step("site build", false, &is_built))
            {
                continue;
            }
            run_group(project, group, asked, &mut step);
        }
    });
    println!("\n{}", report::summary(&outcomes));
    Ok(outcomes.iter().all(Outcome::good))
}

/// Runs a group by `step`, which counts and tells.
fn run_group(
    project: &Project,
    group: Group,
    asked: &[Group],
    step: &mut dyn FnMut(&'static str, bool, Run<'_>) -> bool,
) {
    match group {
        Group::Native => {
            step("native tests", true, &|| native(project));
        }
        Group::Wasm => {
            step("browser tests of ganvas-web", true, &|| wasm(project));
        }
        Group::Unit => {
            step("JavaScript unit tests", true, &|| unit(project));
        }
        Group::E2e => {
            step("end-to-end tests", true, &|| {
                in_browser(project, &test_files(&project.path("tests/e2e"))?)
            });
        }
        Group::Hosts => {
            let all = asked.contains(&group);
            step("tests on real hosts", true, &|| hosts(project, all));
        }
        Group::Browsers => {
            step("tests in Firefox and WebKit", true, &|| {
                tools::ensure_more_browsers()?;
                in_browser(project, &test_files(&project.path("tests/browsers"))?)
            });
        }
    }
}

/// The groups that were asked for, in the order in which they always run.
fn groups(asked: &[Group]) -> Vec<Group> {
    Group::ALL
        .into_iter()
        .filter(|group| asked.contains(group) || (asked.is_empty() && group.usual()))
        .collect()
}

/// Unit, golden and doc tests. `cargo test` by itself would link every example too, which takes a
/// minute; that they compile is what `check` looks at, and one has tests.
fn native(project: &Project) -> Result<Tally> {
    let mut all = Tally::default();
    for what in ["--lib --bins --tests --example results", "--doc"] {
        let mut cargo = proc::cargo(project);
        let tally = counted(
            cargo
                .args(["test", "--no-fail-fast"])
                .args(what.split_whitespace())
                .args(tools::NATIVE.split_whitespace()),
        )?;
        all = all.and(tally);
    }
    Ok(all)
}

fn wasm(project: &Project) -> Result<Tally> {
    tools::ensure_wasm_target(project)?;
    tools::ensure_wasm_bindgen(project)?;
    tools::ensure_wasm_pack(project)?;
    let browser = tools::ensure_browser()?;
    let mut command = proc::command(project, "wasm-pack");
    command.args([
        "test",
        "--headless",
        "--chrome",
        "--mode",
        "no-install",
        "crates/ganvas-web",
    ]);
    // The limit is for the whole binary, and a software GPU is slow.
    command
        .env("CHROMEDRIVER", browser.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "900");
    let tally = counted(&mut command)?;
    // Without a test that failed it is the browser, which did not start or went away.
    if tally.failed == 0 || !tally.names.is_empty() {
        return Ok(tally);
    }
    println!("\n-- once more, since no test failed");
    counted(&mut command)
}

fn unit(project: &Project) -> Result<Tally> {
    tools::ensure_npm(project)?;
    counted(proc::npm(project).args(["run", "--silent", "test:unit"]))
}

fn site(project: &Project) -> Result<Tally> {
    build::build(project, &build::Options::default()).map(|()| Tally::default())
}

/// The hosts of the blogs that Ganvas was made for, or all of them.
fn hosts(project: &Project, all: bool) -> Result<Tally> {
    tools::ensure_hugo()?;
    let mut files = test_files(&project.path("tests/hosts"))?;
    if !all {
        let usual = USUAL_HOSTS.map(|host| format!("{host}.test.mjs"));
        files.retain(|file| usual.iter().any(|name| file.ends_with(name)));
    }
    in_browser(project, &files)
}

/// Drives browsers. What fails is tried once more by itself, since a machine that is shared may hold
/// a browser up for longer than a test waits: what fails twice has failed, and what needed the
/// second try is named at the end, for somebody to look into. So is a file that came to no end.
fn in_browser(project: &Project, files: &[PathBuf]) -> Result<Tally> {
    let mut tally = drive(project, files, &[])?;
    if tally.names.is_empty() || tally.names.len() > MOST_TRIED_AGAIN {
        return Ok(tally);
    }
    println!("\n-- once more, what failed");
    let endless: Vec<&PathBuf> = files.iter().filter(|file| tally.endless(file)).collect();
    for file in endless {
        let again = drive(project, std::slice::from_ref(file), &[])?;
        tally = tally.came_to_an_end(file, &again);
    }
    let tests: Vec<String> = tally
        .names
        .iter()
        .filter(|name| !is_file(name))
        .cloned()
        .collect();
    if tests.is_empty() {
        return Ok(tally);
    }
    let again = drive(project, files, &tests)?;
    Ok(tally.tried_again(&again))
}

/// With more failures than these it is not the machine.
const MOST_TRIED_AGAIN: usize = 5;

/// Files whose tests run side by side: a browser mostly waits for something, and three keep two
/// cores busy. What is to be tried once more has the machine to itself.
const FILES_AT_ONCE: usize = 3;

/// Seconds after which a file's process is ended: more than half as long again as the longest took
/// beside two others on two slow cores, 730. Each test has a limit of its own; this one is for a
/// browser that cannot be started or closed.
const FILE_SECONDS: u32 = 1200;

/// Runs the tests of these files in a browser: all of them, or those of these names.
fn drive(project: &Project, files: &[PathBuf], names: &[String]) -> Result<Tally> {
    let browser = tools::ensure_browser()?;
    let mut node = proc::command(project, "node");
    node.args(["--test", "--test-reporter=spec"]);
    node.arg(format!("--test-timeout={}", 1000 * FILE_SECONDS));
    node.arg(format!(
        "--test-concurrency={}",
        if names.is_empty() { FILES_AT_ONCE } else { 1 }
    ));
    for name in names {
        node.arg(format!("--test-name-pattern={}", exactly(name)));
    }
    // Named one by one, since Node's versions disagree on what a folder means here.
    node.args(files);
    counted(
        node.env("CHROME", &browser.chrome)
            .env("CHROMEDRIVER", &browser.driver),
    )
}

/// A regular expression that matches this text alone.
fn exactly(text: &str) -> String {
    let mut pattern = String::from("^");
    for character in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('$');
    pattern
}

/// The `*.test.js` and `*.test.mjs` files of a folder and its subfolders.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(test_files(&path).unwrap_or_default());
        } else if path.to_string_lossy().ends_with(".test.js")
            || path.to_string_lossy().ends_with(".test.mjs")
        {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("no tests in {}", folder.display());
    }
    files.sort();
    Ok(files)
}

/// Runs a test command and counts what it reports.
fn counted(command: &mut Command) -> Result<Tally> {
    let (status, output) = tee(command)?;
    let mut tally = Tally::of(&output);
    // It broke outside its tests: one of them did not compile, or the browser went away.
    if tally.failed == 0 && !status.success() {
        println!("the command failed ({status}), although no single test did");
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_matched_as_it_is() {
        assert_eq!(exactly("a lab (zh)"), r"^a lab \(zh\)$");
        assert_eq!(exactly(r"{x} 1/2 [\]"), r"^\{x\} 1\/2 \[\\\]$");
    }

    #[test]
    fn groups_run_in_their_own_order_and_once() {
        let usual = groups(&[]);
        assert!(usual.starts_with(&[Group::Native, Group::Wasm, Group::Unit, Group::E2e]));
        assert!(usual.contains(&Group::Hosts));
        assert_eq!(usual.contains(&Group::Browsers), cfg!(target_os = "linux"));
        for named in [Group::Hosts, Group::Browsers] {
            assert_eq!(groups(&[named]), [named]);
        }
        assert_eq!(
            groups(&[Group::E2e, Group::Native, Group::E2e]),
            [Group::Native, Group::E2e]
        );
    }
}
