//! Schedules as JSON, for pages that replay them.

use ganvas_kernels::gpu::Tiles;

use super::plain::plain;
use super::step::Schedule;

/// Width × batch size of the steps that `bench.html` replays.
const PAGE: [(usize, usize); 2] = [(16, 32), (64, 64)];

/// What `bench.html` replays: plain code and the steps of [`PAGE`] with the tiles of both
/// kinds of adapter. Each shader is there once.
pub fn page() -> String {
    let mut shaders = Vec::new();
    let mut steps = Vec::new();
    for (kind, tiles) in [("gpu", Tiles::GPU), ("software", Tiles::SOFTWARE)] {
        for (width, batch) in PAGE {
            let step = schedule(&Schedule::of_step(width, batch, tiles), &mut shaders);
            steps.push(format!(
                "{{\"tiles\":\"{kind}\",\"width\":{width},\"batch_size\":{batch},\"schedule\":{step}}}"
            ));
        }
    }
    let plain = schedule(&plain(), &mut shaders);
    format!(
        "{{\"shaders\":{shaders:?},\"plain\":{plain},\"steps\":[{}]}}\n",
        steps.join(",")
    )
}

/// One step, and plain code.
pub fn step(width: usize, batch: usize, tiles: Tiles) -> String {
    let mut shaders = Vec::new();
    let step = schedule(&Schedule::of_step(width, batch, tiles), &mut shaders);
    let plain = schedule(&plain(), &mut shaders);
    format!("{{\"shaders\":{shaders:?},\"step\":{step},\"plain\":{plain}}}")
}

/// A schedule whose launches name their shaders by their place in `shaders`.
fn schedule(schedule: &Schedule, shaders: &mut Vec<String>) -> String {
    let mut place = |wgsl: &String| match shaders.iter().position(|shader| shader == wgsl) {
        Some(place) => place,
        None => {
            shaders.push(wgsl.clone());
            shaders.len() - 1
        }
    };
    let launches: Vec<String> = schedule
        .launches
        .iter()
        .map(|launch| {
            format!(
                "{{\"part\":{:?},\"title\":{:?},\"flops\":{},\"bytes\":{},\"workgroups\":{:?},\"buffers\":{:?},\"info\":{:?},\"shader\":{}}}",
                launch.part,
                launch.title,
                launch.flops,
                launch.bytes,
                launch.workgroups,
                launch.buffers,
                launch.info,
                place(&launch.wgsl),
            )
        })
        .collect();
    format!(
        "{{\"buffers\":{:?},\"launches\":[{}]}}",
        schedule.buffers,
        launches.join(",")
    )
}
