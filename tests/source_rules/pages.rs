//! Rules for the served pages and their start scripts: the policies, the order of the first statements, and the files
//! that they load.

use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::session::tab_message::{CHANNEL, FRONT_CHANNEL_KEY, TabMessage};

use super::rules::C25_J07_TELEMETRY;
use super::sources::{files_below, is_comment, read};

#[test]
fn b09_the_policy_names_only_the_authority_of_the_configuration() {
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
            r#"{{"authority":"https://connect.example","client_id":"demo",
                "redirect_uri":"https://app.example/{home}"}}"#
        );
        assert!(
            Config::parse(&text, &page).is_err(),
            "home {home:?} keeps its query, so it must not be a redirect URI"
        );
    }
}

#[test]
fn h06_the_front_channel_script_cleans_the_address_and_says_what_tabs_read() {
    let script = read("src/static/frontchannel-logout.js");
    let cleaning =
        ["const query = location.search;", "history.replaceState(null, '', location.origin + location.pathname);"];
    assert_eq!(first_statements(&script, 2), cleaning);
    assert!(script.contains(&format!("new BroadcastChannel('{CHANNEL}')")));
    // The script's message must have the members that the tabs write for the same message.
    let message = TabMessage::FrontChannelLogout { iss: "iss".to_owned(), sid: "sid".to_owned() }.to_text();
    assert_eq!(message, r#"{"v":1,"type":"frontchannel_logout","iss":"iss","sid":"sid"}"#);
    assert!(script.contains("const message = JSON.stringify({ v: 1, type: 'frontchannel_logout', iss, sid })"));
    assert!(script.contains(&format!("localStorage.setItem('{FRONT_CHANNEL_KEY}', message)")));
}

#[test]
fn h08_the_page_of_the_front_channel_runs_only_its_own_script_and_is_empty() {
    let page = read("src/static/frontchannel-logout.html");
    let policy = policy_of(&page);
    assert_eq!(directive(&policy, "script-src"), ["'self'"]);
    for name in ["default-src", "base-uri", "form-action", "object-src"] {
        assert_eq!(directive(&policy, name), ["'none'"], "{name}");
    }
    assert_eq!(policy.split(';').count(), 5, "{policy}");
    assert_eq!(foreign_parts(&page), ["script type=module src=frontchannel-logout.js"]);
    assert!(!page.contains("<body") && !page.contains("<link"));
    // index.html and boot.js do not load the front-channel page, so it adds no bytes to a first visit.
    assert!(
        read("index.html").contains("<link data-trunk rel=\"copy-file\" href=\"src/static/frontchannel-logout.html\">")
    );
    assert!(!read("src/static/boot.js").contains("frontchannel"));
}

/// The first statements of boot.js. On the home page they keep the query. This query never contains a response, because
/// the home page cannot be a redirect URI.
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
fn c25_j07_the_page_loads_only_its_own_files_and_no_telemetry() {
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

/// Tags that run code, load from another origin or have inline style.
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
fn c26_no_referrer_is_set_before_anything_is_loaded() {
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
fn c27_no_policy_has_a_report_address() {
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

/// The content security policy in the page.
fn policy_of(html: &str) -> String {
    let start = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    html.split(start).nth(1).and_then(|rest| rest.split('"').next()).expect("the page has a policy").to_owned()
}

/// The sources that a directive allows. A browser uses only the first directive of a name.
fn directive<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
    let mut directives = policy.split(';').map(|directive| directive.split_whitespace().collect::<Vec<_>>());
    let found = directives.find(|directive| directive.first() == Some(&name));
    found.unwrap_or_else(|| panic!("{name} is missing")).split_off(1)
}
