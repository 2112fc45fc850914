//! Running other programs, and the small file helpers that go with that.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// A command that runs in the repository's root with the installed tools first on PATH.
pub fn command(project: &Project, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(project.tools_bin()).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(paths) {
        command.env("PATH", path);
    }
    command.current_dir(&project.root);
    command
}

/// `cargo …`, the same one that runs this program.
pub fn cargo(project: &Project) -> Command {
    command(
        project,
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    )
}

/// `npm …`; on Windows it is a batch file, which has to be named in full.
pub fn npm(project: &Project) -> Command {
    command(project, if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Shows the command, runs it, and fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", program(command));
    }
    Ok(())
}

/// Shows and runs the command, passes its output on while it comes, and returns a copy of it.
pub fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    announce(command);
    if io::stdout().is_terminal() {
        // Behind a pipe they would fall back to plain text.
        command
            .env("CARGO_TERM_COLOR", "always")
            .env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program(command)))?;
    let stdout = child.stdout.take().context("no stdout")?;
    let stderr = child.stderr.take().context("no stderr")?;
    let output = std::thread::scope(|scope| {
        let errors = scope.spawn(move || pass_on(stderr, io::stderr()));
        let mut output = pass_on(stdout, io::stdout());
        output.push_str(&errors.join().unwrap_or_default());
        output
    });
    Ok((child.wait()?, output))
}

/// What a command prints, or nothing when it cannot run or fails.
pub fn text(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first program of that name on PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// A duration as people say it.
pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!(
            "{:.0} min {:02.0} s",
            (seconds / 60.0).floor(),
            seconds % 60.0
        )
    }
}

/// A fingerprint of bytes, to notice changes in what we built ourselves; no defence
/// against forgery, and a new compiler may change it, which costs one rebuild.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = path.with_added_extension("part");
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file unless it already has these bytes, so that its time stays when nothing changed.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        Ok(())
    } else {
        write(path, bytes)
    }
}

fn announce(command: &Command) {
    // Paths below the root are shown as one would type them there.
    let root = command
        .get_current_dir()
        .map(|root| format!("{}{}", root.display(), std::path::MAIN_SEPARATOR))
        .unwrap_or_default();
    let short = |argument: &OsStr| {
        let argument = argument.to_string_lossy();
        argument.strip_prefix(&root).unwrap_or(&argument).to_owned()
    };
    let arguments: Vec<_> = command.get_args().map(short).collect();
    println!("$ {} {}", program(command), arguments.join(" "));
}

fn program(command: &Command) -> String {
    let path = Path::new(command.get_program());
    path.file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn pass_on(from: impl Read, mut to: impl Write) -> String {
    let mut copy = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A reader that went away must not stop the tests.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        copy.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn fingerprints_see_content_and_boundaries() {
        assert_eq!(fingerprint(&[b"a", b"b"]), fingerprint(&[b"a", b"b"]));
        assert_ne!(fingerprint(&[b"ab", b""]), fingerprint(&[b"a", b"b"]));
    }
}
