//! Checks the message files: each language has the same messages as English, and index.html and boot.js have the same
//! texts as the app.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::path::Path;

/// The folders with message files. The tests of `crates/messages` check that an error of each kind is found.
const FOLDERS: [&str; 2] = ["crates/visma-connect/messages", "src/messages"];

/// The texts of index.html, each with the markup before it, the key of its message, and the markup after it. The app
/// draws the home page with the same texts.
const OF_THE_PAGE: [(&str, &str, &str); 10] = [
    ("<title>", "app-name", "</title>"),
    ("<span class=\"brand\">", "app-name", "</span>"),
    ("<h1>", "home-title", "</h1>"),
    ("<p class=\"lead\">", "home-text", "</p>"),
    ("data-testid=\"sign-in\" disabled>", "sign-in-button", "</button>"),
    ("<li>", "home-tick-password", "</li>"),
    ("<li>", "home-tick-memory", "</li>"),
    ("<li>", "home-tick-one-click", "</li>"),
    ("<h2>", "home-permissions-title", "</h2>"),
    ("<footer class=\"foot\">", "footer", "</footer>"),
];

/// The keys of the titles and texts that boot.js shows while the app loads. The app draws the same pages.
const OF_BOOT_JS: [(&str, &str); 2] = [("signing-in-title", "signing-in-text"), ("loading-title", "loading-text")];

#[test]
fn each_language_has_the_keys_and_the_placeholders_of_english() {
    for folder in FOLDERS {
        let differences = visma_connect_messages::differences(&root().join(folder)).unwrap();
        assert_eq!(differences, Vec::<String>::new(), "{folder}");
    }
}

#[test]
fn the_page_as_it_is_served_has_the_texts_of_the_app() {
    let texts = visma_connect_messages::texts(&root().join("src/messages")).unwrap();
    let (page, boot) = (read("index.html"), read("src/static/boot.js"));
    for (before, key, after) in OF_THE_PAGE {
        let expected = [before, &texts[key], after].concat();
        assert!(page.contains(&expected), "index.html does not have the text of {key}: {expected}");
    }
    for (title, text) in OF_BOOT_JS {
        let expected = format!("show('busy', '{}', '{}');", texts[title], texts[text]);
        assert!(boot.contains(&expected), "boot.js does not have the texts of {title} and {text}: {expected}");
    }
    assert_eq!(page.matches("<li>").count(), 3 + 5, "three items of the list, and five empty rows for the permissions");
    assert_eq!(boot.matches("show('busy'").count(), OF_BOOT_JS.len());
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
