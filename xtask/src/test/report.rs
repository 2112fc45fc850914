//! Counting tests in what the different runners print.

use std::path::Path;

use anyhow::{Result, anyhow};

/// How many tests passed and failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, were cut short or never came to run.
    pub failed: u32,
    /// What the runner calls those that failed.
    pub names: Vec<String>,
    /// Those that passed at the second try only.
    pub unsteady: Vec<String>,
}

impl Tally {
    /// Adds up the result lines of cargo, wasm-bindgen and Node in a runner's output.
    pub fn of(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            let line = without_colours(line);
            let line = line.trim();
            if let Some(name) = failed(line)
                && !tally.names.iter().any(|known| known == name)
            {
                tally.names.push(name.to_owned());
            }
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

    /// This and what another command counted.
    pub fn and(mut self, other: Self) -> Self {
        self.passed += other.passed;
        self.failed += other.failed;
        self.names.extend(other.names);
        self
    }

    /// Whether the runner ended this file, since it came to no end by itself.
    pub fn endless(&self, file: &Path) -> bool {
        self.names.iter().any(|name| Path::new(name) == file)
    }

    /// What is to be said when such a file was run once more, with this outcome. Its tests that had
    /// passed before are counted already; the others are not.
    pub fn came_to_an_end(mut self, file: &Path, again: &Self) -> Self {
        if again.passed > 0 && again.failed == 0 {
            let name = file.display().to_string();
            self.names.retain(|known| *known != name);
            self.failed -= 1;
            self.unsteady.push(name);
        }
        self
    }

    /// What is to be said when all tests that failed were run once more, with this outcome. A second run
    /// that did not run just these tests tells nothing.
    pub fn tried_again(mut self, again: &Self) -> Self {
        let files = self.names.iter().filter(|name| is_file(name)).count() as u32;
        if again.passed + again.failed + files == self.failed {
            self.passed += again.passed;
            self.failed = again.failed + files;
            let failed_twice = |name: &String| is_file(name) || again.names.contains(name);
            (self.names, self.unsteady) = self.names.into_iter().partition(failed_twice);
        }
        self
    }
}

/// Whether the runner means a file by this name, and not a test.
pub fn is_file(name: &str) -> bool {
    name.ends_with(".test.mjs") || name.ends_with(".test.js")
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
                    failed: 1,
                    ..Tally::default()
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
    let mut lines = Vec::new();
    for Outcome { name, tally, .. } in outcomes {
        let unsteady = tally.unsteady.iter();
        lines.extend(unsteady.map(|test| format!("passed at the second try: {name}: {test}")));
    }
    for outcome in outcomes.iter().filter(|outcome| !outcome.good()) {
        lines.push(format!("failed: {}: {}", outcome.name, outcome.words()));
        lines.extend(outcome.tally.names.iter().map(|name| format!("  {name}")));
    }
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

/// The name of the test that a line says has failed.
fn failed(line: &str) -> Option<&str> {
    if let Some(name) = line.strip_prefix("✖ ") {
        // Without how long it took.
        return (name != "failing tests:").then(|| name.rsplit_once(" (").map_or(name, |it| it.0));
    }
    if let Some(name) = line.strip_prefix("not ok ") {
        return name.split_once(" - ").map(|it| it.1);
    }
    line.strip_prefix("test ")?
        .split_once(" ... FAILED")
        .map(|it| it.0)
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
                failed: 3,
                ..Tally::default()
            }
        );
    }

    #[test]
    fn both_reporters_of_node_are_counted() {
        assert_eq!(
            Tally::of("# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n"),
            Tally {
                passed: 3,
                failed: 2,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally::of("\u{1b}[34mℹ pass 7\u{1b}[39m\nℹ fail 0\n"),
            Tally {
                passed: 7,
                ..Tally::default()
            }
        );
        assert_eq!(
            Tally::of("# Subtest: pass 4\n# duration_ms 12\n"),
            Tally::default()
        );
    }

    #[test]
    fn what_failed_is_named_once() {
        let tally = Tally::of(
            "✔ it is fine (1.5ms)\n  \u{1b}[31m✖ a lab (of two) fits (zh) (3779.1ms)\u{1b}[39m\n\
             ℹ pass 1\nℹ fail 1\n✖ failing tests:\n✖ a lab (of two) fits (zh) (3779.1ms)\n\
             test layers::guarded ... FAILED\nnot ok 3 - a name\n",
        );
        assert_eq!(
            tally.names,
            ["a lab (of two) fits (zh)", "layers::guarded", "a name"]
        );
        assert_eq!(
            summary(&[Outcome::new("e2e", true, Ok(tally))]),
            "failed: e2e: 1 passed, 1 failed\n  a lab (of two) fits (zh)\n  layers::guarded\n  \
             a name\n1 passed, 1 failed"
        );
    }

    #[test]
    fn what_passes_at_the_second_try_is_named() {
        let first = Tally {
            passed: 8,
            failed: 2,
            names: vec!["slow".to_owned(), "wrong".to_owned()],
            unsteady: vec![],
        };
        let again = Tally {
            passed: 1,
            failed: 1,
            names: vec!["wrong".to_owned()],
            unsteady: vec![],
        };
        let both = Outcome::new("e2e", true, Ok(first.clone().tried_again(&again)));
        assert_eq!(
            summary(&[both]),
            "passed at the second try: e2e: slow\nfailed: e2e: 9 passed, 1 failed\n  wrong\n\
             9 passed, 1 failed"
        );
        // Nothing was run again, or more than what failed.
        assert_eq!(first.clone().tried_again(&Tally::default()), first);
    }

    #[test]
    fn a_file_that_came_to_no_end_is_run_once_more() {
        let file = Path::new("/e2e/lab.test.mjs");
        let first = Tally::of(
            "✔ quick (1.5ms)\n✖ /e2e/lab.test.mjs (600002.1ms)\n  'test timed out after 600000ms'\n\
             ✖ slow (60001ms)\nℹ pass 1\nℹ fail 1\nℹ cancelled 1\n✖ failing tests:\n\
             ✖ /e2e/lab.test.mjs (600002.1ms)\n✖ slow (60001ms)\n",
        );
        assert!(first.endless(file) && !first.endless(Path::new("/e2e/slow.test.mjs")));
        let passed = Tally {
            passed: 4,
            ..Tally::default()
        };
        let ended = first.clone().came_to_an_end(file, &passed);
        assert_eq!(ended.names, ["slow"]);
        assert_eq!(ended.unsteady, ["/e2e/lab.test.mjs"]);
        let slow = Tally {
            passed: 1,
            ..Tally::default()
        };
        assert_eq!(ended.tried_again(&slow).failed, 0);

        // The file comes to no end again, the test passes.
        let still = first.came_to_an_end(file, &Tally::default());
        let still = still.tried_again(&slow);
        assert_eq!(still.names, ["/e2e/lab.test.mjs"]);
        assert_eq!((still.passed, still.failed), (2, 1));
    }

    #[test]
    fn broken_steps_show_in_the_count() {
        let outcomes = [
            Outcome::new(
                "native",
                true,
                Ok(Tally {
                    passed: 4,
                    ..Tally::default()
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
