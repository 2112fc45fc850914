//! One error type for the whole workspace. Every kind has a stable code that
//! pages, tests and scripts may rely on; the message is for people.

use std::fmt;
use std::ops::RangeInclusive;

use strum::{IntoStaticStr, VariantArray};

/// Stable error codes, the same strings in Rust, JavaScript and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ErrorCode {
    /// No WebGPU adapter, although one was asked for.
    WebgpuUnavailable,
    /// WebGPU was asked for on a page that is not served securely.
    InsecureContext,
    /// The GPU device was lost while in use.
    DeviceLost,
    /// The device or the tab ran out of memory.
    OutOfMemory,
    /// An experiment with unknown, out-of-range or contradictory settings.
    BadExperiment,
    /// Image or label data that cannot be used.
    BadDataset,
    /// Checkpoint bytes that cannot be used.
    BadCheckpoint,
    /// A loss or parameter became infinite or not a number.
    Diverged,
    /// A file could not be fetched.
    Network,
    /// A defect in Ganvas itself.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order in which the documentation lists them.
    pub const ALL: &'static [ErrorCode] = Self::VARIANTS;

    /// The code as it appears in `error.code`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error with a stable [`ErrorCode`] and a sentence that helps.
///
/// ```
/// use ganvas_core::{Error, ErrorCode};
///
/// let error = Error::experiment("batch_size", "must be at least 2");
/// assert_eq!(error.code(), ErrorCode::BadExperiment);
/// assert_eq!(error.field(), Some("batch_size"));
/// assert_eq!(error.to_string(), "batch_size: must be at least 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: ErrorCode,
    field: Option<String>,
    message: String,
}

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of any kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            message: message.into(),
        }
    }

    /// `bad_experiment`, naming the setting at fault.
    pub fn experiment(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::BadExperiment,
            field: Some(field.into()),
            message: message.into(),
        }
    }

    /// `bad_dataset`.
    pub fn dataset(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadDataset, message)
    }

    /// `bad_checkpoint`.
    pub fn checkpoint(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadCheckpoint, message)
    }

    /// `internal`: something that should not be possible.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The experiment's field at fault, for `bad_experiment`.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The sentence for people, without the field's name.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// `bad_experiment` for a value outside its range, or one that is not a number.
pub(crate) fn within<T: PartialOrd + fmt::Display>(
    field: &str,
    range: &RangeInclusive<T>,
    value: T,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(Error::experiment(
        field,
        format!("must be from {least} to {most}, not {value}"),
    ))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}
