//! Writes the kernels of one DCGAN step as JSON: their text, buffers and sizes.
//!
//! ```text
//! cargo run --package ganvas-kernels --no-default-features --example schedule -- 16 32 software
//! ```
//!
//! `tests/bench/kernels.mjs` replays them in a browser and says how fast each is; the
//! example `roofline` does so natively.

mod support;

use support::plain::plain;
use support::step::Schedule;

fn main() {
    let (width, batch, tiles) = support::tiles::from_arguments("software");
    println!(
        "{{\"step\":{},\"plain\":{}}}",
        json(&Schedule::of_step(width, batch, tiles)),
        json(&plain())
    );
}

fn json(schedule: &Schedule) -> String {
    let launches: Vec<String> = schedule
        .launches
        .iter()
        .map(|launch| {
            format!(
                "{{\"part\":{:?},\"title\":{:?},\"flops\":{},\"bytes\":{},\"workgroups\":{:?},\"buffers\":{:?},\"info\":{:?},\"wgsl\":{:?}}}",
                launch.part,
                launch.title,
                launch.flops,
                launch.bytes,
                launch.workgroups,
                launch.buffers,
                launch.info,
                launch.wgsl,
            )
        })
        .collect();
    format!(
        "{{\"buffers\":{:?},\"launches\":[{}]}}",
        schedule.buffers,
        launches.join(",")
    )
}
