//! URLs and paths, compared with the `url` crate, which parses them as a browser does.

use proptest::prelude::*;
use url::Url;
use visma_connect::Route;
use visma_connect::protocol::https_url::HttpsUrl;

use super::generators::{cases, joined};
use super::invariants::{self, as_the_browser_reads, config_at};

const URL_PIECES: &[&str] = &[
    "https://",
    "http://",
    "HTTPS://",
    "javascript:",
    "//",
    "a.example",
    "localhost",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "[::1]",
    "[::2]",
    "xn--a",
    "xn--bcher-kva",
    "A",
    "a",
    ".",
    "-",
    "_",
    "%2e",
    "%41",
    "%",
    "@",
    ":",
    ":443",
    ":80",
    ":8443",
    ":0",
    "0",
    "1",
    "255",
    "/",
    "?",
    "#",
    "&",
    "=",
    "\\",
    "..",
    "/./",
    "/../",
    "'",
    "\"",
    "<",
    "|",
    "^",
    "{",
    "~",
    "!",
    "$",
    "(",
    "*",
    "+",
    ",",
    ";",
    "é",
    "\t",
    "\n",
    " ",
    "\0",
];

const PATH_PIECES: &[&str] = &[
    "/",
    "//",
    "\\",
    ".",
    "..",
    "%2e",
    "%2E",
    "%2f",
    "evil.example",
    "app",
    "orders",
    "callback",
    "signed-out",
    "initiate",
    "sign-out",
    "index.html",
    ":",
    "@",
    "?",
    "#",
    "code=x",
    "javascript:",
    "blob:",
    "https:",
    "https://app.example",
    "\t",
    "\n",
    "\0",
    " ",
    "é",
    "%",
    ";",
    "?page=2",
    "?code=x",
    "&c%6fde=x",
    "[",
    "|",
    "'",
    "{}",
    "^`",
    "#row-7",
    "#access_token=x",
    "#id_token",
];

proptest! {
    #![proptest_config(cases(5_000))]

    #[test]
    fn b02_an_accepted_endpoint_is_parsed_in_the_same_way_by_browsers(
        scheme in prop_oneof![6 => Just("https://"), 2 => Just("http://"), 2 => Just("")],
        rest in joined(URL_PIECES, 9),
    ) {
        let text = [scheme, &rest].concat();
        if let Ok(endpoint) = HttpsUrl::parse(&text) {
            prop_assert_eq!(endpoint.as_str(), &text);
            prop_assert_eq!([endpoint.origin(), endpoint.path_and_query()].concat(), text.clone());
            if let Some(url) = as_the_browser_reads(&text) {
                prop_assert_eq!(endpoint.origin(), url.origin().ascii_serialization());
                prop_assert_eq!(endpoint.has_query(), url.query().is_some());
                let is_loopback = ["localhost", "[::1]"].contains(&url.host_str().unwrap())
                    || url.host_str().unwrap().starts_with("127.") && matches!(url.host(), Some(url::Host::Ipv4(_)));
                prop_assert_eq!(endpoint.is_loopback(), is_loopback);
            }
        }
    }

    #[test]
    fn c28_c29_c30_c31_a_kept_path_is_a_page_of_this_app(
        start in prop_oneof![3 => Just("/"), 2 => Just("/app/"), 1 => Just("")],
        rest in joined(PATH_PIECES, 7),
    ) {
        invariants::return_to::check(&[start, &rest].concat());
    }

    /// Four pages start or end something: the two to which the provider redirects, the one where another site starts
    /// a sign-in, and the one that asks whether to sign out. Each has exactly one path.
    #[test]
    fn every_path_is_one_page(path in joined(PATH_PIECES, 4)) {
        for base in ["https://app.example/", "https://app.example/app/"] {
            let config = config_at(base);
            let below_the_app = path.strip_prefix(config.base().path_and_query());
            let expected = match below_the_app {
                Some("callback" | "callback/") => Route::Callback,
                Some("signed-out" | "signed-out/") => Route::SignedOut,
                Some("initiate" | "initiate/") => Route::Initiate,
                Some("sign-out" | "sign-out/") => Route::SignOut,
                Some("" | "index.html") => Route::Home,
                _ => Route::NotFound,
            };
            prop_assert_eq!(Route::parse(&path, &config), expected);
        }
    }
}

// Generating these inputs takes most of the time. So there are fewer cases.
proptest! {
    #![proptest_config(cases(500))]

    /// The converse: ordinary URLs of providers are accepted.
    #[test]
    fn b02_a_plainly_written_url_is_accepted(
        text in "https://[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?\\.(example|no|com)(:[1-9][0-9]{3})?(/[A-Za-z0-9_~-]{1,8}){0,4}/?",
    ) {
        prop_assert!(HttpsUrl::parse(&text).is_ok());
        prop_assert!(Url::parse(&text).is_ok());
    }

    #[test]
    fn c28_any_text_returns_to_a_page_of_this_app(path in any::<String>()) {
        invariants::return_to::check(&path);
    }
}
