//! Mistakes: one line for people, with the stable code, and exit status 1.

use std::path::Path;
use std::process::ExitCode;

use ganvas_core::{Error, ErrorCode};

/// What an example's `main` returns.
pub fn finish(result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error [{}]: {error}", error.code());
            ExitCode::FAILURE
        }
    }
}

/// A file that could not be read or written, under the code of what it is for.
pub fn of_file(code: ErrorCode, path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::new(code, format!("{}: {error}", path.display()))
}
