//! Random numbers, clocks, languages and the online state. An extension may hide the languages and the online state.

use visma_connect::browser::{BrowserPlatform, navigation};
use visma_connect::session::platform::Platform as _;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::script;

#[wasm_bindgen_test]
fn a01_random_bytes_differ() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10_000 {
        assert!(seen.insert(BrowserPlatform::new().random().unwrap()));
    }
}

#[wasm_bindgen_test]
fn both_clocks_go_forward() {
    let first = BrowserPlatform::new().now();
    assert!(first.wall_ms > 1_700_000_000_000);
    loop {
        let now = BrowserPlatform::new().now();
        // If a clock stands still, the time limit of the test ends the loop.
        if now.monotonic_ms > first.monotonic_ms && now.wall_ms > first.wall_ms {
            break;
        }
    }
}

/// Runs `check` while `getter` replaces the member `name` of `navigator`.
fn with_navigator<T>(name: &str, getter: &str, check: impl FnOnce() -> T) -> T {
    let script = |body: &str| script(&body.replace("NAME", name));
    script(&format!("Object.defineProperty(navigator, 'NAME', {{ configurable: true, get() {{ {getter} }} }})"));
    let result = check();
    script("delete navigator.NAME");
    result
}

#[wasm_bindgen_test]
fn a_browser_that_names_no_languages_has_none() {
    for getter in ["return undefined", "return null", "return []", "throw new Error('no')", "return [1, null]"] {
        let languages = with_navigator("languages", getter, || navigation::page("/").languages);
        assert_eq!(languages, Vec::<String>::new(), "{getter}");
    }
    let languages = with_navigator("languages", "return ['nb', 'en']", || navigation::page("/").languages);
    assert_eq!(languages, ["nb", "en"]);
    assert!(!navigation::page("/").languages.is_empty(), "the real getter is restored");
}

#[wasm_bindgen_test]
fn only_false_in_navigator_online_means_offline() {
    for (getter, expected) in [
        ("return false", true),
        ("return true", false),
        ("return undefined", false),
        ("return null", false),
        ("return 'false'", false),
        ("throw new Error('no')", false),
    ] {
        assert_eq!(with_navigator("onLine", getter, navigation::is_offline), expected, "{getter}");
    }
}
