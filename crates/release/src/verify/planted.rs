//! These tests add each forbidden text to a dist. The check must report this text and nothing else.
//!
//! For each forbidden text, the tests have one entry, which is written by hand. The entries are in the order of the
//! table of forbidden texts. An entry has code that contains the forbidden text, and a harmless text. The harmless text
//! contains the forbidden text without its first character, and also the forbidden text without its last character. So
//! a test fails if a forbidden text in the table is misspelt, too short or too long, or has no entry.

use super::tests::{ICON, JOINED, PART, STYLE, WASM, dist_with, machine, page_with};
use super::{ANYWHERE, OUTSIDE_THE_MODULE, Rule, findings, module, page, text};
use crate::files::Files;
use crate::front_channel::{PAGE, SCRIPT};

/// The rule, code that breaks it, and similar text that does not break it.
type Plant = (Rule, &'static str, &'static str);

/// The forbidden texts of a table, each with its entry.
fn pairs(table: &[(Rule, &'static str)], plants: &[Plant]) -> Vec<(&'static str, Plant)> {
    assert_eq!(table.len(), plants.len(), "each forbidden text must have one entry");
    let pairs = table.iter().zip(plants).map(|((rule, needle), plant)| {
        let (planted, code, harmless) = *plant;
        assert_eq!(*rule, planted, "{needle}");
        assert!(code.contains(needle), "{code} does not contain {needle}");
        let (without_first, without_last) = (needle.get(1..).unwrap(), needle.get(..needle.len() - 1).unwrap());
        assert!(
            harmless.contains(without_first) && harmless.contains(without_last),
            "{harmless} is not similar to {needle}"
        );
        (*needle, *plant)
    });
    pairs.collect()
}

/// The rule, file and message of every finding.
fn found(files: &Files) -> Vec<(Rule, String, String)> {
    findings(files, &machine()).into_iter().map(|finding| (finding.rule, finding.file, finding.what)).collect()
}

/// One finding. If `file` is index.html, the same finding for both files of the page.
fn only(rule: Rule, file: &str, what: &str) -> Vec<(Rule, String, String)> {
    let files: &[&str] = if file == "index.html" { &["index.html", "404.html"] } else { &[file] };
    files.iter().map(|file| (rule, (*file).to_owned(), what.to_owned())).collect()
}

/// A section of a module.
fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 0x80).unwrap();
    [&[id, length], content].concat()
}

/// A custom section with this name.
fn custom(name: &str) -> Vec<u8> {
    section(0, &[&[u8::try_from(name.len()).unwrap()], name.as_bytes()].concat())
}

/// The text in a form that is valid in this file.
fn within(file: &str, text: &str) -> Vec<u8> {
    match file {
        // 11 is the id of the data section.
        WASM | PART => section(11, text.as_bytes()),
        "index.html" | PAGE => format!("<!-- {text} -->").into_bytes(),
        _ => format!("\n{text}").into_bytes(),
    }
}

