//! The path, query and fragment of the page to which the user returns after signing in.

use std::sync::LazyLock;

use visma_connect::Route;
use visma_connect::protocol::config::Config;
use visma_connect::protocol::return_to::ReturnTo;

use super::config_at;

static CONFIGS: LazyLock<[Config; 3]> =
    LazyLock::new(|| ["https://app.example/", "https://app.example/app/", "http://localhost:8080/"].map(config_at));

/// For any text, the result is home, or that text with some characters encoded and perhaps without its fragment. A
/// browser reads the result as a page below the app's base, also when the result is resolved again. The query and the
/// fragment of the result contain no parameter of an authorization response.
pub fn check(path: &str) -> bool {
    let mut is_kept = false;
    for config in &*CONFIGS {
        let home = ReturnTo::home(config);
        let kept = ReturnTo::parse(path, config);
        let is_same = kept.as_str() == encoded(path) || Some(kept.as_str()) == encoded(path).split('#').next();
        assert!(kept == home || is_same, "{path:?} became {kept:?}");
        assert_is_a_page(&kept, config);
        is_kept |= kept != home;
    }
    is_kept
}

/// Encodes the characters that browsers leave unencoded but that some parsers refuse.
pub fn encoded(place: &str) -> String {
    let mut encoded = String::new();
    let mut is_behind = false;
    for c in place.chars() {
        is_behind |= c == '?' || c == '#';
        let is_raw = "'[]^`{|}".contains(c) || c == '\\' && is_behind;
        encoded += &if is_raw { format!("%{:02X}", u32::from(c)) } else { c.to_string() };
    }
    // An empty fragment is removed.
    encoded.strip_suffix('#').map(str::to_owned).unwrap_or(encoded)
}

/// Asserts that a browser reads `kept` as a page below the base, that this page neither starts nor ends a sign-in or
/// a session, and that no parameter is one of an authorization response.
pub fn assert_is_a_page(kept: &ReturnTo, config: &Config) {
    assert_eq!(ReturnTo::parse(kept.as_str(), config), *kept);
    let base = url::Url::parse(config.base().as_str()).unwrap();
    // Resolved against the base, and against a page below it.
    for from in [base.clone(), base.join("a/b").unwrap()] {
        let url = from.join(kept.as_str()).unwrap();
        let and_query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        let and_fragment = url.fragment().map_or_else(String::new, |fragment| format!("#{fragment}"));
        let to_a_browser = format!("{}{and_query}{and_fragment}", url.path());
        assert_eq!((url.origin(), to_a_browser.as_str()), (base.origin(), kept.as_str()), "{kept:?}");
        let is_of_a_response = |name: &str| matches!(name, "code" | "error" | "id_token" | "access_token");
        assert!(!url.query_pairs().any(|(name, _)| is_of_a_response(&name)), "{kept:?}");
        let in_fragment = url::form_urlencoded::parse(url.fragment().unwrap_or_default().as_bytes());
        assert!(!in_fragment.into_iter().any(|(name, _)| is_of_a_response(&name)), "{kept:?}");
        assert!(url.username().is_empty() && url.password().is_none(), "{kept:?}");
        assert!(url.path().starts_with(base.path()), "{kept:?} is not below {base}");
        assert_eq!(url.join(&to_a_browser).unwrap(), url, "{kept:?} resolves differently the second time");
        assert!(matches!(Route::parse(url.path(), config), Route::Home | Route::NotFound), "{kept:?}");
    }
}
