//! One run: training, figures, a picture.

use std::path::Path;

use burn::tensor::Device;
use ganvas_core::experiment::Model;
use ganvas_core::{GRID_COUNT, Result, Training};
use pollster::block_on;

use crate::clock::Stopwatch;
use crate::judge::Judge;
use crate::record::{Figures, Record, Store};
use crate::rows::Row;
use crate::support::{digits, picture};

/// Steps between two looks at the losses: a run that diverged ends there.
const REPORT_EVERY: u64 = 250;
/// Digits in a picture of coloured ones, which compress badly.
const COLOURED_COUNT: usize = 16;

/// Trains a row's system from one seed and writes its record; the picture is that
/// of the row's first seed.
///
/// # Errors
///
/// `bad_dataset` without MNIST, `diverged` when the losses are no longer numbers.
pub fn run(row: &Row, seed: u64, mnist: &Path, judge: &Judge, store: &Store) -> Result<()> {
    let experiment = row.experiment(seed);
    let (dataset, _) = digits::find(experiment.dataset, Some(mnist))?;
    let mut training = Training::new(experiment, dataset, &Device::flex())?;
    println!("{} seed {seed}: {} steps", row.name, row.steps);
    let stopwatch = Stopwatch::start();
    for step in 1..=row.steps {
        training.step()?;
        // Reads wait for the device, so that the time is that of finished work.
        if step % REPORT_EVERY == 0 || step == row.steps {
            let report = block_on(training.report())?;
            println!(
                "  step {step} D {:.3} G {:.3}",
                report.d_loss, report.g_loss
            );
        }
    }
    let seconds = stopwatch.seconds();
    let figures = Figures::from(&judge.run(&training)?);
    println!(
        "  {seconds:.1} s, Fréchet {:.2}, confidence {:.3}, {} modes",
        figures.frechet_distance, figures.confidence, figures.modes
    );
    let untranslated = match training.experiment().model {
        Model::Cyclegan => Some(Figures::from(&judge.drawn()?)),
        _ => None,
    };
    if row.seeds.first() == Some(&seed) {
        let images = block_on(training.grid())?;
        let shape @ [side, channels] = [training.picture_side(), training.channels()];
        let size = side * side * channels;
        let shown = match channels {
            1 => GRID_COUNT,
            _ => COLOURED_COUNT,
        };
        picture::write(
            &store.picture(row.name),
            &images[..shown * size],
            shown,
            shape,
        )?;
    }
    store.write(&Record {
        row: row.name.to_owned(),
        seed,
        steps: row.steps,
        seconds,
        parameters: training.parameter_count(),
        experiment: training.experiment().to_value(),
        figures,
        untranslated,
    })
}
