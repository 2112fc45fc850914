//! How far a build has come that takes minutes, and what is left of it.

use std::time::Instant;

use anyhow::Result;

use crate::proc::seconds;

/// A step that takes minutes, but only once.
#[derive(Debug, PartialEq)]
pub struct Stage {
    /// What it is called on the screen.
    pub name: &'static str,
    /// How long it takes on two cores.
    pub minutes: f64,
}

/// The slow stages of a build, in order, and how many of them are done.
pub struct Progress {
    stages: Vec<Stage>,
    done: usize,
}

impl Progress {
    /// Says what is to come, if anything is.
    pub fn new(stages: Vec<Stage>) -> Self {
        let progress = Self { stages, done: 0 };
        if !progress.stages.is_empty() {
            println!(
                "The first build takes about {} min on two cores, once:",
                progress.minutes_left()
            );
            for Stage { name, minutes } in &progress.stages {
                println!("  {minutes:4.1} min  {name}");
            }
        }
        progress
    }

    /// How long the stages take that are not done, in whole minutes.
    pub fn minutes_left(&self) -> u32 {
        let left = &self.stages[self.done..];
        left.iter().map(|stage| stage.minutes).sum::<f64>().ceil() as u32
    }

    /// Runs a stage. Nothing is said about one that was not expected to take long.
    pub fn stage<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
        let Some(index) = self.stages.iter().position(|stage| stage.name == name) else {
            return run();
        };
        let of = self.stages.len();
        let number = index + 1;
        self.done = index;
        println!(
            "[{number}/{of}] {name}: about {:.1} min",
            self.stages[index].minutes
        );
        let start = Instant::now();
        let result = run()?;
        self.done = number;
        let left = match self.minutes_left() {
            0 => String::new(),
            minutes => format!(", about {minutes} min left"),
        };
        println!("[{number}/{of}] {name}: {}{left}", seconds(start.elapsed()));
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn two() -> Progress {
        Progress::new(vec![
            Stage {
                name: "tool",
                minutes: 1.5,
            },
            Stage {
                name: "module",
                minutes: 4.0,
            },
        ])
    }

    #[test]
    fn what_is_left_shrinks_with_each_stage() {
        let mut progress = two();
        assert_eq!(progress.minutes_left(), 6);
        progress.stage("tool", || Ok(())).unwrap();
        assert_eq!(progress.minutes_left(), 4);
        progress.stage("a quick one", || Ok(())).unwrap();
        assert_eq!(progress.minutes_left(), 4);
        progress.stage("module", || Ok(())).unwrap();
        assert_eq!(progress.minutes_left(), 0);
        assert_eq!(Progress::new(Vec::new()).minutes_left(), 0);
    }

    #[test]
    fn a_stage_that_fails_is_not_done() {
        let mut progress = two();
        assert!(progress.stage::<()>("tool", || bail!("no")).is_err());
        assert_eq!(progress.minutes_left(), 6);
    }
}
