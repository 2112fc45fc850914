//! Time that a run takes, whatever else the machine does meanwhile.

use std::time::{Duration, Instant};

/// Linux counts processor time in hundredths of a second, on every architecture.
const TICKS_A_SECOND: f64 = 100.0;

/// Measures from its start: processor time where the system tells it, else the
/// wall clock's.
pub struct Stopwatch {
    started: Instant,
    used: Option<f64>,
}

impl Stopwatch {
    /// Starts.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            used: processor_seconds(),
        }
    }

    /// Seconds so far.
    pub fn seconds(&self) -> f64 {
        let wall: Duration = self.started.elapsed();
        match (self.used, processor_seconds()) {
            (Some(before), Some(now)) => now - before,
            _ => wall.as_secs_f64(),
        }
    }
}

/// Processor time of this process, user's and system's, from `/proc`.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold spaces; after it come the state and numbers.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_A_SECOND)
}
