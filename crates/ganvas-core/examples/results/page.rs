//! `docs/results.md`, from the records.

use std::fmt::Write;
use std::path::Path;

use ganvas_core::{Experiment, Result};
use serde_json::{Map, Value};

use crate::record::{Record, Store, picture_name};
use crate::reference::as_trained;
use crate::rows::{self, GOOD, READABLE, REFERENCES, Reference, Row};
use crate::statistics::{ENOUGH, SIGNIFICANT};
use crate::support::files;
use crate::tables;

/// Writes the page.
///
/// # Errors
///
/// `internal` when the file cannot be written.
pub fn write(path: &Path, all: &[Row], store: &Store) -> Result<()> {
    let results: Vec<tables::Outcome> = all
        .iter()
        .map(|row| tables::Outcome {
            row,
            records: records(store, row.name, row.seeds, |record| record.fits(row)),
        })
        .collect();
    let mut page = String::from("# Results\n\n");
    page.push_str(&introduction(&results));
    page.push_str(&tables::summary(&results));
    page.push_str(&verdict(&results));
    page.push_str(&reference(&results, store));
    page.push_str("\n## Runs and pictures\n");
    for result in &results {
        page.push_str(&section(result));
    }
    files::write(ganvas_core::ErrorCode::Internal, path, page.as_bytes())?;
    println!("wrote {}", path.display());
    Ok(())
}

fn records(
    store: &Store,
    name: &str,
    seeds: &[u64],
    fits: impl Fn(&Record) -> bool,
) -> Vec<Record> {
    seeds
        .iter()
        .filter_map(|&seed| store.read(name, seed))
        .filter(fits)
        .collect()
}

fn introduction(results: &[tables::Outcome]) -> String {
    let mut text = "Every system, trained for a stated budget on real MNIST by one command and \
        judged by one metric:\n\n\
        ```sh\ncargo run --release -p ganvas-core --example results\n```\n\n\
        It trains what has no record in [results/](results/) yet and writes this page from the \
        records; `-- --only clear --seed 2 --force` repeats one run, \
        `-- --render` only writes the page.\n\n\
        - **Trained on** the first 10,000 images of MNIST's training set, without augmentation.\n"
        .to_owned();
    if let Some(Record { figures, .. }) = results.iter().flat_map(|r| &r.records).next() {
        let _ = writeln!(
            text,
            "- **Judged** by {} new images after the last step against {} of MNIST's test set, \
             which no run sees, with the [digit classifier](classifier.md). *Fréchet distance* \
             is that of its features: real digits against the other half of the test set get \
             {:.2}. *Confidence* is its mean largest probability: {:.3} for real digits. *Modes* \
             are the digits that at least 1 % of the images show with a confidence of 0.8.",
            figures.count, figures.reference_count, figures.frechet_floor, figures.real_confidence,
        );
    }
    let _ = write!(
        text,
        "- **Budget**: the steps in the table, generator updates each with its discriminator \
         updates, on one thread of the CPU backend. On one machine figures repeat to \
         the last digit; on another sums are rounded otherwise, and over thousands of steps a \
         seed ends elsewhere, within the spread of seeds. Seconds are processor time of the \
         machine that made the page.\n\
         - **Asked**: 10 modes and a mean confidence of at least {READABLE}; of DCGAN, conditional GAN \
         and WGAN-GP at least {GOOD}. Where there are several seeds they count from 1 and none was \
         left out: figures are mean ± standard deviation, and *modes* are those of the worst. One \
         seed says little: what rows of one seed differ by may be chance. The settings of the presets were chosen by runs of seed 42 with this metric, so the \
         test set had a part in choosing them; the budgets of WGAN-GP, CycleGAN and the coloured digits after a look at seed 1.\n\
         - **Where the judge is blind**: it forgives blur, a VAE's above all, which a look at the \
         pictures or at the grey levels does not; [its page](classifier.md#limits) has the \
         measurements. So a VAE's figures and a GAN's do not compare.\n\
         - CycleGAN is judged by drawn digits turned into handwritten ones, and asked for a smaller \
         Fréchet distance than they had before: their confidence is high from the start. The \
         drawings are those that it was trained on, so that its figures say nothing about new \
         ones. The coloured digits are judged by the ink that they hold.\n\n",
    );
    text
}

