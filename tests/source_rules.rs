//! What the sources of the app must not contain, whatever compiles. Each rule is tried on a planted offence, too.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

use std::path::{Path, PathBuf};

use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::session::tab_message::{CHANNEL, FRONT_CHANNEL_KEY, TabMessage};

/// The app and the library: what the browser gets.
const SOURCES: [&str; 2] = ["src", "crates/visma-connect/src"];
const MANIFESTS: [&str; 2] = ["Cargo.toml", "crates/visma-connect/Cargo.toml"];

/// Words that must not stand in what the browser gets, but for the files in which each is meant.
struct Rule {
    words: &'static [&'static str],
    meant: &'static [(&'static str, &'static str)],
}

/// One source of random numbers: `crypto.getRandomValues`, through getrandom.
const A01_OTHER_RANDOMNESS: Rule = Rule {
    words: &[
        "getrandom",
        "Math",
        "rand",
        "fastrand",
        "get_random_values",
        "getRandomValues",
        "random_uuid",
        "randomUUID",
    ],
    meant: &[("crates/visma-connect/src/browser/random.rs", "getrandom")],
};

/// Nobody else's window, and nothing that others can send to ours.
const A16_OTHER_WINDOWS: Rule = Rule {
    words: &[
        ".opener",
        "opener()",
        "set_opener",
        "\"message\"",
        "'message'",
        "onmessage",
        "set_onmessage",
        "MessageEvent",
        "postMessage",
        "post_message",
        "open_with_url",
        "open_with_url_and_target_and_features",
        "window.open",
    ],
    // Channels of this origin, which no other window reaches; and the small window, which is let go at once.
    meant: &[
        ("crates/visma-connect/src/browser/tabs.rs", "MessageEvent"),
        ("crates/visma-connect/src/browser/tabs.rs", "set_onmessage"),
        ("crates/visma-connect/src/browser/tabs.rs", "post_message"),
        ("src/static/frontchannel-logout.js", "postMessage"),
        ("crates/visma-connect/src/browser/navigation.rs", "open_with_url_and_target_and_features"),
    ],
};

/// Where something can be kept: one file opens both storages.
const B09_STORES: Rule = Rule {
    words: &[
        "session_storage",
        "local_storage",
        "gloo_storage",
        "sessionStorage.setItem",
        "localStorage.setItem",
        "js_namespace = sessionStorage",
        "js_namespace = localStorage",
        "indexed_db",
        "indexedDB.",
        "caches.",
        "CacheStorage",
        "document.cookie",
        "set_cookie",
        "window.name",
        "set_name",
    ],
    meant: &[
        ("crates/visma-connect/src/browser/storage.rs", "session_storage"),
        ("crates/visma-connect/src/browser/storage.rs", "gloo_storage"),
        ("crates/visma-connect/src/browser/storage.rs", "local_storage"),
        // Which session of the provider is over, for pages that hear no message.
        ("src/static/frontchannel-logout.js", "localStorage.setItem"),
    ],
};

/// What reads the callback's address after it was cleaned, or carries something away.
const C25_J07_TELEMETRY: Rule = Rule {
    words: &["sendBeacon", "send_beacon", "PerformanceObserver", "getEntries", "get_entries", "get_entries_by_type"],
    meant: &[],
};

/// Where an access token is spent: by its type, and in these files alone.
const E22_SPENDING: Rule = Rule {
    words: &[".with_bearer(", ".authorization = ", "authorization: Some", "\"authorization\"", "\"Authorization\""],
    meant: &[
        ("crates/visma-connect/src/protocol/http.rs", ".with_bearer("),
        ("crates/visma-connect/src/protocol/http.rs", ".authorization = "),
        ("crates/visma-connect/src/protocol/id_token.rs", ".with_bearer("),
        ("crates/visma-connect/src/browser/http.rs", "\"authorization\""),
        // Where it is refused from anybody else.
        ("crates/visma-connect/src/session/api.rs", "\"authorization\""),
        ("crates/visma-connect/src/session/api.rs", "\"Authorization\""),
    ],
};

