//! Results beside what they should be, counted, with the worst of them.

/// What was compared, and where it differs.
#[derive(Default)]
pub struct Comparison {
    /// How many results.
    pub tried: usize,
    /// The one that is furthest off, right or wrong; none where none is off at all.
    pub worst: Option<Difference>,
    /// Those that are further off than is allowed.
    pub wrong: Vec<Difference>,
}

/// How far a result is off.
#[derive(Clone)]
pub struct Difference {
    /// Which result, and what it says.
    pub what: String,
    /// As a part of what is allowed; infinite where numbers are missing or NaN.
    pub off: f64,
}

impl Comparison {
    /// A result that is `off` by this part of what is allowed.
    pub fn add(&mut self, what: impl FnOnce() -> String, off: f64) {
        self.tried += 1;
        let off = if off.is_nan() { f64::INFINITY } else { off };
        let is_worst = off > self.worst.as_ref().map_or(0.0, |worst| worst.off);
        if !is_worst && off <= 1.0 {
            return;
        }
        let what = what();
        if off > 1.0 {
            self.wrong.push(Difference {
                what: what.clone(),
                off,
            });
        }
        if is_worst {
            self.worst = Some(Difference { what, off });
        }
    }

    /// Something that holds or does not.
    pub fn claim(&mut self, what: impl FnOnce() -> String, holds: bool) {
        self.add(what, if holds { 0.0 } else { f64::INFINITY });
    }

    /// Numbers of the CPU beside those of the GPU, which may be off by `allowed` times the
    /// largest of them, or a quarter where that is larger.
    pub fn numbers(&mut self, what: &str, allowed: f64, cpu: &[f32], gpu: &[f32]) {
        if cpu.len() != gpu.len() {
            let [cpu, gpu] = [cpu.len(), gpu.len()];
            let what = || format!("{what}: {cpu} numbers on the CPU, {gpu} on the GPU");
            return self.add(what, f64::INFINITY);
        }
        let largest = cpu.iter().fold(0.25f32, |most, v| most.max(v.abs()));
        let allowed = allowed * f64::from(largest);
        let (mut place, mut off) = (0, 0.0);
        for (index, (a, b)) in cpu.iter().zip(gpu).enumerate() {
            let found = (f64::from(*a) - f64::from(*b)).abs() / allowed;
            // A NaN must not get lost in a maximum.
            if found > off || found.is_nan() {
                (place, off) = (index, found);
            }
            if found.is_nan() {
                break;
            }
        }
        let what = || match cpu.get(place).zip(gpu.get(place)) {
            Some((a, b)) => {
                format!("{what}, number {place}: {a} on the CPU, {b} on the GPU, largest {largest}")
            }
            None => what.to_owned(),
        };
        self.add(what, off);
    }

    /// For tests.
    ///
    /// # Panics
    ///
    /// Where something differs, or nothing was compared.
    #[track_caller]
    #[allow(dead_code)]
    pub fn assert_right(&self) {
        assert!(self.tried > 0, "nothing was compared");
        let told: Vec<String> = (self.wrong.iter().take(10))
            .map(|Difference { what, off }| format!("{what}: off by {off:.3} of what is allowed"))
            .collect();
        assert!(
            told.is_empty(),
            "{} of {} are wrong:\n{}",
            self.wrong.len(),
            self.tried,
            told.join("\n")
        );
    }
}