fn verdict(results: &[tables::Outcome]) -> String {
    let those = |verdict: tables::Verdict| -> Vec<&str> {
        results
            .iter()
            .filter(|result| result.verdict() == verdict)
            .map(|result| result.row.title)
            .collect()
    };
    let (missed, open) = (
        those(tables::Verdict::Missed),
        those(tables::Verdict::NotRun),
    );
    let mut text = match missed.as_slice() {
        [] => "\nNo row that was run misses what is asked.\n".to_owned(),
        missed => format!("\nWhat is asked is missed by: {}.\n", missed.join("; ")),
    };
    if !open.is_empty() {
        let _ = writeln!(text, "\nNot run yet: {}.", open.join("; "));
    }
    text
}

fn reference(results: &[tables::Outcome], store: &Store) -> String {
    let Some(ours) = results
        .iter()
        .find(|result| result.row.name == rows::ARTICLE)
    else {
        return String::new();
    };
    let steps = ours.row.steps;
    let references: Vec<(&Reference, Vec<Record>)> = REFERENCES
        .iter()
        .map(|reference| {
            let theirs = records(store, reference.name, ours.row.seeds, |record| {
                record.steps == steps && as_trained(record, ours.row)
            });
            (reference, theirs)
        })
        .collect();
    let Experiment {
        width,
        batch_size,
        generator_lr,
        beta1,
        beta2,
        ..
    } = ours.row.experiment(0);
    let mut text = format!(
        "\n## Beside other implementations\n\n\
         The DCGAN of article 004 in JAX and in PyTorch, which share no code with Ganvas: the \
         same data, networks, initialisation, loss and Adam, width {width}, batch {batch_size}, {steps} \
         steps and the same number of seeds. At the article's own width 64 and batch 128 a step is \
         some sixty times the arithmetic; with networks this small its Adam (2e-4, β₁ 0.9) lets the \
         discriminator win, so all take the step size and β₁ of Ganvas' default ({generator_lr}, \
         {beta1}). All are judged by the same command:\n\n\
         ```sh\n"
    );
    for Reference { name, script, .. } in REFERENCES {
        let _ = write!(
            text,
            "python {script} --width {width} --batch {batch_size} --steps {steps} \\\n    \
             --lr {generator_lr} --beta1 {beta1} --beta2 {beta2} --seed 1 --out target/{name}-1.idx3-ubyte\n\
             cargo run --release -p ganvas-core --example results -- --reference target/{name}-1.idx3-ubyte\n"
        );
    }
    text.push_str("```\n\n");
    let named: Vec<(&str, Vec<Record>)> = references
        .iter()
        .map(|(reference, records)| (reference.framework, records.clone()))
        .collect();
    text.push_str(&tables::comparison(&ours.records, &named));
    let _ = writeln!(
        text,
        "\nA difference is called one where Welch's test gives p < {SIGNIFICANT} *and* the \
         intervals mean ± standard deviation do not overlap, with at least {ENOUGH} seeds on \
         both sides. All runs of this table are of one machine: on another the references round \
         otherwise, and a seed ends elsewhere. Seconds are of processor time on a machine that did \
         other work as well, and no benchmark."
    );
    for (reference, records) in references.iter().filter(|(_, records)| !records.is_empty()) {
        let Reference {
            framework, name, ..
        } = reference;
        let _ = write!(
            text,
            "\n### In {framework}\n\n{}\n![64 digits of the reference in {framework}](results/{})\n",
            tables::seeds(records),
            picture_name(name)
        );
    }
    text
}

fn section(result: &tables::Outcome) -> String {
    let Row { name, title, .. } = result.row;
    let mut text = format!("\n<a id=\"{name}\"></a>\n\n### {title}\n\n");
    if result.records.is_empty() {
        text.push_str("Not run yet.\n");
        return text;
    }
    let _ = write!(
        text,
        "`--only {name}`: {}. {} parameters.\n\n{}\n![Digits: {title}](results/{})\n",
        settings(&result.row.experiment(0)),
        result.records[0].parameters,
        tables::seeds(&result.records),
        picture_name(name)
    );
    if let Some(before) = &result.records[0].untranslated {
        let _ = writeln!(
            text,
            "\nBefore they are translated, the drawn digits are at a Fréchet distance of {:.2}, with a \
             confidence of {:.3}. The picture shows each drawn digit, its translation, a real digit \
             and its translation.",
            before.frechet_distance, before.confidence
        );
    }
    text
}

/// What an experiment changes in the defaults, as JSON.
fn settings(experiment: &Experiment) -> String {
    let (own, defaults) = (experiment.to_value(), Experiment::default().to_value());
    let changes: Map<String, Value> = own
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(field, value)| field.as_str() != "seed" && defaults[field.as_str()] != **value)
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    if changes.is_empty() {
        "the defaults".to_owned()
    } else {
        format!("`{}`", Value::Object(changes))
    }
}
