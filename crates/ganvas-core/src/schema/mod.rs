//! The experiment's fields as data: ranges, choices, presets, and which settings go together.
//!
//! The page has the same data in `www/src/generated/`: its forms, URLs and
//! attributes are made from the table, and it refuses what is refused here, for the same
//! reason. A range or a rule is written down once.

mod check;
mod field;
mod javascript;
mod presets;
mod ranges;
mod read;
mod refusal;
mod rules;

pub use check::check;
pub use field::{FIELDS, Field, Kind, Narrowed, applies};
pub use javascript::{modules, to_value};
pub use presets::{Ailment, Preset, START, WITHOUT_LABELS, presets};
pub use ranges::{EVALUATED, LEAST_TRUNCATION, SAMPLED};
pub use refusal::Refusal;
pub use rules::{Condition, RULES, Rule};
