//! The error of this crate: the problems of a message file, as text for the developer.

use std::fmt;

/// The problems of a message file, each on its own line. A problem that has a position starts with the file name and
/// the line number.
pub struct Error(String);

/// The result of the functions of this crate.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

/// The plain text of the error. Cargo prints the `Debug` form of an error of a build script.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\n{}", self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
