//! Counting tests in what the different runners print.

use anyhow::{Result, anyhow};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, were cut short or never came to run.
    pub failed: u32,
}

impl Tally {
    /// Adds up the result lines of cargo, wasm-bindgen and Node in a runner's output.
    pub fn of(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            let line = without_colours(line);
            let line = line.trim();
            if let Some(result) = line.strip_prefix("test result: ") {
                tally.passed += before(result, " passed");
                tally.failed += before(result, " failed");
            } else if let Some(result) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))
            {
                match result
                    .split_once(' ')
                    .map(|(word, count)| (word, count.parse().unwrap_or(0)))
                {
                    Some(("pass", count)) => tally.passed += count,
                    Some(("fail" | "cancelled", count)) => tally.failed += count,
                    _ => {}
                }
            }
        }
        tally
    }
}

/// What became of one step.
pub struct Outcome {
    name: &'static str,
    tally: Tally,
    error: Option<String>,
}

impl Outcome {
    /// The outcome of a step; one that counts tests and has run none counts as broken.
    pub fn new(name: &'static str, counted: bool, result: Result<Tally>) -> Self {
        let result = match result {
            Ok(tally) if counted && tally == Tally::default() => Err(anyhow!("no test was run")),
            other => other,
        };
        match result {
            Ok(tally) => Self {
                name,
                tally,
                error: None,
            },
            // A step that broke shows in the count, even if no single test did.
            Err(error) => Self {
                name,
                tally: Tally {
                    passed: 0,
                    failed: 1,
                },
                error: Some(format!("{error:#}")),
            },
        }
    }

    /// Whether nothing failed.
    pub fn good(&self) -> bool {
        self.tally.failed == 0
    }

    /// The outcome in a few words.
    pub fn words(&self) -> String {
        match &self.error {
            Some(error) => error.clone(),
            None if self.tally == Tally::default() => "done".to_owned(),
            None => format!("{} passed, {} failed", self.tally.passed, self.tally.failed),
        }
    }
}

/// The failures by name, and last the line that counts everything.
pub fn summary(outcomes: &[Outcome]) -> String {
    let mut lines: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.good())
        .map(|outcome| format!("failed: {}: {}", outcome.name, outcome.words()))
        .collect();
    let total = |count: fn(&Tally) -> u32| {
        outcomes
            .iter()
            .map(|outcome| count(&outcome.tally))
            .sum::<u32>()
    };
    lines.push(format!(
        "{} passed, {} failed",
        total(|tally| tally.passed),
        total(|tally| tally.failed)
    ));
    lines.join("\n")
}

/// The number just before a word.
fn before(text: &str, word: &str) -> u32 {
    text.split_once(word)
        .and_then(|(before, _)| {
            before
                .rsplit(|character: char| !character.is_ascii_digit())
                .next()
        })
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// A line without terminal escape sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // `ESC [ … letter`
            characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_wasm_results_are_counted() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: \u{1b}[31mFAILED\u{1b}[m. 10 passed; 3 failed; 1 ignored; 0 filtered out\n";
        assert_eq!(
            Tally::of(output),
            Tally {
                passed: 12,
                failed: 3
            }
        );
    }

    #[test]
    fn both_reporters_of_node_are_counted() {
        assert_eq!(
            Tally::of("# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n"),
            Tally {
                passed: 3,
                failed: 2
            }
        );
        assert_eq!(
            Tally::of("\u{1b}[34mℹ pass 7\u{1b}[39m\nℹ fail 0\n"),
            Tally {
                passed: 7,
                failed: 0
            }
        );
        assert_eq!(
            Tally::of("# Subtest: pass 4\n# duration_ms 12\n"),
            Tally::default()
        );
    }

    #[test]
    fn broken_steps_show_in_the_count() {
        let outcomes = [
            Outcome::new(
                "native",
                true,
                Ok(Tally {
                    passed: 4,
                    failed: 0,
                }),
            ),
            Outcome::new("build", false, Ok(Tally::default())),
            Outcome::new("wasm", true, Err(anyhow!("no browser"))),
            Outcome::new("unit", true, Ok(Tally::default())),
        ];
        assert_eq!(
            summary(&outcomes),
            "failed: wasm: no browser\nfailed: unit: no test was run\n4 passed, 2 failed"
        );
        assert_eq!(summary(&outcomes[..2]), "4 passed, 0 failed");
    }
}
