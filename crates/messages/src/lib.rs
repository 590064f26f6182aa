//! Generates typed Rust code from message files. Build scripts call this crate, so it adds no bytes to the wasm.
//!
//! A folder has one file for each language, in the syntax of [Project Fluent](https://projectfluent.org). `en.ftl` is
//! the reference. Each message in it becomes an item whose name the compiler checks:
//!
//! ```text
//! sign-in = Sign in                                ->  const SIGN_IN: Message
//! try-in = Try again in { $seconds } seconds.      ->  fn try_in(seconds: &str) -> String
//! by-service = By the service at { $url-element }  ->  const BY_SERVICE: Around
//! ```
//! The arguments of a function are in alphabetical order, so a change of the English text does not change the call.
//!
//! A placeholder whose name ends in `-element` stands for an element of the page. The item of such a message has the
//! text before the element and the text after it.
//!
//! A line break in a message becomes a space. So a long message can continue on the next line, which must be indented.
//! Terms, attributes and selectors are refused, because no message needs them.

mod catalog;
mod code;
mod error;
mod languages;

// The generated code contains the text of these two files.
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

/// The file of the reference language. Its messages are compiled into the app.
pub(crate) const REFERENCE: &str = "en.ftl";

/// Writes `messages.rs` into the output folder of a build script (`OUT_DIR`). `folder` is the folder with the message
/// files, relative to the folder of the package.
///
/// # Errors
/// - `CARGO_MANIFEST_DIR` or `OUT_DIR` is not set: the caller is not a build script.
/// - `en.ftl` cannot be read, or is not valid.
/// - `messages.rs` or the line for cargo cannot be written.
pub fn build(folder: &str) -> Result {
    let variable = |name: &str| env::var_os(name).ok_or_else(|| Error::new(format!("{name} is not set")));
    let path = Path::new(&variable("CARGO_MANIFEST_DIR")?).join(folder).join(REFERENCE);
    let code = code::code(&catalog::read(&path)?);
    let target = Path::new(&variable("OUT_DIR")?).join("messages.rs");
    fs::write(&target, code).map_err(|cause| Error::new(format!("{}: {cause}", target.display())))?;
    // Without this line, cargo runs the build script after every change of the package.
    writeln!(std::io::stdout(), "cargo::rerun-if-changed={folder}/{REFERENCE}")
        .map_err(|cause| Error::new(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::around::Around;
    use super::message::Message;

    /// Tests the two types with which the generated code begins.
    #[test]
    fn a_text_is_reached_through_its_message() {
        const AT: Around = Around { before: Message::new("At "), after: Message::new(".") };
        assert_eq!([AT.before, AT.after].map(Message::text), ["At ", "."]);
    }
}
