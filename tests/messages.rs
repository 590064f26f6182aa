//! The message files: each language has the messages of English.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::path::Path;

/// The folders with message files. The tests of `crates/messages` check that an error of each kind is found.
const FOLDERS: [&str; 1] = ["crates/visma-connect/messages"];

#[test]
fn each_language_has_the_keys_and_the_placeholders_of_english() {
    for folder in FOLDERS {
        let differences = visma_connect_messages::differences(&root().join(folder)).unwrap();
        assert_eq!(differences, Vec::<String>::new(), "{folder}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
