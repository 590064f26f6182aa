//! Address and history: Chrome parses a stored return path exactly as the library does.

use js_sys::Function;
use visma_connect::browser::navigation;
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::return_to::ReturnTo;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{script, window};

#[wasm_bindgen_test]
fn c24_the_response_is_taken_and_the_address_is_clean_at_once() {
    let before = navigation::path();
    let entries = window().history().unwrap().length().unwrap();
    script("history.pushState({ kept: 'nothing' }, '', '/callback?code=c&state=s#access_token=t')");
    assert_eq!(navigation::take_response(), "?code=c&state=s#access_token=t");
    assert_eq!(window().location().href().unwrap(), [&navigation::origin(), "/callback"].concat());
    assert!(window().history().unwrap().state().unwrap().is_null());
    assert_eq!(window().history().unwrap().length().unwrap(), entries + 1, "cleaning replaces the entry");
    assert_eq!(navigation::take_response(), "");
    navigation::replace_url(&before);
}

#[wasm_bindgen_test]
fn c30_a_path_cannot_become_another_host() {
    let before = navigation::path();
    navigation::replace_url("//evil.example/x");
    assert_eq!(window().location().host().unwrap(), navigation::origin().split_once("//").unwrap().1);
    assert_eq!(navigation::path(), "//evil.example/x");
    navigation::replace_url(&before);
}

/// Parses `text` with Chrome, relative to `base`. Returns the origin, the path and the complete URL. `None` if `text`
/// is not a URL.
fn chrome_reads(text: &str, base: &str) -> Option<[String; 3]> {
    let read = Function::new_with_args(
        "text, base",
        "try { const url = new URL(text, base); return [url.origin, url.pathname, url.href] } catch { return [] }",
    );
    let parts = read.call2(&JsValue::NULL, &text.into(), &base.into()).unwrap().unchecked_into::<js_sys::Array>();
    let parts: Vec<_> = parts.iter().filter_map(|part| part.as_string()).collect();
    parts.try_into().ok()
}

/// The configuration of an app that is served from `folder` of the test page's origin.
fn config_in(folder: &str) -> Config {
    let page = AppLocation { base: [&navigation::origin(), folder].concat(), languages: Vec::new() };
    Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
}

fn address() -> String {
    window().location().href().unwrap()
}

#[wasm_bindgen_test]
fn c28_c29_c30_c31_the_address_bar_shows_exactly_the_kept_path() {
    let before = navigation::path();
    let origin = navigation::origin();
    for folder in ["/", "/app/"] {
        let (config, base) = (config_in(folder), [&origin, folder].concat());
        for page in [
            "",
            "orders",
            "orders/7/lines",
            "a%20b",
            "?page=2",
            "orders?customer=7&sort=-date",
            "orders?q=a+b%2Fc&state=open&codes=x",
            "orders?next=//evil.example",
            "orders?next=https://evil.example/..//",
            "#row-7",
            "orders?filter%5Bstatus%5D=open#row-7",
        ] {
            let path = [folder, page].concat();
            let kept = ReturnTo::parse(&path, &config);
            assert_eq!(kept.as_str(), path);
            let whole = [&origin, kept.as_str()].concat();
            let [its_origin, its_path, href] = chrome_reads(kept.as_str(), &base).unwrap();
            assert_eq!((&its_origin, &href), (&origin, &whole));
            assert!(its_path.starts_with(folder), "{its_path}");
            let push = Function::new_with_args("path", "history.pushState(null, '', path)");
            push.call1(&JsValue::NULL, &kept.as_str().into()).unwrap();
            assert_eq!(address(), whole);
            navigation::replace_url(folder);
            navigation::replace_url(kept.as_str());
            assert_eq!(address(), whole);
        }
        for (page, kept) in [("?filter[a]=b|c", "?filter%5Ba%5D=b%7Cc"), ("it's#{7}", "it%27s#%7B7%7D")] {
            assert_eq!(ReturnTo::parse(&[folder, page].concat(), &config).as_str(), [folder, kept].concat());
        }
        // The current address of the page.
        navigation::replace_url(&[folder, "orders?a[b]=c|d#row-7"].concat());
        assert_eq!(
            ReturnTo::parse(&navigation::place(), &config).as_str(),
            [folder, "orders?a%5Bb%5D=c%7Cd#row-7"].concat()
        );
        for page in
            ["callback", "signed-out", "callback?x=y", "initiate?iss=x", "sign-out?", "orders?code=x", "?error=x"]
        {
            let path = [folder, page].concat();
            assert_eq!(ReturnTo::parse(&path, &config).as_str(), folder, "{path}");
        }
    }
    navigation::replace_url(&before);
}

