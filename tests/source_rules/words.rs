//! Words and dependencies that the sources and manifests must not contain.

use super::rules::{
    A01_OTHER_RANDOMNESS, A16_OTHER_WINDOWS, B09_STORES, E22_SPENDING, F11_OTHER_REQUESTS, G07_SERVICE_WORKERS,
    J01_CONSOLE, K02_MARKUP, K07_CODE_FROM_TEXT,
};
use super::sources::{SOURCES, files_below, offences, read, shipped};

#[test]
fn a01_there_is_one_source_of_random_numbers() {
    A01_OTHER_RANDOMNESS.holds();
    // A crate that is not a dependency cannot be used.
    let wanted = ["rand", "fastrand", "oorandom", "nanorand", "uuid"];
    for manifest in MANIFESTS {
        let manifest = read(manifest);
        assert_eq!(dependencies(&manifest).filter(|name| wanted.contains(name)).count(), 0);
        assert!(dependencies(&manifest).any(|name| name.starts_with("getrandom")), "the dependencies were not read");
    }
}

#[test]
fn a07_no_address_of_the_page_becomes_a_redirect_uri() {
    // The app's folder is computed from the address of boot.js. All other addresses come from the configuration.
    let words = ["href()", "location.href", "document.baseURI", "document_uri", "base_uri"];
    for (path, text) in shipped() {
        assert_eq!(offences(&path, &text, &words), Vec::<String>::new());
    }
    assert!(read("src/static/boot.js").contains("new URL('.', import.meta.url).pathname"));
    assert!(!offences("src/x.rs", "location.href().unwrap()", &words).is_empty());
}

#[test]
fn a16_no_other_window_is_spoken_to_or_listened_to() {
    A16_OTHER_WINDOWS.holds();
}

#[test]
fn b09_nothing_but_one_file_can_keep_anything() {
    B09_STORES.holds();
}

#[test]
fn e22_an_access_token_is_used_only_in_known_places() {
    E22_SPENDING.holds();
}

#[test]
fn f11_there_is_one_way_to_the_network_and_it_sends_no_cookies() {
    F11_OTHER_REQUESTS.holds();
    assert!(read("crates/visma-connect/src/browser/http.rs").contains("set_credentials(RequestCredentials::Omit)"));
}

#[test]
fn g07_no_service_worker_is_registered() {
    G07_SERVICE_WORKERS.holds();
}

#[test]
fn j01_nothing_writes_to_the_console() {
    J01_CONSOLE.holds();
    let writers = ["log", "tracing", "console_log", "console_error_panic_hook", "gloo-console"];
    for manifest in MANIFESTS {
        let manifest = read(manifest);
        assert!(dependencies(&manifest).count() > 3, "{manifest}");
        assert_eq!(dependencies(&manifest).filter(|name| writers.contains(name)).count(), 0);
    }
}

#[test]
fn j02_the_app_has_nothing_to_serialize_with() {
    // With serde, other apps read API responses into their own types. The library does not use serde to serialize, and
    // no type derives Serialize.
    assert!(!dependencies(&read("Cargo.toml")).any(|name| name.starts_with("serde")));
    let manifest = read("crates/visma-connect/Cargo.toml");
    let serde = manifest.lines().find(|line| line.starts_with("serde = ")).unwrap();
    assert_eq!(serde, "serde = { version = \"1\", default-features = false }");
    let words = ["derive(Serialize", "derive(serde", "impl Serialize", "serde_json::to_", "to_writer"];
    for (path, text) in shipped() {
        assert_eq!(offences(&path, &text, &words), Vec::<String>::new());
    }
    assert!(!offences("src/planted.rs", "#[derive(serde::Serialize)]", &words).is_empty());
}

#[test]
fn j03_no_result_is_unwrapped_where_its_error_could_be_printed() {
    let manifest = read("Cargo.toml");
    for lint in ["unwrap_used", "expect_used", "panic", "indexing_slicing", "dbg_macro", "print_stdout", "print_stderr"]
    {
        assert!(manifest.lines().any(|line| line == format!("{lint} = \"deny\"")), "{lint}");
        // No source that the browser receives relaxes the lint.
        for (path, text) in SOURCES.into_iter().flat_map(files_below) {
            assert!(!text.contains(&format!("clippy::{lint}")), "{path} relaxes {lint}");
        }
    }
    let members = [
        "Cargo.toml",
        "crates/visma-connect/Cargo.toml",
        "crates/messages/Cargo.toml",
        "crates/release/Cargo.toml",
        "crates/xtask/Cargo.toml",
        "tests/e2e/Cargo.toml",
    ];
    for member in members {
        assert!(read(member).contains("[lints]\nworkspace = true\n"), "{member}");
    }
    let relaxed = read(".cargo/clippy.toml");
    let relaxed: Vec<_> = relaxed.lines().filter(|line| line.starts_with("allow")).collect();
    assert!(relaxed.len() > 3 && relaxed.iter().all(|line| line.contains("-in-tests = true")), "{relaxed:?}");
}

#[test]
fn j05_nothing_of_the_module_is_handed_out() {
    let words = ["wasmBindings", "TrunkApplicationStarted"];
    for (path, text) in shipped() {
        assert_eq!(offences(&path, &text, &words), Vec::<String>::new());
    }
    assert!(!offences("src/static/boot.js", "window.wasmBindings = glue;", &words).is_empty());
    // Trunk's own start script contains both words. Two settings keep this script out of the page.
    let page = read("index.html");
    let module = page.lines().find(|line| line.contains("rel=\"rust\"")).unwrap();
    assert!(module.contains(" data-wasm-no-import "), "{module}");
    assert!(read("Trunk.toml").lines().any(|line| line.starts_with("pattern_script = ")));
    for script in ["src/static/boot.js", "src/static/start-error.js"] {
        assert!(!read(script).contains("window."), "{script} must not set anything on window");
    }
}

#[test]
fn k02_nothing_is_read_as_markup() {
    K02_MARKUP.holds();
}

#[test]
fn k07_no_text_becomes_code() {
    K07_CODE_FROM_TEXT.holds();
}

const MANIFESTS: [&str; 2] = ["Cargo.toml", "crates/visma-connect/Cargo.toml"];

/// The names of all dependencies in a manifest, for all targets. Dev-dependencies are left out.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    manifest.lines().filter_map(move |line| {
        if line.starts_with('[') {
            is_inside = line.contains("dependencies]") && !line.contains("dev-dependencies");
            // `[target.….dependencies.web-sys]` names its crate in the heading.
            return line.rsplit_once("dependencies.").map(|(_, name)| name.trim_end_matches(']'));
        }
        let (name, _) = line.split_once(" = ").filter(|_| is_inside)?;
        Some(name)
    })
}
