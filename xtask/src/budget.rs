//! What the site may weigh on its way to a reader, compressed with brotli.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::precompress::{is_copy, walk};

/// A limit for all files of the site without those that this reader does not ask for.
struct Budget {
    what: &'static str,
    without: &'static [&'static str],
    bytes: u64,
}

/// Pages beside the hosted one, and a picture for readers without JavaScript.
const ASIDE: [&str; 7] = [
    "bench.html",
    "bench.js",
    "bench.css",
    "kernels.json",
    "devices.json",
    "examples",
    "first-digits.png",
];

const BUDGETS: [Budget; 2] = [
    Budget {
        what: "before the first digits",
        without: &[
            "data",
            "wasm/cpu",
            "wasm/cpu-relaxed",
            "wasm/cpu-threads",
            "wasm/webgpu",
            "digit-classifier.safetensors",
        ],
        bytes: 300_000,
    },
    Budget {
        what: "for training on WebGPU, the images apart",
        without: &[
            "data",
            "wasm/cpu",
            "wasm/cpu-relaxed",
            "wasm/cpu-threads",
            // The digits that were there before.
            "wasm/sampler",
            "first-digits.safetensors",
            // `evaluate()` fetches it.
            "digit-classifier.safetensors",
        ],
        bytes: 1_400_000,
    },
];

/// Weighs a compressed site, and fails where it is too heavy.
pub fn check(site: &Path) -> Result<()> {
    for budget in BUDGETS {
        let bytes = weigh(site, budget.without)?;
        let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
        let found = format!(
            "{:.1} kB {}, at most {:.0} kB",
            kilobytes(bytes),
            budget.what,
            kilobytes(budget.bytes)
        );
        if bytes > budget.bytes {
            bail!("the site is too heavy: {found}");
        }
        println!("{found}");
    }
    Ok(())
}

/// Bytes of all files but those of `without`, of the compressed copy where there is one.
fn weigh(site: &Path, without: &[&str]) -> Result<u64> {
    let mut sum = 0;
    for path in walk(site)? {
        let name = path.strip_prefix(site)?;
        let idle = is_copy(&path)
            // Nothing but an editor asks for declarations.
            || path.to_string_lossy().ends_with(".d.ts")
            || without.iter().chain(&ASIDE).any(|folder| name.starts_with(folder));
        if idle {
            continue;
        }
        let mut copy = path.clone().into_os_string();
        copy.push(".br");
        let sent = fs::metadata(copy).or_else(|_| fs::metadata(&path))?;
        sum += sent.len();
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_weigh_what_is_sent_of_them() {
        let site = std::env::temp_dir().join(format!("ganvas-xtask-weigh-{}", std::process::id()));
        for (name, bytes) in [
            ("index.html", 100),
            ("index.html.br", 10),
            ("index.html.gz", 20),
            ("photo.png", 5),
            ("wasm/cpu/module.wasm", 1000),
            ("wasm/cpu/module.d.ts", 1000),
            ("data/images.gz", 1000),
        ] {
            let path = site.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![0; bytes]).unwrap();
        }
        assert_eq!(weigh(&site, &["data"]).unwrap(), 1015);
        assert_eq!(weigh(&site, &["data", "wasm/cpu"]).unwrap(), 15);
        fs::remove_dir_all(site).unwrap();
    }
}
