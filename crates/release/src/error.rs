//! The error type of this crate and of xtask. Its text is printed in the terminal.

use std::fmt;

/// One or two sentences: what went wrong, and how to fix it.
#[derive(Debug)]
pub struct Error(String);

/// The result of every function in this crate that can fail.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    /// Creates an error from complete sentences.
    pub fn new(sentences: impl Into<String>) -> Self {
        Self(sentences.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
