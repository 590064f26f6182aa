//! Makes typed Rust from message files. A build script runs it, so nothing of it is in the wasm.
//!
//! A folder has one file for each language, in the syntax of [Project Fluent](https://projectfluent.org). `en.ftl` is
//! the reference. Each message of it becomes an item with a name that the compiler checks:
//!
//! ```text
//! sign-in = Sign in                                ->  const SIGN_IN: Message
//! try-in = Try again in { $seconds } seconds.      ->  fn try_in(seconds: &str) -> String
//! by-service = By the service at { $url-element }  ->  const BY_SERVICE: Around
//! ```
//! A function has its arguments in the order of the alphabet, so a change of the English text does not change the call.
//!
//! A placeholder whose name ends in `-element` stands for an element of the page. Such a message is the text before
//! it and the text after it.
//!
//! A line break in a message is a space, so a long message continues in the next line, indented. Terms, attributes
//! and selectors are refused: no message needs them yet.

mod catalog;
mod code;
mod error;
mod languages;

// The text of both files is copied into the generated code.
#[cfg(test)]
mod around;
#[cfg(test)]
mod message;

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;

pub use self::error::{Error, Result};
pub use self::languages::{differences, texts};

/// The language whose messages are compiled into the app.
pub(crate) const REFERENCE: &str = "en.ftl";

/// Writes `messages.rs` into the folder that cargo gives to a build script. `folder` is the folder with the message
/// files, relative to the package.
///
/// # Errors
/// The file is missing or not valid, or the code cannot be written.
pub fn build(folder: &str) -> Result {
    let variable = |name: &str| env::var_os(name).ok_or_else(|| Error::new(format!("{name} is not set")));
    let path = Path::new(&variable("CARGO_MANIFEST_DIR")?).join(folder).join(REFERENCE);
    let code = code::code(&catalog::read(&path)?);
    let target = Path::new(&variable("OUT_DIR")?).join("messages.rs");
    fs::write(&target, code).map_err(|cause| Error::new(format!("{}: {cause}", target.display())))?;
    // Without this line, cargo would run the build script after every change of the package.
    writeln!(std::io::stdout(), "cargo::rerun-if-changed={folder}/{REFERENCE}")
        .map_err(|cause| Error::new(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::around::Around;
    use super::message::Message;

    /// The generated code begins with these two types, so they are tried here.
    #[test]
    fn a_text_is_reached_through_its_message() {
        const AT: Around = Around { before: Message::new("At "), after: Message::new(".") };
        assert_eq!([AT.before, AT.after].map(Message::text), ["At ", "."]);
    }
}
