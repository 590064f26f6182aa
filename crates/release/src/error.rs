//! What went wrong, as sentences for the user at the terminal.

use std::fmt;

/// A sentence or two: what went wrong, and what to do about it.
#[derive(Debug)]
pub struct Error(String);

/// The result of everything in this crate that can fail.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    /// Keeps the sentences as they are.
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
