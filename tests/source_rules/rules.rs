//! Words that must not occur in the code that the browser receives, with the allowed exceptions.

use super::sources::{offences, shipped};

/// Words that must not occur in the code that the browser receives. `meant` lists each allowed file and word.
pub(crate) struct Rule {
    words: &'static [&'static str],
    meant: &'static [(&'static str, &'static str)],
}

/// Other sources of random numbers. The only allowed source is `crypto.getRandomValues`, which getrandom calls.
pub(crate) const A01_OTHER_RANDOMNESS: Rule = Rule {
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

/// APIs that use another window, or receive messages from another window.
pub(crate) const A16_OTHER_WINDOWS: Rule = Rule {
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
    // The exceptions are the channels of this origin, which no other origin can reach, and the window of a renewal,
    // whose `opener` is removed as soon as the window is open.
    meant: &[
        ("crates/visma-connect/src/browser/tabs.rs", "MessageEvent"),
        ("crates/visma-connect/src/browser/tabs.rs", "set_onmessage"),
        ("crates/visma-connect/src/browser/tabs.rs", "post_message"),
        ("src/static/frontchannel-logout.js", "postMessage"),
        ("crates/visma-connect/src/browser/navigation.rs", "open_with_url_and_target_and_features"),
    ],
};

/// APIs that can store data. Only storage.rs opens sessionStorage and localStorage.
pub(crate) const B09_STORES: Rule = Rule {
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
        // This script stores which session of the provider has ended. Pages that do not receive the message of the
        // channel read it.
        ("src/static/frontchannel-logout.js", "localStorage.setItem"),
    ],
};

/// APIs that can read the callback's address after it was cleaned, or that send data in the background.
pub(crate) const C25_J07_TELEMETRY: Rule = Rule {
    words: &["sendBeacon", "send_beacon", "PerformanceObserver", "getEntries", "get_entries", "get_entries_by_type"],
    meant: &[],
};

/// Code that adds an access token to a request. Only these files may contain such code.
pub(crate) const E22_SPENDING: Rule = Rule {
    words: &[".with_bearer(", ".authorization = ", "authorization: Some", "\"authorization\"", "\"Authorization\""],
    meant: &[
        ("crates/visma-connect/src/protocol/http.rs", ".with_bearer("),
        ("crates/visma-connect/src/protocol/http.rs", ".authorization = "),
        ("crates/visma-connect/src/protocol/id_token.rs", ".with_bearer("),
        ("crates/visma-connect/src/browser/http.rs", "\"authorization\""),
        // This file refuses the header when a caller sets it.
        ("crates/visma-connect/src/session/api.rs", "\"authorization\""),
        ("crates/visma-connect/src/session/api.rs", "\"Authorization\""),
    ],
};

/// APIs that send requests. Only browser/http.rs sends the requests of the app, and it sends no cookies. boot.js and
/// start-error.js fetch the app's own files.
pub(crate) const F11_OTHER_REQUESTS: Rule = Rule {
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

/// APIs of service workers, which could read the address of a callback. boot.js only removes the service worker of an
/// earlier app.
pub(crate) const G07_SERVICE_WORKERS: Rule = Rule {
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

/// APIs that write to the console. A line in the console can contain a secret, and other users of the device may read
/// it. Only start-error.js writes a line: why the app did not start, with the names of the app's own files.
pub(crate) const J01_CONSOLE: Rule = Rule {
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

/// APIs that parse a text as markup, and setters for URLs of elements.
pub(crate) const K02_MARKUP: Rule = Rule {
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

/// APIs that run a text as code. js-sys has bindings for some of them.
pub(crate) const K07_CODE_FROM_TEXT: Rule = Rule {
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
fn every_rule_sees_what_it_forbids_and_no_more() {
    for rule in &RULES {
        for word in rule.words {
            let planted = format!("fn f() {{\n    let x = {word};\n}}\n");
            assert!(!offences("src/planted.rs", &planted, &[word]).is_empty(), "{word}");
            let commented = format!("// {word}\n/// {word}\n    //! {word}\n");
            assert_eq!(offences("src/planted.rs", &commented, rule.words), Vec::<String>::new(), "{word}");
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
    /// Checks that the words occur only where `meant` allows them, and that each exception is still needed.
    pub(crate) fn holds(&self) {
        let shipped = shipped();
        let mut found = Vec::new();
        for (path, text) in &shipped {
            let words: Vec<_> =
                self.words.iter().copied().filter(|word| !self.meant.contains(&(path.as_str(), word))).collect();
            found.extend(offences(path, text, &words));
        }
        // An unused exception would allow a later violation.
        for (path, word) in self.meant {
            let text = shipped.iter().find(|(shipped, _)| shipped == path).map(|(_, text)| text.as_str());
            if offences(path, text.unwrap_or_default(), &[word]).is_empty() {
                found.push(format!("{path} is allowed to contain {word}, but does not contain it"));
            }
        }
        assert_eq!(found, Vec::<String>::new());
    }
}
