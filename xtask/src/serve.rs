//! `cargo xtask serve`: the built site on localhost, as a plain static host would serve it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow, bail};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::precompress::ENCODINGS;
use crate::project::Project;
use crate::{build, mime};

const FIRST_PORT: u16 = 8080;

/// Enough for a page that fetches its modules side by side.
const THREADS: usize = 8;

/// What `serve` takes.
pub struct Options {
    /// How to build the site first.
    pub build: build::Options,
    /// The port to listen on: 0 for any, none for 8080 or the next free one.
    pub port: Option<u16>,
    /// Serve what is there, without building.
    pub no_build: bool,
    /// Send COOP and COEP, which make the page cross-origin isolated.
    pub isolated: bool,
}

/// Builds the site and serves it until the process is stopped.
pub fn serve(project: &Project, options: &Options) -> Result<()> {
    let folder = project.root.join(&options.build.out);
    if !options.no_build {
        build::build(project, &options.build)?;
    } else if !folder.join("index.html").is_file() {
        bail!(
            "there is no site in {}: leave out --no-build",
            folder.display()
        );
    }
    let server = Arc::new(listen(options.port)?);
    let address = server
        .server_addr()
        .to_ip()
        .ok_or_else(|| anyhow!("no address"))?;
    println!(
        "Ganvas is at http://localhost:{}/ (Ctrl+C stops it)",
        address.port()
    );
    let site = Arc::new(Site {
        folder,
        isolated: options.isolated,
    });
    let workers: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, site) = (Arc::clone(&server), Arc::clone(&site));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    site.answer(request);
                }
            })
        })
        .collect();
    for worker in workers {
        worker
            .join()
            .map_err(|_| anyhow!("a server thread panicked"))?;
    }
    Ok(())
}

/// Only the loopback address: this is no server for others.
fn listen(port: Option<u16>) -> Result<Server> {
    let bind = |port| Server::http(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    match port {
        Some(port) => bind(port).map_err(|error| anyhow!("cannot listen on port {port}: {error}")),
        None => (FIRST_PORT..FIRST_PORT + 20)
            .find_map(|port| bind(port).ok())
            .ok_or_else(|| anyhow!("no free port from {FIRST_PORT} on: choose one with --port")),
    }
}

struct Site {
    folder: PathBuf,
    isolated: bool,
}

/// An answer before it is sent: status, headers, and the file whose bytes follow, if any.
#[derive(Debug, PartialEq)]
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    file: Option<PathBuf>,
}

impl Site {
    fn answer(&self, request: Request) {
        let header = |name: &'static str| {
            request
                .headers()
                .iter()
                .find(|header| header.field.equiv(name))
                .map_or("", |header| header.value.as_str())
        };
        let reply = match request.method() {
            Method::Get | Method::Head => self.reply(
                request.url(),
                header("Accept-Encoding"),
                header("If-None-Match"),
            ),
            _ => Reply {
                status: 405,
                headers: vec![("Allow", "GET, HEAD".into())],
                file: None,
            },
        };
        // tiny_http leaves the body out for HEAD by itself.
        let body = reply.file.as_ref().map(fs::read);
        let (status, body) = match body {
            Some(Ok(bytes)) => (reply.status, bytes),
            Some(Err(_)) => (500, b"cannot read the file\n".to_vec()),
            None if reply.status >= 400 => (
                reply.status,
                format!("error {}\n", reply.status).into_bytes(),
            ),
            None => (reply.status, Vec::new()),
        };
        // Never in chunks: a page shows its progress by the length.
        let mut response = Response::from_data(body)
            .with_status_code(status)
            .with_chunked_threshold(usize::MAX);
        for (name, value) in self.common_headers().into_iter().chain(reply.headers) {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        // The browser may have gone away; there is nobody to tell.
        let _ = request.respond(response);
    }

    fn common_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            // Always ask: the files change under the same names while one works on them.
            ("Cache-Control", "no-cache".to_owned()),
            // Module scripts of pages on other origins are embeds, which are welcome.
            ("Access-Control-Allow-Origin", "*".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ];
        if self.isolated {
            headers.push(("Cross-Origin-Opener-Policy", "same-origin".to_owned()));
            headers.push(("Cross-Origin-Embedder-Policy", "require-corp".to_owned()));
            headers.push(("Cross-Origin-Resource-Policy", "cross-origin".to_owned()));
        }
        headers
    }

    /// What to answer to a GET, from the URL and the two headers that matter.
    fn reply(&self, url: &str, accept_encoding: &str, if_none_match: &str) -> Reply {
        let status = |status| Reply {
            status,
            headers: Vec::new(),
            file: None,
        };
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let Some(relative) = safe_path(path) else {
            return status(400);
        };
        let mut file = self.folder.join(relative);
        if file.is_dir() {
            if !path.ends_with('/') {
                // Relative links in the page count from the folder.
                let query = url
                    .split_once('?')
                    .map_or(String::new(), |(_, query)| format!("?{query}"));
                return Reply {
                    status: 301,
                    headers: vec![("Location", format!("{path}/{query}"))],
                    file: None,
                };
            }
            file.push("index.html");
        }
        if !file.is_file() {
            return status(404);
        }
        let mut headers = vec![("Content-Type", mime::of(&file).to_owned())];
        if mime::compressible(&file) {
            headers.push(("Vary", "Accept-Encoding".to_owned()));
            if let Some((copy, encoding)) = compressed_copy(&file, accept_encoding) {
                headers.push(("Content-Encoding", encoding.to_owned()));
                file = copy;
            }
        }
        let Some(tag) = entity_tag(&file) else {
            return status(404);
        };
        let known = if_none_match
            .split(',')
            .any(|known| known.trim().trim_start_matches("W/") == tag);
        headers.push(("ETag", tag));
        if known {
            return Reply {
                status: 304,
                headers,
                file: None,
            };
        }
        Reply {
            status: 200,
            headers,
            file: Some(file),
        }
    }
}

