//! The page's tables.

use std::fmt::Write;

use crate::record::Record;
use crate::rows::{self, Row};
use crate::statistics::Spread;

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

/// Ours and the reference, side by side, with what follows from it.
pub fn comparison(ours: &[Record], reference: &[Record]) -> String {
    let spreads = |figure: fn(&Record) -> f64| {
        let of = |records: &[Record]| Spread::of(records.iter().map(figure));
        of(ours).zip(of(reference))
    };
    let Some((our_distance, their_distance)) = spreads(frechet) else {
        return "The reference has not been judged yet.\n".to_owned();
    };
    let Some((our_confidence, their_confidence)) = spreads(confidence) else {
        return String::new();
    };
    let mut text = String::from(
        "| | seeds | Fréchet distance | confidence | seconds |\n|---|---|---|---|---|\n",
    );
    for (name, records, distance, certainty) in [
        ("Ganvas", ours, our_distance, our_confidence),
        ("JAX", reference, their_distance, their_confidence),
    ] {
        let time = Spread::of(records.iter().map(seconds));
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} |",
            distance.count,
            distance.show(2),
            certainty.show(3),
            time.map_or_else(String::new, |time| format!("{:.0}", time.mean)),
        );
    }
    let verdict = |better: bool, overlap: bool| match (better, overlap) {
        (true, _) => "ours is better in the mean",
        (false, true) => "the reference is better in the mean, within the spread of the seeds",
        (false, false) => "**the reference is better, beyond the spread of the seeds**",
    };
    let _ = writeln!(
        text,
        "\nBy Fréchet distance {}; by confidence {}.",
        verdict(
            our_distance.mean <= their_distance.mean,
            our_distance.overlaps(&their_distance)
        ),
        verdict(
            our_confidence.mean >= their_confidence.mean,
            our_confidence.overlaps(&their_confidence)
        ),
    );
    text
}
