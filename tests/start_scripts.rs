//! Checks what the start scripts do when the app does not start. The end-to-end tests cover the rest of these scripts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, reason = "clippy.toml allows this only in test functions, not in the functions that they call")]

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The library removes the response from the address when it starts. If it does not start, the script of the example
/// must remove the response.
#[test]
fn c24_the_example_leaves_no_response_in_the_address_when_the_app_does_not_start() {
    let script = read("crates/visma-connect/examples/router/start.js");
    let cleaning = "if (response) history.replaceState(null, '', pathname);";
    let (starting, failed) = script.split_once("\n} catch (error) {\n").expect("the try block of the start");
    assert!(
        starting.contains(&["\n", cleaning, "\n\ntry {\n"].concat()),
        "the address is cleaned before anything is loaded"
    );
    assert_eq!(
        failed.lines().next().map(str::trim_start),
        Some(cleaning),
        "the address is cleaned when the start fails"
    );
}

/// boot.js has no hash in its name. If a host sends no caching headers, browsers may keep an old version.
#[test]
fn start_again_renews_every_file_whose_name_stays_the_same() {
    let script = read("src/static/start-error.js");
    let renewed =
        script.lines().find(|line| line.contains(".map(renew)")).expect("the line that lists the renewed files");
    for file in ["[base, ", "`${base}boot.js`", "import.meta.url"] {
        assert!(renewed.contains(file), "{file}: {renewed}");
    }
}

/// The error codes that no session reports, and the file that shows each code: the panic page, the paused page, the
/// page for a missing part, and start-error.js, which shows why the app did not start. start-error.js contains the
/// texts of its codes. [`MESSAGES`] states where the texts of the other codes are.
const OWN_CODES: [(&str, &str); 11] = [
    ("panic", "crates/visma-connect/src/browser/panic.rs"),
    ("start_held_back", "src/pages/paused.rs"),
    ("part_missing", "src/rest.rs"),
    ("no_webassembly", "src/static/start-error.js"),
    ("browser_too_old", "src/static/start-error.js"),
    ("app_blocked", "src/static/start-error.js"),
    ("app_unreachable", "src/static/start-error.js"),
    ("app_outdated", "src/static/start-error.js"),
    ("app_incomplete", "src/static/start-error.js"),
    ("app_damaged", "src/static/start-error.js"),
    ("app_not_loaded", "src/static/start-error.js"),
];

/// For each code: the folder of its messages, and the start of their keys.
const MESSAGES: [(&str, &str, &str); 3] = [
    ("panic", "crates/visma-connect/messages", "panic"),
    ("start_held_back", "src/messages", "paused"),
    ("part_missing", "src/messages", "part-missing"),
];

#[test]
fn the_app_s_own_codes_are_these_eleven_with_the_words_of_their_pages() {
    // boot.js contains the text of one code. It shows this text when the file with the other texts does not load.
    let (boot, start_error) = (read("src/static/boot.js"), read("src/static/start-error.js"));
    let errors = read("docs/errors.md");
    let shown: Vec<_> = boot.split('\'').filter(|text| text.contains('_') && !text.contains(' ')).collect();
    assert_eq!(shown, ["app_not_loaded"]);
    let words = start_error.split("  app_not_loaded: [").nth(1).unwrap().split(']').next().unwrap();
    assert!(boot.contains(words), "{words}");
    let table = start_error.split("const WORDS = {").nth(1).unwrap().split("};").next().unwrap();
    assert_eq!(table.matches(": ['").count(), 8, "every code of the file is in OWN_CODES");
    let chapter = errors.split("\n## The app itself\n").nth(1).unwrap();
    let documented: usize =
        chapter.lines().filter_map(|line| line.strip_prefix("### `")).map(|line| line.split(", ").count()).sum();
    assert_eq!(documented, OWN_CODES.len(), "docs/errors.md documents a code that does not exist, or one twice");
    for (code, file) in OWN_CODES {
        let source = read(file);
        let named = [format!("  {code}: ['"), format!("\"{code}\"")];
        assert!(named.iter().any(|name| source.contains(name)), "{code}");
        let section = chapter.split(&format!("### `{code}`\n\n**")).nth(1).unwrap_or_else(|| panic!("{code}"));
        let (title, rest) = section.split_once(".** ").unwrap();
        let text = rest.split('\n').next().unwrap();
        if let Some((_, folder, key)) = MESSAGES.iter().find(|(other, ..)| *other == code) {
            let texts = visma_connect_messages::texts(folder.as_ref()).unwrap();
            let shown = ["title", "text"].map(|part| texts[&format!("{key}-{part}")].as_str());
            assert_eq!([title, text], shown, "{code}");
        } else {
            assert!(source.contains(title) && source.contains(text), "{code}: {title}. {text}");
        }
    }
}
