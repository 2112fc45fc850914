//! Several seeds of one row in a few numbers.

/// Mean and extremes of some figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// How many there are.
    pub count: usize,
}

impl Spread {
    /// Of at least one figure.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let count = values.clone().count();
        (count > 0).then(|| Self {
            mean: values.clone().sum::<f64>() / count as f64,
            min: values.clone().fold(f64::INFINITY, f64::min),
            max: values.fold(f64::NEG_INFINITY, f64::max),
            count,
        })
    }

    /// `0.912 (0.901–0.920)`, or the one figure.
    pub fn show(&self, digits: usize) -> String {
        let Self { mean, min, max, .. } = self;
        if self.count == 1 {
            format!("{mean:.digits$}")
        } else {
            format!("{mean:.digits$} ({min:.digits$}–{max:.digits$})")
        }
    }

    /// Whether the two ranges share a value.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min <= other.max && other.min <= self.max
    }
}
