//! Trains every system on MNIST, judges what it draws, and writes `docs/results.md`:
//!
//! ```text
//! cargo run --release -p ganvas-core --example results
//! ```
//!
//! Each run leaves a record in `docs/results/`. One that is there and still fits
//! its row is not repeated, so the command can be stopped and started again, or do
//! a part: `-- --only clear --seed 2`.

#[path = "../support/mod.rs"]
mod support;

mod clock;
mod judge;
mod page;
mod record;
mod reference;
mod rows;
mod run;
mod statistics;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use ganvas_core::{Error, Result};
use judge::Judge;
use record::Store;
use rows::Row;
use support::failure::finish;

/// Trains every system on MNIST, judges its images against the test set and
/// writes the table of results.
#[derive(Debug, Parser)]
struct Options {
    /// Only this row; may be repeated.
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Only this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Repeat runs that have a record.
    #[arg(long)]
    force: bool,
    /// Train nothing: write the page from the records.
    #[arg(long, conflicts_with_all = ["only", "seed", "force", "reference"])]
    render: bool,
    /// Judge samples of a script tools/reference_dcgan*.py instead of training; may be repeated.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "seed", "force"])]
    reference: Vec<PathBuf>,
    /// Folder with MNIST's four IDX files (.gz).
    #[arg(long, value_name = "DIR", default_value = "../shared/mnist")]
    mnist: PathBuf,
    /// Folder of the page; the records and pictures go into its folder `results`.
    #[arg(long, value_name = "DIR", default_value = "docs")]
    docs: PathBuf,
}

fn main() -> ExitCode {
    finish(results(&Options::parse()))
}

fn results(options: &Options) -> Result<()> {
    let rows = rows::all()?;
    let store = Store::open(options.docs.join("results"))?;
    if options.reference.is_empty() {
        if !options.render {
            train(options, &rows, &store)?;
        }
    } else {
        let judge = Judge::open(&options.mnist)?;
        for samples in &options.reference {
            reference::judge(samples, &judge, &store)?;
        }
    }
    page::write(&options.docs.join("results.md"), &rows, &store)
}

fn train(options: &Options, rows: &[Row], store: &Store) -> Result<()> {
    if let Some(name) = options.only.iter().find(|name| !known(rows, name)) {
        return Err(Error::experiment("only", format!("there is no row {name}")));
    }
    let judge = Judge::open(&options.mnist)?;
    for row in rows {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == row.name) {
            continue;
        }
        for &seed in row.seeds {
            let wanted = options.seed.is_none_or(|only| only == seed);
            if wanted && (options.force || !store.has(row, seed)) {
                run::run(row, seed, &options.mnist, &judge, store)?;
            }
        }
    }
    Ok(())
}

fn known(rows: &[Row], name: &str) -> bool {
    rows.iter().any(|row| row.name == name)
}
