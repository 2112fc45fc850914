//! What the adapter gives at best, measured: the ceiling that kernels are compared with.

use serde_json::{Value, json};

use crate::adapter::Gpu;
use crate::support::plain;
use crate::support::step::{Launch, Schedule};

/// Sides of the square matrices of plain products: small ones leave a large GPU idle.
const SIDES: [usize; 3] = [512, 1024, 2048];
/// A larger product is not tried where one takes longer than this.
const PATIENCE: f64 = 0.05;
/// Numbers that plain code copies: caches hold some of them. A row has 65,535 workgroups at most.
const COPIED: [usize; 3] = [1 << 20, 1 << 22, 3 << 22];

/// Threads of plain arithmetic, and how many vectors of four each has: enough to fill a large
/// GPU, few enough for a processor's registers.
const THREADS: usize = 1 << 17;
const ACCUMULATORS: [usize; 3] = [1, 2, 8];
/// Numbers that are copied to see what a dispatch costs: one workgroup's.
const NEXT_TO_NOTHING: usize = 256;

/// What the adapter gives, each at the size and in the way that suit it best.
pub struct Peak {
    /// Multiply-adds in registers, or a matrix product where that is faster: 10⁹ a second.
    arithmetic: f64,
    /// A plain matrix product.
    product: f64,
    /// Bytes that a plain copy reads and writes, 10⁹ a second.
    copy: f64,
    /// Seconds of a dispatch that does next to nothing.
    dispatch: f64,
    tried: Vec<Value>,
}

impl Peak {
    /// Times plain arithmetic, plain matrix products, plain copies, and a copy of next to nothing.
    pub fn measure(gpu: &Gpu) -> Self {
        let mut peak = Self {
            arithmetic: 0.0,
            product: 0.0,
            copy: 0.0,
            dispatch: 0.0,
            tried: Vec::new(),
        };
        let mut arithmetic = Schedule::default();
        arithmetic.buffers = vec![4 * THREADS; 2];
        let launches = ACCUMULATORS.map(|accumulators| plain::arithmetic(THREADS, accumulators));
        arithmetic.launches = launches.into();
        for (launch, seconds) in times(gpu, &arithmetic) {
            let speed = peak.add("threads", THREADS, "gflops", launch, launch.flops / seconds);
            peak.arithmetic = peak.arithmetic.max(speed);
        }
        for side in SIDES {
            let mut schedule = plain::of_size(side, NEXT_TO_NOTHING);
            schedule.launches.retain(|launch| launch.flops > 0.0);
            let found = times(gpu, &schedule);
            for (launch, seconds) in &found {
                let speed = peak.add("side", side, "gflops", launch, launch.flops / seconds);
                peak.product = peak.product.max(speed);
            }
            if found.iter().any(|(_, seconds)| *seconds > PATIENCE) {
                break;
            }
        }
        peak.arithmetic = peak.arithmetic.max(peak.product);
        for copied in COPIED.into_iter().chain([NEXT_TO_NOTHING]) {
            let mut schedule = plain::of_size(64, copied);
            schedule.launches.retain(|launch| launch.bytes > 0.0);
            for (launch, seconds) in times(gpu, &schedule) {
                if copied == NEXT_TO_NOTHING {
                    peak.dispatch = seconds;
                    continue;
                }
                let speed = peak.add("bytes", 4 * copied, "gbs", launch, launch.bytes / seconds);
                peak.copy = peak.copy.max(speed);
            }
        }
        let Self {
            arithmetic,
            product,
            copy,
            dispatch,
            ..
        } = peak;
        eprintln!(
            "plain code: arithmetic {arithmetic:.1} GFLOP/s, matrix product {product:.1} GFLOP/s, copy {copy:.1} GB/s, {:.1} µs a dispatch",
            1e6 * dispatch
        );
        peak
    }

    /// Notes what was tried, and returns its speed in 10⁹ a second.
    fn add(&mut self, size: &str, of: usize, unit: &str, launch: &Launch, speed: f64) -> f64 {
        let speed = speed / 1e9;
        self.tried
            .push(json!({ "title": launch.title, size: of, unit: speed }));
        speed
    }

    /// The seconds of a matrix product of the same arithmetic, or of a copy of the same
    /// bytes, whichever is longer: what plain code takes.
    pub fn plain(&self, launch: &Launch) -> f64 {
        (launch.flops / self.product).max(launch.bytes / self.copy) / 1e9
    }

    /// The seconds of the same arithmetic at the adapter's best, or of a copy of the same
    /// bytes, whichever is longer: nothing is faster, but for caches.
    pub fn least(&self, launch: &Launch) -> f64 {
        (launch.flops / self.arithmetic).max(launch.bytes / self.copy) / 1e9
    }

    /// For the file.
    pub fn describe(&self) -> Value {
        json!({
            "arithmetic_gflops": self.arithmetic,
            "product_gflops": self.product,
            "copy_gbs": self.copy,
            "dispatch_us": 1e6 * self.dispatch,
            "tried": self.tried,
        })
    }
}

/// Each dispatch and its seconds.
fn times<'a>(gpu: &Gpu, schedule: &'a Schedule) -> Vec<(&'a Launch, f64)> {
    let ready = gpu.prepare(schedule);
    let launches = schedule.launches.iter().zip(&ready);
    launches
        .map(|(launch, ready)| (launch, gpu.time(ready)))
        .collect()
}
