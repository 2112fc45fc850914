//! The page's tables.

use std::fmt::Write;

use crate::record::Record;
use crate::rows::{self, Row};
use crate::statistics::{ENOUGH, Finding, Spread, Welch, compare};

/// Whether a row is what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is, over the seeds that were run.
    Reached,
    /// It is not.
    Missed,
    /// Nobody knows yet.
    NotRun,
}

/// A row with the records that it has.
pub struct Outcome<'a> {
    /// What was asked.
    pub row: &'a Row,
    /// What came of it, seed by seed.
    pub records: Vec<Record>,
}

impl Outcome<'_> {
    /// Over the seeds.
    pub fn spread(&self, figure: impl Fn(&Record) -> f64 + Copy) -> Option<Spread> {
        Spread::of(self.records.iter().map(figure))
    }

    /// Whether every seed draws all digits, their mean confidence is what is asked, and
    /// translated images, which have that from the start, came nearer to the real ones.
    pub fn verdict(&self) -> Verdict {
        let Some(spread) = self.spread(confidence) else {
            return Verdict::NotRun;
        };
        let translated = self.records.iter().all(|record| {
            record
                .untranslated
                .as_ref()
                .is_none_or(|before| frechet(record) < before.frechet_distance)
        });
        if spread.mean >= self.row.threshold && self.modes() >= Some(rows::MODES) && translated {
            Verdict::Reached
        } else {
            Verdict::Missed
        }
    }

    /// `3`, or `1 of 3` while seeds are missing.
    fn seeds(&self) -> String {
        match (self.records.len(), self.row.seeds.len()) {
            (done, asked) if done == asked => done.to_string(),
            (done, asked) => format!("{done} of {asked}"),
        }
    }

    /// The fewest digits that a seed draws.
    pub fn modes(&self) -> Option<usize> {
        self.records.iter().map(|record| record.figures.modes).min()
    }
}

/// Mean largest probability of the classifier.
pub fn confidence(record: &Record) -> f64 {
    record.figures.confidence
}

/// Fréchet distance.
pub fn frechet(record: &Record) -> f64 {
    record.figures.frechet_distance
}

/// Seconds of training.
pub fn seconds(record: &Record) -> f64 {
    record.seconds
}

/// The first table: one line a row.
pub fn summary(results: &[Outcome]) -> String {
    let mut text = String::from(
        "| system | preset | width, batch | steps | seeds | seconds | Fréchet distance | modes | confidence | asked | |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for result in results {
        let Row {
            name,
            title,
            steps,
            threshold,
            ..
        } = result.row;
        let experiment = result.row.experiment(0);
        let preset = result
            .row
            .preset()
            .map_or_else(String::new, |preset| format!("`{preset}`"));
        let show = |spread: Option<Spread>, digits| {
            spread.map_or_else(|| "–".to_owned(), |spread| spread.show(digits))
        };
        let modes = result
            .modes()
            .map_or_else(|| "–".to_owned(), |modes| modes.to_string());
        let _ = writeln!(
            text,
            "| [{title}](#{name}) | {preset} | {}, {} | {steps} | {} | {} | {} | {modes} | {} | {threshold} | {} |",
            experiment.width,
            experiment.batch_size,
            result.seeds(),
            result
                .spread(seconds)
                .map_or_else(|| "–".to_owned(), |spread| format!("{:.0}", spread.mean)),
            show(result.spread(frechet), 2),
            show(result.spread(confidence), 3),
            match result.verdict() {
                Verdict::Reached => "reached",
                Verdict::Missed => "**missed**",
                Verdict::NotRun => "not run yet",
            },
        );
    }
    text
}

/// One line for every run of `records`, which belong together.
pub fn seeds(records: &[Record]) -> String {
    let mut text = String::from(
        "| seed | steps | seconds | Fréchet distance | modes | KL to uniform | confidence |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for record in records {
        let figures = &record.figures;
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} | {:.2} | {} | {:.3} | {:.3} |",
            record.seed,
            record.steps,
            record.seconds,
            figures.frechet_distance,
            figures.modes,
            figures.kl_to_uniform,
            figures.confidence,
        );
    }
    text
}

/// Ours and the references, side by side, with what follows from it. Each has a name and
/// its records.
pub fn comparison(ours: &[Record], references: &[(&str, Vec<Record>)]) -> String {
    let mut text = String::from(
        "| | seeds | Fréchet distance | confidence | seconds |\n|---|---|---|---|---|\n",
    );
    let all = std::iter::once(("Ganvas", ours)).chain(
        references
            .iter()
            .map(|(name, records)| (*name, records.as_slice())),
    );
    for (name, records) in all {
        let show = |figure: fn(&Record) -> f64, digits| {
            let spread = Spread::of(records.iter().map(figure));
            spread.map_or_else(|| "–".to_owned(), |spread| spread.show(digits))
        };
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} |",
            records.len(),
            show(frechet, 2),
            show(confidence, 3),
            show(seconds, 0),
        );
    }
    text.push('\n');
    for (name, records) in references {
        for (what, figure) in [
            ("Fréchet distance", frechet as fn(&Record) -> f64),
            ("confidence", confidence),
        ] {
            let of = |records: &[Record]| Spread::of(records.iter().map(figure));
            if let Some((ours, theirs)) = of(ours).zip(of(records)) {
                let _ = writeln!(
                    text,
                    "- Ganvas and {name}, {what}: {}",
                    sentence(&ours, &theirs, name)
                );
            }
        }
    }
    text
}

/// What two spreads say, and no more than that.
fn sentence(ours: &Spread, theirs: &Spread, name: &str) -> String {
    let chance = |welch: Welch| {
        if welch.p < 0.001 {
            format!("Welch's t = {:.2}, p < 0.001", welch.t)
        } else {
            format!("Welch's t = {:.2}, p = {:.3}", welch.t, welch.p)
        }
    };
    match compare(ours, theirs) {
        Finding::TooFew => format!("fewer than {ENOUGH} seeds of each, which tell nothing."),
        Finding::NoDifference(welch) => {
            format!("{}: no difference beyond what seeds make.", chance(welch))
        }
        Finding::Difference(welch) => {
            let higher = if ours.mean > theirs.mean {
                "Ganvas"
            } else {
                name
            };
            format!(
                "{}: a difference, {higher} has the higher one.",
                chance(welch)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(mean: f64, count: usize) -> Spread {
        Spread {
            mean,
            deviation: 1.0,
            count,
        }
    }

    #[test]
    fn a_sentence_ranks_nothing_whose_spreads_overlap() {
        for mean in [10.0, 10.5, 11.9, 8.1] {
            let text = sentence(&spread(10.0, 8), &spread(mean, 8), "JAX");
            assert!(
                text.ends_with("no difference beyond what seeds make."),
                "{text}"
            );
        }
    }

    #[test]
    fn a_sentence_needs_seeds() {
        let text = sentence(&spread(10.0, 8), &spread(20.0, 3), "JAX");
        assert!(text.starts_with("fewer than 8 seeds"), "{text}");
    }

    #[test]
    fn a_sentence_names_the_higher_side() {
        let text = sentence(&spread(10.0, 8), &spread(14.0, 8), "JAX");
        assert!(
            text.ends_with("p < 0.001: a difference, JAX has the higher one."),
            "{text}"
        );
        let text = sentence(&spread(14.0, 8), &spread(10.0, 8), "JAX");
        assert!(
            text.ends_with("a difference, Ganvas has the higher one."),
            "{text}"
        );
    }
}
