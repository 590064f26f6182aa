//! Calls with any path, through a driver that has a token. The sent URL is checked as a browser parses it.

use std::rc::Rc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use url::Url;
use visma_connect::protocol::config::Config;
use visma_connect::session::api::{ApiError, ApiRequest};
use visma_connect::session::driver::Driver;
use zeroize::Zeroizing;

use super::fake::{self, Fake, ISSUER, USERINFO, World, run};
use super::generators::{cases, joined};
use super::invariants::{as_the_browser_reads, leads_upwards, return_to};

/// APIs with similar addresses: a longer path, another port, another host without a path, and a trailing slash.
const APIS: [(&str, &str); 6] = [
    ("erp", "https://api.example/v1"),
    ("longer", "https://api.example/v10"),
    ("port", "https://api.example:8443/v1"),
    ("root", "https://api.example.org"),
    ("slash", "https://slash.example/api/"),
    ("local", "http://127.0.0.1:9400/v1"),
];

const PIECES: &[&str] = &[
    "https://api.example/v1",
    "https://api.example/v10",
    "https://api.example:8443/v1",
    "https://api.example.org",
    "https://slash.example/api/",
    "http://127.0.0.1:9400/v1",
    "https://evil.example",
    "https://api.example",
    "https:",
    "http://",
    "javascript:",
    "//",
    "/",
    "\\",
    ".",
    "..",
    "../",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5c",
    ";",
    "@",
    "@evil.example",
    ":8443",
    ".evil.example",
    "v1",
    "orders",
    "7",
    "?",
    "?page=2",
    "?from=12:00",
    "&",
    "=",
    "#",
    "%",
    " ",
    "\t",
    "\n",
    "\0",
    "é",
    "[a]",
    "'b'",
    "{c|d}",
];

/// A signed-in driver, and its browser.
fn signed_in() -> (Rc<World>, Driver<Fake>) {
    // The page is on localhost. Only then may the configuration contain an API on this machine.
    let page = visma_connect::protocol::config::AppLocation {
        base: "http://localhost:8080/".to_owned(),
        languages: Vec::new(),
    };
    let apis: Vec<_> = APIS.iter().map(|(name, base_url)| json!({ "name": name, "base_url": base_url })).collect();
    let config = json!({ "authority": ISSUER, "client_id": "demo", "apis": apis }).to_string();
    let config: &'static Config = Box::leak(Box::new(Config::parse(&config, &page).unwrap()));
    let world = World::new();
    world.responder.replace(Some(Rc::new(|request| {
        let is_of_the_provider = request.url.starts_with("https://connect.example/");
        (!is_of_the_provider).then(|| Ok((200, "{}".to_owned())))
    })));
    let driver = || Driver::new(Fake(Rc::clone(&world)), config, Box::new(|| {}));
    world.respond(fake::TOKEN, fake::token_response(include_str!("../fixtures/id-token.jwt").trim_end()));
    run(driver().sign_in("/"));
    let driver = driver();
    run(driver.handle_callback(Zeroizing::new(fake::callback())));
    assert_eq!(world.bearers.take().iter().map(|(url, _)| url.as_str()).collect::<Vec<_>>(), [USERINFO]);
    (world, driver)
}

/// For any path, the call sends nothing or one request. The request goes to the scheme, host and port of the API, and
/// to the path of its base URL or a path below that. A browser must parse the URL of the request as exactly the URL
/// that the caller passed. Returns whether a request was sent.
fn check(world: &World, driver: &Driver<Fake>, (name, base_url): (&str, &str), path: &str) -> bool {
    world.take_log();
    let result = run(driver.call(name, &ApiRequest::get(path)));
    let log = world.take_log();
    let sent = world.bearers.take();
    assert_eq!(log.len(), sent.len(), "{log:?}");
    let [(url, bearer)] = &sent[..] else {
        assert_eq!((sent.len(), result.unwrap_err()), (0, ApiError::RequestRefused), "{path:?}");
        return false;
    };
    assert!(result.is_ok() && bearer == "Bearer access-canary");
    let read = as_the_browser_reads(url).unwrap();
    let base = Url::parse(base_url).unwrap();
    assert_eq!(read.origin(), base.origin(), "{path:?} leads to {url}");
    let own = base.path().trim_end_matches('/');
    let rest = read
        .path()
        .strip_prefix(own)
        .unwrap_or_else(|| panic!("{path:?} leads to {url}, which is not below {base_url}"));
    assert!(rest.is_empty() || rest.starts_with('/'), "{path:?} leads to {url}, which is not below {base_url}");
    assert!(!leads_upwards(rest), "{path:?} leads upwards: {url}");
    let is_absolute = path.starts_with("http://") || path.starts_with("https://");
    let written = return_to::encoded(path);
    assert!(if is_absolute { *url == written } else { url.ends_with(&written) }, "{path:?} became {url}");
    true
}

#[test]
fn f04_f10_the_plain_paths_of_every_api_are_sent() {
    let (world, driver) = signed_in();
    for api in APIS {
        let absolute = format!("{}/orders?page=2", api.1.trim_end_matches('/'));
        for path in ["orders", "/orders/7", "orders?page=2&sort=-date", "a%20b/~c", "?a[b]='c|d'", "", &absolute] {
            assert!(check(&world, &driver, api, path), "{} {path}", api.0);
        }
        for path in [
            "https://evil.example/v1/orders",
            "../v1/orders",
            "https://api.example/v2",
            "//evil.example/v1",
            "orders#x",
        ] {
            assert!(!check(&world, &driver, api, path), "{} {path}", api.0);
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    /// Signing in takes most of the time. So one session makes many calls.
    #[test]
    fn f04_f10_the_token_stays_below_the_url_of_its_api_with_any_path(
        calls in vec((select(&APIS[..]), prop_oneof![5 => joined(PIECES, 6), 1 => any::<String>()]), 60..100),
    ) {
        let (world, driver) = signed_in();
        for (api, path) in calls {
            check(&world, &driver, api, &path);
        }
    }

    /// The converse: ordinary paths of APIs are accepted.
    #[test]
    fn f10_a_plainly_written_path_is_sent(
        paths in vec("[a-z0-9_~-]{1,8}(/[a-z0-9_~-]{1,8}){0,3}(\\?[a-z]{1,4}=[A-Za-z0-9.,/-]{0,12}(&[a-z]{1,4}=[0-9]{1,3}){0,2})?", 20..40),
        api in select(&APIS[..]),
    ) {
        let (world, driver) = signed_in();
        for path in paths {
            prop_assert!(check(&world, &driver, api, &path), "{} refuses {path}", api.0);
        }
    }
}
