//! The arrows that a document draws.

use std::collections::{BTreeMap, BTreeSet};

use super::uses::Use;

/// Which module may use which.
pub struct Arrows(BTreeMap<String, Vec<String>>);

impl Arrows {
    /// Reads the block of a document that is fenced as `arrows <folder>`: a line
    /// `module -> a, b` for each module; one without arrows stands alone.
    pub fn parse(document: &str, folder: &str) -> Result<Self, String> {
        let fence = format!("```arrows {folder}");
        let mut lines = document.lines();
        if !lines.any(|line| line == fence) {
            return Err(format!("there is no block {fence}"));
        }
        let lines = lines
            .take_while(|line| !line.starts_with("```"))
            .filter(|line| !line.trim().is_empty());
        let arrows = lines.map(|line| {
            let (module, targets) = line.split_once("->").unwrap_or((line, ""));
            let targets = targets.split(',').map(str::trim);
            let targets = targets.filter(|name| !name.is_empty()).map(str::to_owned);
            (module.trim().to_owned(), targets.collect())
        });
        Ok(Self(arrows.collect()))
    }

    /// The modules that have a line.
    pub fn modules(&self) -> BTreeSet<String> {
        self.0.keys().cloned().collect()
    }

    /// Uses that are not drawn. Those of other crates count where the block names them.
    pub fn undrawn<'a>(&self, uses: impl Iterator<Item = &'a Use>) -> Vec<String> {
        let named: BTreeSet<&String> = self.0.keys().chain(self.0.values().flatten()).collect();
        let wrong: BTreeSet<String> = uses
            .filter(|it| named.contains(&it.to) && it.from != it.to)
            .filter(|it| !self.0.get(&it.from).is_some_and(|to| to.contains(&it.to)))
            .map(|it| format!("{} -> {} ({})", it.from, it.to, it.file))
            .collect();
        wrong.into_iter().collect()
    }

    /// A way along the arrows that comes back to where it began.
    pub fn cycle(&self) -> Option<Vec<String>> {
        let mut done = BTreeSet::new();
        self.0
            .keys()
            .find_map(|start| self.cycle_from(start, &[], &mut done))
    }

    fn cycle_from(
        &self,
        module: &str,
        way: &[String],
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        let here = [way, &[module.to_owned()]].concat();
        if let Some(start) = way.iter().position(|passed| passed == module) {
            return Some(here[start..].to_vec());
        }
        if done.contains(module) {
            return None;
        }
        let targets = self.0.get(module).into_iter().flatten();
        let cycle = targets
            .into_iter()
            .find_map(|next| self.cycle_from(next, &here, done));
        done.insert(module.to_owned());
        cycle
    }
}
