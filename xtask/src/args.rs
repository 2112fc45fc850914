//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::{bench, build, serve, test};

/// What `cargo xtask help` prints.
pub const HELP: &str = "\
cargo xtask COMMAND

  build   make the release site in dist/, for any static host and any base path
            --mnist DIR      folder with MNIST's IDX files (default: data/mnist,
                             ../shared/mnist, then the public mirrors)
            --out DIR        folder to put the site in (default: dist)
            --dev            skip the slow steps that only make files smaller
            --backend NAME   build the wasm modules of one backend alone, cpu or webgpu
  serve   build, then serve the site on localhost; takes build's options and
            --port N         default: 8080 or the next free one; 0 takes any
            --no-build       serve what is there
            --isolated       send COOP and COEP (cross-origin isolation)
  test    run the tests: those of every group, or of the groups named:
            native, wasm, unit, e2e,
            hosts            on real site generators: all of them when named,
                             else Hexo, Hugo and VitePress
            browsers         in Firefox and WebKit, on Linux
  check   run formatters, linters and rustdoc, and pack the crates as for publishing
  schema  write the experiment's schema for the front end, after changes in Rust
  bench   build, then measure the site in a headless browser
            --no-build       measure what is there
            further options go to tests/bench/run.mjs (--peers, for one)
  gpu-check
          build tools/gpu-check, then compare every kernel on this machine's
          GPU with the CPU, and time it, without a browser
            options go to the program: --out FILE, --adapter TEXT, --list,
            --seconds N, --quick, --full";

/// A command with its options.
pub enum Command {
    /// Print how to use it.
    Help,
    /// See [`build`].
    Build(build::Options),
    /// See [`serve`].
    Serve(serve::Options),
    /// See [`mod@test`]; the groups to run, none for all.
    Test(Vec<test::Group>),
    /// See [`crate::check`].
    Check,
    /// See [`mod@crate::schema`].
    Schema,
    /// See [`mod@bench`].
    Bench(bench::Options),
    /// See [`mod@crate::gpu_check`]; the program's options.
    GpuCheck(Vec<OsString>),
}

/// Reads the arguments that follow the program's name.
pub fn parse(arguments: Vec<OsString>) -> Result<Command> {
    let mut arguments = Arguments::from_vec(arguments);
    if arguments.contains(["-h", "--help"]) {
        return Ok(Command::Help);
    }
    let command = match arguments.subcommand()?.as_deref() {
        None | Some("help") => Command::Help,
        Some("build") => Command::Build(build_options(&mut arguments)?),
        Some("serve") => Command::Serve(serve::Options {
            port: arguments.opt_value_from_str("--port")?,
            no_build: arguments.contains("--no-build"),
            isolated: arguments.contains("--isolated"),
            build: build_options(&mut arguments)?,
        }),
        Some("test") => Command::Test(groups(&mut arguments)?),
        Some("check") => Command::Check,
        Some("schema") => Command::Schema,
        Some("bench") => {
            let no_build = arguments.contains("--no-build");
            return Ok(Command::Bench(bench::Options {
                no_build,
                rest: arguments.finish(),
            }));
        }
        Some("gpu-check") => return Ok(Command::GpuCheck(arguments.finish())),
        Some(other) => bail!("there is no command {other:?}"),
    };
    let rest = arguments.finish();
    if !rest.is_empty() {
        bail!("what does {rest:?} mean here?");
    }
    Ok(command)
}

fn build_options(arguments: &mut Arguments) -> Result<build::Options> {
    let path = |text: &std::ffi::OsStr| Ok::<_, std::convert::Infallible>(PathBuf::from(text));
    let backend: Option<String> = arguments.opt_value_from_str("--backend")?;
    if let Some(backend) = &backend
        && !build::backends().any(|known| known == backend)
    {
        bail!("--backend is cpu or webgpu, not {backend:?}");
    }
    Ok(build::Options {
        mnist: arguments.opt_value_from_os_str("--mnist", path)?,
        out: arguments
            .opt_value_from_os_str("--out", path)?
            .unwrap_or_else(|| build::Options::default().out),
        dev: arguments.contains("--dev"),
        backend,
    })
}

fn groups(arguments: &mut Arguments) -> Result<Vec<test::Group>> {
    let mut groups = Vec::new();
    while let Some(name) = arguments.opt_free_from_str::<String>()? {
        groups.push(
            test::Group::named(&name)
                .with_context(|| format!("there is no group of tests {name:?}"))?,
        );
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn parse(line: &str) -> Result<Command> {
        super::parse(line.split_whitespace().map(OsString::from).collect())
    }

    #[test]
    fn build_and_serve_take_their_options() {
        let Command::Serve(options) =
            parse("serve --mnist some/dir --port 0 --isolated --dev --backend cpu").unwrap()
        else {
            panic!()
        };
        assert_eq!(
            (options.port, options.isolated, options.no_build),
            (Some(0), true, false)
        );
        assert_eq!(options.build.mnist.as_deref(), Some(Path::new("some/dir")));
        assert_eq!(
            (options.build.out.as_path(), options.build.dev),
            (Path::new("dist"), true)
        );
        assert_eq!(options.build.backend.as_deref(), Some("cpu"));
        let Command::Build(options) = parse("build --out elsewhere").unwrap() else {
            panic!()
        };
        assert_eq!(options.out, Path::new("elsewhere"));
    }

    #[test]
    fn mistakes_are_named() {
        for line in [
            "biuld",
            "build --fast",
            "build --backend gpu",
            "test everything",
            "serve --port many",
            "check --all",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert!(matches!(parse("").unwrap(), Command::Help));
        assert!(matches!(parse("test --help").unwrap(), Command::Help));
    }

    #[test]
    fn the_benchmark_gets_what_is_left() {
        let Command::Bench(options) = parse("bench --no-build --peers --json x").unwrap() else {
            panic!()
        };
        assert_eq!(
            (options.no_build, options.rest),
            (
                true,
                ["--peers", "--json", "x"].map(OsString::from).to_vec()
            )
        );
    }

    #[test]
    fn the_gpu_check_gets_its_options() {
        let Command::GpuCheck(options) = parse("gpu-check --quick --out gpu.json").unwrap() else {
            panic!()
        };
        assert_eq!(
            options,
            ["--quick", "--out", "gpu.json"].map(OsString::from)
        );
    }
}