/// Adds each forbidden text of a table to each of these files, and compares the findings.
fn check_each(table: &[(Rule, &'static str)], plants: &[Plant], files: &[&str]) {
    for (needle, (rule, code, harmless)) in pairs(table, plants) {
        for file in files {
            let with = |text| found(&dist_with("/", file, &within(file, text)));
            assert_eq!(with(code), only(rule, file, &format!("it holds `{needle}`")), "{code} in {file}");
            assert_eq!(with(harmless), [], "{harmless} in {file}");
        }
    }
}

const FILES: [&str; 8] = ["index.html", PAGE, "boot.js", SCRIPT, JOINED, STYLE, ICON, "_headers"];

const TRACES: [Plant; 14] = [
    (Rule::SourceMap, "//# sourceMappingURL=boot.js.map", "sourceMappingURI SourceMappingURL"),
    (Rule::MachinePath, "/home/kari/app/src/main.rs", "/home my-home/x"),
    (Rule::MachinePath, "/Users/kari/app/src/main.rs", "/Users?page=2 allUsers/7"),
    (Rule::MachinePath, r"C:\Users\kari\app\src\main.rs", r"C:\Users /allUsers\kari"),
    (Rule::MachinePath, "/opt/.cargo/bin/wasm-bindgen", "/.cargo.toml my.cargo/bin"),
    (Rule::Registry, "registry/src/mirror-1949cf8c6b5b557f/leptos-0.8.23/src/lib.rs", "registry/src.zip Registry/src/"),
    (Rule::Registry, "index.crates.example-1949cf8c6b5b557f/leptos-0.8.23", "index.crate Index.crates"),
    (Rule::Registry, "registry.npmjs.example/esbuild", "registry.npmj Registry.npmjs"),
    (Rule::TestCode, "fetch('/_test/faults',{method:'POST'})", "/_test/fault latest/faults"),
    (Rule::TestCode, "['--test-controls']", "test-control best-controls"),
    (Rule::TestCode, "wasm_bindgen_test_configure", "wasm_bindgen_tessellate Wasm_bindgen_test"),
    (Rule::TestCode, "__wbgtest_console_log", "__wbgtesx a_wbgtest"),
    (Rule::TestCode, "import Provider from 'oidc-provider'", "oidc-provided an-idc-provider"),
    (Rule::Secret, "-----BEGIN PRIVATE KEY-----", "PRIVATE KEY---- A pRIVATE KEY-----"),
];

const TRACES_OUTSIDE: [Plant; 1] =
    [(Rule::Secret, "{client_id:'demo',client_secret:'s3cret'}", "client_secre Client_secret")];

#[test]
fn g12_j06_no_trace_of_tests_secrets_source_maps_or_a_machine_is_in_any_file() {
    check_each(&ANYWHERE, &TRACES, &[&FILES[..], &[WASM, PART]].concat());
    check_each(&OUTSIDE_THE_MODULE, &TRACES_OUTSIDE, &FILES);
    for (needle, (rule, code, _)) in [pairs(&ANYWHERE, &TRACES), pairs(&OUTSIDE_THE_MODULE, &TRACES_OUTSIDE)].concat() {
        // The changed file is not a valid configuration, which is another finding.
        let found = found(&dist_with("/", "config.json", code.as_bytes()));
        assert!(found.contains(&only(rule, "config.json", &format!("it holds `{needle}`"))[0]), "{code}: {found:?}");
    }
    // The app refuses a configuration with this key, so the wasm contains its name.
    for file in [WASM, PART] {
        assert_eq!(found(&dist_with("/", file, &within(file, "client_secret"))), []);
    }
}

const SCRIPTS: [Plant; 17] = [
    (Rule::Global, "window.wasmBindings=o;", "wasmBinding;WasmBindings"),
    (
        Rule::Global,
        "dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\",{detail:{wasm:o}}));",
        "TrunkApplicationStarter;trunkApplicationStarted",
    ),
    (
        Rule::ServiceWorker,
        "navigator.serviceWorker.register(\"/sw.js\");",
        "serviceWorker.registe;ServiceWorker.register",
    ),
    (
        Rule::ServiceWorker,
        "navigator.serviceWorker?.register(\"/sw.js\");",
        "serviceWorker?.registe;ServiceWorker?.register",
    ),
    (
        Rule::ServiceWorker,
        "ServiceWorkerContainer.prototype.register.call(n,\"/sw.js\");",
        "ServiceWorkerContained;serviceWorkerContainer",
    ),
    (Rule::StringAsCode, "let x=eval(h);", "let x=interval(evaluate);"),
    (Rule::StringAsCode, "new Function(\"return \"+h)();", "new Functional(few Function("),
    (Rule::StringAsCode, "m.innerHTML=h;", "innerHTMx;InnerHTML"),
    (Rule::StringAsCode, "m.outerHTML=h;", "outerHTMx;OuterHTML"),
    (Rule::StringAsCode, "m.insertAdjacentHTML(\"beforeend\",h);", "insertAdjacentHTMx;InsertAdjacentHTML"),
    (Rule::StringAsCode, "document.write(h);", "document.writable;Document.write"),
    (Rule::ForeignOrigin, "window.opener.postMessage(h);", "e.opened;let opener;"),
    (Rule::ForeignOrigin, "window.onmessage=e=>r(e.data);", "window.onmessagx;Window.onmessage"),
    (Rule::ForeignOrigin, "globalThis.onmessage=e=>r(e.data);", "globalThis.onmessagx;GlobalThis.onmessage"),
    (
        Rule::ForeignOrigin,
        "addEventListener(\"message\",e=>r(e.data));",
        "addEventListener(\"messages\",r);AddEventListener(\"message\",r)",
    ),
    (
        Rule::ForeignOrigin,
        "window.addEventListener('message', (event) => run(event.data));",
        "addEventListener('messages',r);AddEventListener('message',r)",
    ),
    (
        Rule::ForeignOrigin,
        "addEventListener(`message`,e=>r(e.data));",
        "addEventListener(`messages`,r);AddEventListener(`message`,r)",
    ),
];

#[test]
fn every_forbidden_text_is_found_in_every_script() {
    check_each(&text::IN_SCRIPTS, &SCRIPTS, &["boot.js", SCRIPT, JOINED]);
}

#[test]
fn every_forbidden_text_is_found_in_pictures_and_styles() {
    let pictures = [
        (Rule::Inline, "<script href=\"x.js\"/>", "<scripx/>script"),
        (Rule::Inline, "<rect onload=\"go()\"/>", "<path opacity=\"1\" id=\"icon\"/>"),
        (Rule::Inline, "<rect style=\"fill:red\"/>", "<rect class=\"style\" Style=\"x\"/>"),
    ];
    check_each(&text::IN_PICTURES, &pictures, &[ICON]);
    let styles = [(Rule::ForeignOrigin, "@import \"x.css\";", "/* @impor import */")];
    check_each(&text::IN_STYLES, &styles, &[STYLE]);
}

#[test]
fn every_forbidden_element_and_attribute_is_found_in_the_page() {
    let found = |html: &str| found(&page_with("<p>words</p>", html));
    let elements = [
        ("<base href=/x/>", "base"),
        ("<iframe src=/x></iframe>", "iframe"),
        ("<frame src=/x>", "frame"),
        ("<object data=/x></object>", "object"),
        ("<EMBED src=/x>", "EMBED"),
        ("<form action=/x></form>", "form"),
        ("<style>p{color:red}</style>", "style"),
    ];
    assert_eq!(elements.map(|(_, name)| name.to_ascii_lowercase()), page::ELEMENTS);
    for (html, name) in elements {
        assert_eq!(found(html), only(Rule::Inline, "index.html", &format!("it has the element <{name}>")), "{html}");
    }

    let attributes = [("<p style=color:red>", "color:red"), ("<p srcdoc='go()'>", "go()")];
    assert_eq!(attributes.len(), page::ATTRIBUTES.len());
    for ((html, value), name) in attributes.into_iter().zip(page::ATTRIBUTES) {
        assert_eq!(found(html), only(Rule::Inline, "index.html", &format!("<p> has {name}=\"{value}\"")), "{html}");
    }
    assert_eq!(found("<p onclick=go()>"), only(Rule::Inline, "index.html", "<p> has onclick=\"go()\""));
    assert_eq!(page::HANDLER, "on");

    let addresses = ["javascript:go()", "data:text/html,x", "blob:null/9115d58c"];
    assert_eq!(addresses.len(), page::SCHEMES.len());
    for (address, scheme) in addresses.into_iter().zip(page::SCHEMES) {
        assert!(address.starts_with(scheme));
        let what = format!("<a> has href=\"{address}\"");
        assert_eq!(found(&format!("<a href=\"{address}\">x</a>")), only(Rule::Inline, "index.html", &what));
    }

    assert_eq!(found("<details open class=style data-on=x><summary>on</summary></details>"), []);
    let bootstrap = page::BOOTSTRAP.map(|needle| (Rule::Global, needle));
    check_each(&bootstrap, &SCRIPTS[..2], &["index.html"]);
}

#[test]
fn j06_the_module_has_no_section_for_debuggers() {
    let found = |name: &str| found(&dist_with("/", WASM, &custom(name)));
    let sections = ["name", "external_debug_info", "build_id"];
    assert_eq!(sections, module::FOR_DEBUGGERS);
    assert_eq!(module::DWARF, ".debug");
    for name in sections.into_iter().chain([".debug_info", ".debug_line", ".debug_str", ".debug_abbrev"]) {
        assert_eq!(found(name), only(Rule::DebugNames, WASM, &format!("it has the section `{name}`")), "{name}");
    }
    assert_eq!(found("sourceMappingURL"), only(Rule::SourceMap, WASM, "it holds `sourceMappingURL`"));
    for name in ["producers", "target_features", "names", "external_debug_inf", "build_ids", ".debu", "debug_info"] {
        assert_eq!(found(name), [], "{name}");
    }
}

#[test]
fn the_module_names_no_host_but_those_of_the_apps_words() {
    let found = |text: &str| found(&dist_with("/", WASM, &section(11, text.as_bytes())));
    for (text, address) in [
        ("https://stats.example/collect", "https://stats.example"),
        ("POSThttps://stats.example:8443?id=", "https://stats.example:8443"),
        ("http://stats.example", "http://stats.example"),
        ("wss://stats.example/live", "wss://stats.example"),
        ("HTTPS://STATS.EXAMPLE", "https://STATS.EXAMPLE"),
        ("https://http://stats.example/", "http://stats.example"),
        ("http://127.0.0.1:9400/", "http://127.0.0.1:9400"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
        ("http://localhost:9401 for tests", "http://localhost:9401"),
        ("https://connect.visma.com.evil.example/", "https://connect.visma.com.evil.example"),
        ("https://connect.visma.com@evil.example/", "https://connect.visma.com@evil.example"),
        ("https://identity.connect.visma.com", "https://identity.connect.visma.com"),
        ("use https://app.local.evil.example.", "https://app.local.evil.example"),
        ("https://stats.example https://stats.example/x", "https://stats.example"),
    ] {
        let what = format!("it names {address}, which is not one of the addresses in the app's messages");
        assert_eq!(found(text), only(Rule::ForeignOrigin, WASM, &what), "{text}");
    }
    // Texts from the module of this app, each with the string after it.
    for text in [
        "real service, such as https://connect.visma.com, and the client_id of your app",
        "Add https://connect.visma.com, or http://localhost:9400 for the local provider.",
        "of this page's origin (https://app.local if the portal refuses localhost).",
        "It is not an https URL.Use https://; plain http is for localhost only.",
        "&https://http:///target_link_urilogin_hint",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
