//! `cargo xtask serve`: builds the site and serves it on localhost. The server itself is
//! `xtask/serve.mjs`; it starts as soon as there is something to look at.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::progress::Progress;
use crate::project::Project;
use crate::{build, proc, tools};

/// What `serve` takes.
pub struct Options {
    /// How to build the site first.
    pub build: build::Options,
    /// The port to listen on: 0 for any, none for 8080 or the next free one.
    pub port: Option<u16>,
    /// Serve what is there, without building.
    pub no_build: bool,
    /// Send COOP and COEP, which make the page cross-origin isolated.
    pub isolated: bool,
}

/// Builds the site and serves it until the process is stopped.
pub fn serve(project: &Project, options: &Options) -> Result<()> {
    let site = project.root.join(&options.build.out);
    if options.no_build {
        if !site.join("index.html").is_file() {
            bail!(
                "there is no site in {}: leave out --no-build",
                site.display()
            );
        }
        tools::ensure_npm(project)?;
        return Server::start(project, &site, options)?.wait();
    }
    let mut progress = Progress::new(build::slow_stages(project, &options.build)?);
    build::first_look(project, &options.build, &mut progress)?;
    let mut server = Server::start(project, &site, options)?;
    build::complete(project, &options.build, &mut progress, &mut |minutes| {
        server.tell(&minutes.to_string());
    })?;
    server.tell("");
    server.wait()
}

/// The running server. It ends with this process, whose pipe is its standard input.
struct Server {
    child: Child,
}

impl Server {
    /// Starts it, and returns when it listens.
    fn start(project: &Project, site: &Path, options: &Options) -> Result<Self> {
        let mut node = proc::command(project, "node");
        node.arg("xtask/serve.mjs").arg(site).arg("--attended");
        if let Some(port) = options.port {
            node.args(["--port", &port.to_string()]);
        }
        if options.isolated {
            node.arg("--isolated");
        }
        let mut child = node
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node")?;
        let mut output = BufReader::new(child.stdout.take().context("no stdout")?);
        let mut address = String::new();
        if output.read_line(&mut address)? == 0 {
            bail!("the server did not start ({})", child.wait()?);
        }
        print!("{address}");
        thread::spawn(move || io::copy(&mut output, &mut io::stdout()));
        Ok(Self { child })
    }

    /// Tells it how many minutes the build will still take; nothing, when it has ended.
    fn tell(&mut self, minutes: &str) {
        if let Some(input) = &mut self.child.stdin {
            // Should it have died, waiting for it will say so.
            let _ = writeln!(input, "{minutes}");
        }
    }

    fn wait(mut self) -> Result<()> {
        // Its input has to stay open: `Child::wait` would close it.
        let input = self.child.stdin.take();
        let status = self.child.wait()?;
        drop(input);
        if !status.success() {
            bail!("the server ended ({status})");
        }
        Ok(())
    }
}
