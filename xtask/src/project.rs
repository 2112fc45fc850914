//! Where things are: the repository's root, the target folder and what lies in them.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that every command works with, all absolute.
pub struct Project {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's target folder; installed tools and caches live there too.
    pub target: PathBuf,
}

impl Project {
    /// The project that this program belongs to.
    pub fn find() -> Self {
        // At run time first: the checkout may have moved since it was compiled.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .map_or_else(|| manifest.clone(), Path::to_path_buf);
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        Self {
            target: root.join(target),
            root,
        }
    }

    /// A path below the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where the pinned command-line tools are installed.
    pub fn tools_bin(&self) -> PathBuf {
        self.target.join("tools").join("bin")
    }

    /// A file that remembers what an expensive step was last done for.
    pub fn stamp(&self, name: &str) -> PathBuf {
        self.target.join("stamps").join(name)
    }
}
