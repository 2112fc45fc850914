//! The file of GPU kernels that `bench.html` replays.

use std::path::Path;

use anyhow::Result;

use crate::proc;

#[path = "../../crates/ganvas-kernels/examples/support/mod.rs"]
mod support;

/// Writes it into the site.
pub fn place(site: &Path) -> Result<()> {
    let text = support::json::page();
    proc::write_if_changed(&site.join("kernels.json"), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::support::json::page;

    #[test]
    fn it_is_json_and_every_shader_is_used() {
        let page: serde_json::Value = serde_json::from_str(&page()).unwrap();
        let steps = page["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 4);
        let schedules = steps.iter().map(|step| &step["schedule"]);
        let mut used = vec![false; page["shaders"].as_array().unwrap().len()];
        for schedule in schedules.chain([&page["plain"]]) {
            for launch in schedule["launches"].as_array().unwrap() {
                used[launch["shader"].as_u64().unwrap() as usize] = true;
            }
        }
        assert!(used.iter().all(|used| *used));
    }
}