/// One way to the network for the app, without cookies; boot.js and start-error.js fetch the app's own files.
const F11_OTHER_REQUESTS: Rule = Rule {
    words: &[
        "fetch(",
        "fetch_with_request",
        "fetch_with_str",
        "fetch_with_str_and_init",
        "RequestBuilder",
        "gloo_net",
        "RequestCredentials::Include",
        "RequestCredentials::SameOrigin",
        "XMLHttpRequest",
        "XmlHttpRequest",
        "EventSource",
        "WebSocket",
        "FormData",
    ],
    meant: &[
        ("src/static/boot.js", "fetch("),
        ("src/static/start-error.js", "fetch("),
        ("crates/visma-connect/src/browser/http.rs", "fetch_with_request"),
        ("crates/visma-connect/src/browser/http.rs", "fetch_with_str_and_init"),
        ("crates/visma-connect/src/browser/http.rs", "gloo_net"),
    ],
};

/// No service worker sees a callback; one that an earlier app has left is removed.
const G07_SERVICE_WORKERS: Rule = Rule {
    words: &[
        "serviceWorker",
        "service_worker",
        "ServiceWorker",
        "ServiceWorkerContainer",
        "serviceWorker.register",
        "serviceWorker?.register",
    ],
    meant: &[("src/static/boot.js", "serviceWorker")],
};

/// A console line can carry a secret, and others read it. Why the app did not start is said there, of its own files.
const J01_CONSOLE: Rule = Rule {
    words: &[
        "console.",
        "console::",
        "js_namespace = console",
        "log!",
        "log::",
        "logging::",
        "tracing::",
        "println!",
        "eprintln!",
        "dbg!",
        "console_error_panic_hook",
    ],
    meant: &[("src/static/start-error.js", "console.")],
};

/// Text is text: nothing is read as markup.
const K02_MARKUP: Rule = Rule {
    words: &[
        "innerHTML",
        "inner_html",
        "set_inner_html",
        "outerHTML",
        "set_outer_html",
        "insertAdjacentHTML",
        "insert_adjacent_html",
        "createContextualFragment",
        "create_contextual_fragment",
        "DomParser",
        "DOMParser",
        "document.write",
        "srcdoc",
        "set_href",
        "set_src",
    ],
    meant: &[],
};

/// No text becomes code. js-sys has bindings for it by default, and nobody calls them.
const K07_CODE_FROM_TEXT: Rule = Rule {
    words: &[
        "eval(",
        "eval::",
        "js_sys::eval",
        "Function::new_no_args",
        "Function::new_with_args",
        "new Function",
        "set_timeout_with_str",
        "set_interval_with_str",
        "inline_js",
    ],
    meant: &[],
};

const RULES: [Rule; 10] = [
    A01_OTHER_RANDOMNESS,
    A16_OTHER_WINDOWS,
    B09_STORES,
    C25_J07_TELEMETRY,
    E22_SPENDING,
    F11_OTHER_REQUESTS,
    G07_SERVICE_WORKERS,
    J01_CONSOLE,
    K02_MARKUP,
    K07_CODE_FROM_TEXT,
];

#[test]
fn a01_there_is_one_source_of_random_numbers() {
    A01_OTHER_RANDOMNESS.holds();
    // A crate that is not there cannot be asked.
    let wanted = ["rand", "fastrand", "oorandom", "nanorand", "uuid"];
    for manifest in MANIFESTS {
        let manifest = read(manifest);
        assert_eq!(dependencies(&manifest).filter(|name| wanted.contains(name)).count(), 0);
        assert!(dependencies(&manifest).any(|name| name.starts_with("getrandom")), "the list is read");
    }
}