#[wasm_bindgen_test]
fn c28_c29_c30_a_path_that_chrome_parses_as_another_origin_becomes_home() {
    let origin = navigation::origin();
    let (config, base) = (config_in("/"), [&origin, "/"].concat());
    let is_elsewhere = |text: &str| chrome_reads(text, &base).is_none_or(|[its_origin, ..]| its_origin != origin);
    let blob = format!("blob:{origin}/x");
    for trap in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "///evil.example",
        "https:evil.example",
        "https://app@evil.example",
        "\0//evil.example",
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
    ] {
        assert!(is_elsewhere(trap), "must lead to another origin: {trap:?}");
        assert_eq!(ReturnTo::parse(trap, &config).as_str(), "/", "{trap:?}");
    }
    // The origin of this URL is the app's, but it is not a page of the app.
    assert!(!is_elsewhere(&blob));
    assert_eq!(ReturnTo::parse(&blob, &config).as_str(), "/");
    // These texts lead to another origin only if the parsed path is parsed a second time.
    for trap in
        ["/.//evil.example", "/..//evil.example", ".//evil.example", "/%2e//evil.example", "/a/../..//evil.example"]
    {
        assert!(!is_elsewhere(trap), "{trap}");
        let [_, path, _] = chrome_reads(trap, &base).unwrap();
        assert!(is_elsewhere(&path), "must lead to another origin: {trap}");
        assert_eq!(ReturnTo::parse(trap, &config).as_str(), "/", "{trap}");
    }
}

/// Parts of addresses, most of them unusual.
const PARTS: [&str; 36] = [
    "",
    "/",
    "\\",
    "\t",
    "\n",
    "\r",
    "\0",
    " ",
    ".",
    "..",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5C",
    "%",
    "%zz",
    ";",
    "@",
    ":",
    "?",
    "#",
    "&x",
    "=",
    "'",
    "\"",
    "<",
    "|",
    "^",
    "{",
    "é",
    "\u{ff0f}",
    "evil.example",
    "https:",
    "javascript:",
    "orders",
    "x y",
];

#[wasm_bindgen_test]
fn c28_c29_c30_chrome_parses_each_page_that_was_kept_as_the_same_address() {
    let origin = navigation::origin();
    let (config, base) = (config_in("/app/"), [&origin, "/app/"].concat());
    let mut kept = 0;
    for start in ["", "/", "/app/", "/app/orders", "/app/orders?page=2", "//"] {
        for first in PARTS {
            for second in PARTS {
                let text = [start, first, second].concat();
                let path = ReturnTo::parse(&text, &config);
                if path.as_str() != text {
                    // `ReturnTo` returned home, encoded characters that browsers leave unencoded, or removed an
                    // invalid fragment.
                    let is_raw = text.contains(['\'', '\\', '|', '^', '{', '#']);
                    assert!(path.as_str() == "/app/" || is_raw, "{text:?} became {path:?}");
                }
                kept += usize::from(path.as_str() != "/app/");
                let [its_origin, its_path, href] = chrome_reads(path.as_str(), &base).unwrap();
                assert_eq!((&its_origin, &href), (&origin, &[&origin, path.as_str()].concat()), "{text:?}");
                assert!(its_path.starts_with("/app/") && !its_path.contains("//"), "{text:?}");
            }
        }
    }
    assert!(kept > 300, "{kept}");
}