/// The best compressed copy that the browser takes and that is not older than its original.
fn compressed_copy(file: &Path, accept_encoding: &str) -> Option<(PathBuf, &'static str)> {
    let written = file.metadata().ok()?.modified().ok()?;
    ENCODINGS
        .iter()
        .filter(|(_, encoding)| accepts(accept_encoding, encoding))
        .find_map(|(ending, encoding)| {
            let copy = file.with_added_extension(ending);
            let fresh = copy.metadata().ok()?.modified().ok()? >= written;
            fresh.then_some((copy, *encoding))
        })
}

/// Whether an `Accept-Encoding` header allows an encoding.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let refused = parameters
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.trim().parse::<f32>().ok())
            == Some(0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// A tag that changes with the file, made of its size and time.
fn entity_tag(file: &Path) -> Option<String> {
    let metadata = file.metadata().ok()?;
    let time = metadata
        .modified()
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?
        .as_nanos();
    let ending = file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    Some(format!("\"{:x}-{time:x}-{ending}\"", metadata.len()))
}

/// A URL's path as a path below the site, or nothing when it tries to leave it.
fn safe_path(url_path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(url_path.strip_prefix('/')?)?;
    if decoded.contains(['\\', '\0', ':']) {
        return None;
    }
    let path = PathBuf::from(decoded);
    path.components()
        .all(|component| matches!(component, Component::Normal(_)))
        .then_some(path)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            // `from_str_radix` alone would let "+f" pass.
            digits
                .bytes()
                .all(|digit| digit.is_ascii_hexdigit())
                .then_some(())?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str) -> Site {
        let folder =
            std::env::temp_dir().join(format!("ganvas-xtask-serve-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("data/mnist")).unwrap();
        for (file, text) in [
            ("index.html", "<p>"),
            ("a.js", "1"),
            ("a.js.gz", "gz"),
            ("a.js.br", "br"),
            ("data/mnist/t.gz", "x"),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
        Site {
            folder,
            isolated: false,
        }
    }

    fn header(reply: &Reply, name: &str) -> Option<String> {
        reply
            .headers
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.clone())
    }

    #[test]
    fn paths_stay_below_the_site() {
        assert_eq!(safe_path("/"), Some(PathBuf::new()));
        assert_eq!(
            safe_path("/wasm/cpu/a%20b.js"),
            Some(PathBuf::from("wasm/cpu/a b.js"))
        );
        for hostile in [
            "",
            "x",
            "/../etc/passwd",
            "/a/%2e%2e/%2e%2e/b",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/a\\..\\b",
            "/c:/x",
            "/%00",
            "/%zz",
            "/%+f",
            "/%f",
        ] {
            assert_eq!(safe_path(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn encodings_are_negotiated() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn the_best_accepted_copy_is_sent() {
        let site = site("copies");
        let reply = site.reply("/a.js?x=1", "gzip, br", "");
        assert_eq!(
            (reply.status, header(&reply, "Content-Encoding").as_deref()),
            (200, Some("br"))
        );
        assert_eq!(reply.file, Some(site.folder.join("a.js.br")));
        assert!(
            header(&reply, "Content-Type")
                .unwrap()
                .starts_with("text/javascript")
        );
        assert_eq!(
            header(&site.reply("/a.js", "gzip", ""), "Content-Encoding").as_deref(),
            Some("gzip")
        );
        assert_eq!(
            header(&site.reply("/a.js", "", ""), "Content-Encoding"),
            None
        );
        // Data that is gzip by nature must arrive as it is.
        let data = site.reply("/data/mnist/t.gz", "gzip", "");
        assert_eq!(
            (data.status, header(&data, "Content-Encoding")),
            (200, None)
        );
        fs::remove_dir_all(site.folder).unwrap();
    }

    #[test]
    fn folders_tags_and_missing_files() {
        let site = site("folders");
        assert_eq!(
            site.reply("/", "", "").file,
            Some(site.folder.join("index.html"))
        );
        assert_eq!(
            header(&site.reply("/data?x", "", ""), "Location").as_deref(),
            Some("/data/?x")
        );
        assert_eq!(site.reply("/data/", "", "").status, 404);
        assert_eq!(site.reply("/nothing", "", "").status, 404);
        let tag = header(&site.reply("/a.js", "", ""), "ETag").unwrap();
        let again = site.reply("/a.js", "", &format!("\"other\", W/{tag}"));
        assert_eq!((again.status, again.file), (304, None));
        fs::remove_dir_all(site.folder).unwrap();
    }
}
