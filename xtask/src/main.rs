//! `cargo xtask …`: every task of the repository behind one command, on a machine
//! that has Rust and Node and nothing else of this project installed.

mod args;
mod bench;
mod budget;
mod build;
mod check;
mod gpu_check;
mod kernels;
mod mnist;
mod precompress;
mod proc;
mod progress;
mod project;
mod schema;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

use args::Command;
use project::Project;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1).collect()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error:#}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    let project = Project::find();
    let result = match command {
        Command::Help => {
            println!("{}", args::HELP);
            Ok(true)
        }
        Command::Build(options) => build::build(&project, &options).map(|()| true),
        Command::Serve(options) => serve::serve(&project, &options).map(|()| true),
        Command::Test(groups) => test::test(&project, &groups),
        Command::Check => check::check(&project),
        Command::Schema => schema::schema(&project).map(|()| true),
        Command::Bench(options) => bench::bench(&project, &options).map(|()| true),
        Command::GpuCheck(options) => gpu_check::gpu_check(&project, &options),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        // The command has already said what failed.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
