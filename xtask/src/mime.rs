//! File names to media types, for what a site of this project holds.

use std::path::Path;

/// The `Content-Type` of a file, by its extension.
pub fn of(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

/// Whether a file is text or code that shrinks, so that a compressed copy is worth having.
pub fn compressible(path: &Path) -> bool {
    matches!(
        path.extension().and_then(|extension| extension.to_str()),
        Some(
            "html"
                | "js"
                | "mjs"
                | "css"
                | "json"
                | "map"
                | "webmanifest"
                | "wasm"
                | "svg"
                | "txt"
                | "md"
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_types_they_insist_on() {
        assert_eq!(of(Path::new("a/ganvas_web_bg.wasm")), "application/wasm");
        assert!(of(Path::new("ganvas.js")).starts_with("text/javascript"));
        assert_eq!(
            of(Path::new("train-images-idx3-ubyte.gz")),
            "application/gzip"
        );
        assert_eq!(of(Path::new("LICENSE")), "application/octet-stream");
    }

    #[test]
    fn packed_data_is_not_packed_again() {
        assert!(compressible(Path::new("a.wasm")));
        assert!(!compressible(Path::new(
            "data/mnist/train-images-idx3-ubyte.gz"
        )));
        assert!(!compressible(Path::new("a.png")));
    }
}