#[test]
fn a07_no_address_of_the_page_becomes_a_redirect_uri() {
    // The app's folder comes from where boot.js lies, and everything else from the configuration.
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
fn b09_the_policy_names_the_authority_of_the_configuration_and_nobody_else() {
    let page = AppLocation { base: "http://localhost:8080/".to_owned(), languages: Vec::new() };
    let config = Config::parse(&read("src/static/config.json"), &page).unwrap();
    let policy = policy_of(&read("index.html"));
    assert_eq!(directive(&policy, "connect-src")[0], "'self'");
    assert_eq!(directive(&policy, "connect-src")[1..], config.origins());
    assert_eq!(directive(&policy, "default-src"), ["'none'"]);
}

#[test]
fn c24_boot_js_cleans_the_address_before_it_does_anything_else() {
    assert_eq!(first_statements(&read("src/static/boot.js"), CLEANING.len()), CLEANING);
    let late = ["const config = fetch('x');", &CLEANING.join("\n")].join("\n");
    assert_ne!(first_statements(&late, CLEANING.len()), CLEANING);
    let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
    for home in ["", "index.html"] {
        let text = format!(
            r#"{{"authority":"https://connect.example","client_id":"demo","redirect_uri":"https://app.example/{home}"}}"#
        );
        assert!(Config::parse(&text, &page).is_err(), "a response could come to {home:?}, whose address is kept");
    }
}

#[test]
fn h06_the_script_of_the_front_channel_cleans_the_address_first_and_says_what_the_tabs_read() {
    let script = read("src/static/frontchannel-logout.js");
    let cleaning =
        ["const query = location.search;", "history.replaceState(null, '', location.origin + location.pathname);"];
    assert_eq!(first_statements(&script, 2), cleaning);
    assert!(script.contains(&format!("new BroadcastChannel('{CHANNEL}')")));
    // The members of the script's message, as the tabs write the same one.
    let message = TabMessage::FrontChannelLogout { iss: "iss".to_owned(), sid: "sid".to_owned() }.to_text();
    assert_eq!(message, r#"{"v":1,"type":"frontchannel_logout","iss":"iss","sid":"sid"}"#);
    assert!(script.contains("const message = JSON.stringify({ v: 1, type: 'frontchannel_logout', iss, sid })"));
    assert!(script.contains(&format!("localStorage.setItem('{FRONT_CHANNEL_KEY}', message)")));
}

#[test]
fn h08_the_page_of_the_front_channel_runs_its_own_script_and_has_nothing_to_see() {
    let page = read("src/static/frontchannel-logout.html");
    let policy = policy_of(&page);
    assert_eq!(directive(&policy, "script-src"), ["'self'"]);
    for name in ["default-src", "base-uri", "form-action", "object-src"] {
        assert_eq!(directive(&policy, name), ["'none'"], "{name}");
    }
    assert_eq!(policy.split(';').count(), 5, "{policy}");
    assert_eq!(foreign_parts(&page), ["script type=module src=frontchannel-logout.js"]);
    assert!(!page.contains("<body") && !page.contains("<link"));
    // The shell of the app does not load it, so that a first visit costs no byte more.
    assert!(
        read("index.html").contains("<link data-trunk rel=\"copy-file\" href=\"src/static/frontchannel-logout.html\">")
    );
    assert!(!read("src/static/boot.js").contains("frontchannel"));
}

/// Home keeps its query, which no response comes to: a redirect URI is a page of its own.
const CLEANING: [&str; 5] = [
    "const base = new URL('.', import.meta.url).pathname;",
    "const path = location.pathname.slice(base.length);",
    "const isHome = !path || path == 'index.html';",
    "const query = isHome ? '' : location.search + location.hash;",
    "if (query) history.replaceState(null, '', location.origin + location.pathname);",
];

fn first_statements(script: &str, count: usize) -> Vec<&str> {
    script.lines().filter(|line| !line.is_empty() && !is_comment(line)).take(count).collect()
}

#[test]
fn c25_j07_the_page_loads_its_own_files_and_nothing_looks_over_its_shoulder() {
    C25_J07_TELEMETRY.holds();
    assert_eq!(foreign_parts(&read("index.html")), Vec::<String>::new());
    let trunk = read("Trunk.toml");
    let starter = trunk.lines().find(|line| line.starts_with("pattern_script")).unwrap();
    assert_eq!(starter.matches("<script").count(), 1);
    assert!(starter.contains(" src=\"{base}boot.js\"") && starter.contains("></script>"), "{starter}");
    for (path, text) in files_below("style") {
        assert!(!text.contains("url(") && !text.contains("@import"), "{path} loads something");
    }
    for plant in [
        "<script src=\"boot.js\"></script>",
        "<link rel=\"stylesheet\" href=\"https://fonts.example/a.css\">",
        "<img src=//evil.example/pixel>",
        "<a href=\"/\" onclick=\"go()\">",
        "<p style=\"color: red\">",
        "<base href=\"/x/\">",
        "<iframe src=\"a\">",
    ] {
        assert_eq!(foreign_parts(&format!("<!doctype html><p>{plant}")).len(), 1, "{plant}");
    }
}

/// Tags that run code, load from elsewhere or carry inline style.
fn foreign_parts(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap().to_ascii_lowercase().replace(['"', '\''], "");
        let name = tag.split_whitespace().next().unwrap_or_default();
        let attributes: Vec<(&str, &str)> =
            tag.split_whitespace().skip(1).map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        let loads =
            |value: &str| value.contains("//") || value.split('/').next().is_some_and(|first| first.contains(':'));
        let is_foreign = attributes.iter().any(|(name, value)| {
            (["src", "href", "action", "data"].contains(name) && loads(value))
                || (name.starts_with("on") && !value.is_empty())
                || *name == "style"
        });
        if ["script", "base", "iframe", "object", "embed", "style", "form"].contains(&name) || is_foreign {
            found.push(tag.clone());
        }
    }
    found
}

#[test]
fn c26_no_referrer_is_said_before_anything_is_loaded() {
    let says_so_first = |html: &str| {
        let rule = html.find("<meta name=\"referrer\" content=\"no-referrer\">");
        let load = ["<link", "<script", "<img", "<style"].iter().filter_map(|tag| html.find(tag)).min();
        matches!((rule, load), (Some(rule), Some(load)) if rule < load)
    };
    assert!(says_so_first(&read("src/static/frontchannel-logout.html")));
    let page = read("index.html");
    assert!(says_so_first(&page));
    assert!(!says_so_first(&page.replace("no-referrer", "origin")));
    let late = page.replace("<meta name=\"referrer\" content=\"no-referrer\">", "");
    assert!(!says_so_first(&late.replace("</head>", "<meta name=\"referrer\" content=\"no-referrer\"></head>")));
}

#[test]
fn c27_no_policy_reports_to_anybody() {
    let words = ["report-uri", "report-to", "Report-To", "Reporting-Endpoints"];
    let mut looked_at = 0;
    for place in [
        "index.html",
        "Trunk.toml",
        "README.md",
        "src",
        "crates/visma-connect/src",
        "crates/visma-connect/examples",
        "crates/release/src",
        "crates/xtask/src",
        "tests/e2e/src",
        "hosting",
        "deploy",
    ] {
        for (path, text) in files_below(place) {
            looked_at += 1;
            for word in words {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
    }
    assert!(looked_at > 80, "{looked_at}");
}

#[test]
fn e22_an_access_token_is_spent_in_known_places_alone() {
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
    // serde reads answers of APIs into the types of other apps. Nothing here is written with it, and no type derives
    // it.
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

/// The names of what the app itself depends on, natively and in the browser, tests aside.
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

#[test]
fn j03_no_result_is_unwrapped_where_its_error_could_be_printed() {
    let manifest = read("Cargo.toml");
    for lint in ["unwrap_used", "expect_used", "panic", "indexing_slicing", "dbg_macro", "print_stdout", "print_stderr"]
    {
        assert!(manifest.lines().any(|line| line == format!("{lint} = \"deny\"")), "{lint}");
        // Nothing of what the browser gets takes it back.
        for (path, text) in SOURCES.into_iter().flat_map(files_below) {
            assert!(!text.contains(&format!("clippy::{lint}")), "{path} relaxes {lint}");
        }
    }
    let members = [
        "Cargo.toml",
        "crates/visma-connect/Cargo.toml",
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
fn k01_k07_the_policy_runs_no_text_and_no_inline_code() {
    let policy = policy_of(&read("index.html"));
    assert_eq!(directive(&policy, "script-src"), ["'self'", "'wasm-unsafe-eval'"]);
    assert_eq!(directive(&policy, "style-src"), ["'self'"]);
    for name in ["base-uri", "form-action", "object-src"] {
        assert_eq!(directive(&policy, name), ["'none'"], "{name}");
    }
    for word in ["'unsafe-eval'", "'unsafe-inline'", "'strict-dynamic'", "data:", "blob:", "*"] {
        assert!(!policy.split([' ', ';']).any(|source| source == word), "{word}");
    }
}

#[test]
fn j05_nothing_of_the_module_is_handed_out() {
    let words = ["wasmBindings", "TrunkApplicationStarted"];
    for (path, text) in shipped() {
        assert_eq!(offences(&path, &text, &words), Vec::<String>::new());
    }
    assert!(!offences("src/static/boot.js", "window.wasmBindings = glue;", &words).is_empty());
    // Trunk's own starter does both, so it is taken out in both places where it could come in.
    let page = read("index.html");
    let module = page.lines().find(|line| line.contains("rel=\"rust\"")).unwrap();
    assert!(module.contains(" data-wasm-no-import "), "{module}");
    assert!(read("Trunk.toml").lines().any(|line| line.starts_with("pattern_script = ")));
    for script in ["src/static/boot.js", "src/static/start-error.js"] {
        assert!(!read(script).contains("window."), "{script} keeps everything in its module");
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

#[test]
fn every_rule_sees_what_it_forbids_and_no_more() {
    for rule in &RULES {
        for word in rule.words {
            let planted = format!("fn f() {{\n    let x = {word};\n}}\n");
            assert!(!offences("src/planted.rs", &planted, &[word]).is_empty(), "{word}");
            let said = format!("// {word}\n/// {word}\n    //! {word}\n");
            assert_eq!(offences("src/planted.rs", &said, rule.words), Vec::<String>::new(), "{word}");
            if word.starts_with(|first: char| first.is_alphabetic()) {
                let longer = format!("let not_{word}s = 1;");
                assert_eq!(offences("src/planted.rs", &longer, &[word]), Vec::<String>::new(), "{word}");
            }
        }
    }
    let after_code = "let url = \"https://a.example\"; console.log(url); // console";
    assert_eq!(offences("boot.js", after_code, &["console."]).len(), 1);
}

impl Rule {
    fn holds(&self) {
        let shipped = shipped();
        let mut found = Vec::new();
        for (path, text) in &shipped {
            let words: Vec<_> =
                self.words.iter().copied().filter(|word| !self.meant.contains(&(path.as_str(), word))).collect();
            found.extend(offences(path, text, &words));
        }
        // An exception that nobody needs any more is a hole.
        for (path, word) in self.meant {
            let text = shipped.iter().find(|(shipped, _)| shipped == path).map(|(_, text)| text.as_str());
            if offences(path, text.unwrap_or_default(), &[word]).is_empty() {
                found.push(format!("{path} may have {word}, and has it no more"));
            }
        }
        assert_eq!(found, Vec::<String>::new());
    }
}

/// The lines that have one of the words in their code. Lines of comment are no code.
fn offences(path: &str, text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !is_comment(line));
    lines
        .flat_map(|(index, line)| {
            let words = words.iter().filter(move |word| has_word(line, word));
            words.map(move |word| format!("{path}:{}: {word}: {}", index + 1, line.trim()))
        })
        .collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether the word stands in the line and is not a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back().is_some_and(is_part);
        let after = line[start + word.len()..].chars().next().is_some_and(is_part);
        !(before && word.starts_with(is_part) || after && word.ends_with(is_part))
    })
}

/// What the browser gets, as it is written.
fn shipped() -> Vec<(String, String)> {
    let places = [SOURCES[0], SOURCES[1], "index.html"];
    let files: Vec<_> = places.into_iter().flat_map(files_below).collect();
    assert!(files.len() > 60, "{} files", files.len());
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// The file, or every file of the folder; nothing where there is neither.
fn files_below(path: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(path)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, text));
        }
    }
    files.sort();
    files
}

/// The content security policy in the page.
fn policy_of(html: &str) -> String {
    let start = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    html.split(start).nth(1).and_then(|rest| rest.split('"').next()).expect("the page has a policy").to_owned()
}

/// What a directive allows. A browser obeys the first of a name.
fn directive<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
    let mut directives = policy.split(';').map(|directive| directive.split_whitespace().collect::<Vec<_>>());
    let found = directives.find(|directive| directive.first() == Some(&name));
    found.unwrap_or_else(|| panic!("{name} is missing")).split_off(1)
}
