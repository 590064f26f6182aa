//! What is wrong with a message file, as sentences for the developer.

use std::fmt;

/// Everything that is wrong, one problem in a line. Each begins with the file and the line of the problem.
pub struct Error(String);

/// The result of what this crate does.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

/// Cargo shows the error of a build script in this form, so it is the plain text.
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
