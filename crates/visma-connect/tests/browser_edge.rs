//! The browser edge in a real browser: real storage, history and fetch. WebCrypto is in browser_crypto.rs.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Waker};

use js_sys::{Function, Object, Promise, Reflect};
use visma_connect::browser::{BrowserPlatform, csp, http, locks, navigation, storage};
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::{HttpRequest, HttpResponse, MAX_RESPONSE_BYTES, Method};
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness, STORAGE_PREFIX};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::session::error::PlatformError;
use visma_connect::session::platform::Platform as _;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use zeroize::Zeroizing;

wasm_bindgen_test_configure!(run_in_browser);

fn window() -> web_sys::Window {
    web_sys::window().unwrap()
}

fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

// Storage.

#[wasm_bindgen_test]
fn c05_what_is_saved_is_taken_once() {
    storage::save("edge:a", "record").unwrap();
    assert_eq!(storage::keys("edge:"), ["edge:a"]);
    assert_eq!(storage::take("edge:a"), Ok(Some("record".to_owned())));
    assert_eq!(storage::take("edge:a"), Ok(None));
    assert!(storage::keys("edge:").is_empty());
}

#[wasm_bindgen_test]
fn a14_a_full_storage_is_an_error_of_its_own() {
    let too_much = "x".repeat(11 << 20);
    assert_eq!(storage::save("edge:full", &too_much), Err(PlatformError::StorageFull));
    assert_eq!(storage::take("edge:full"), Ok(None));
}

#[wasm_bindgen_test]
fn a14_a_blocked_storage_is_an_error_and_no_panic() {
    let name = JsValue::from_str("sessionStorage");
    let real = Object::get_own_property_descriptor(&window(), &name);
    for getter in ["throw new DOMException('no', 'SecurityError')", "return null"] {
        script(&format!(
            "Object.defineProperty(window, 'sessionStorage', {{ configurable: true, get() {{ {getter} }} }})"
        ));
        let results = (storage::save("edge:b", "x"), storage::take("edge:b"), storage::keys("edge:"));
        Object::define_property(&window(), &name, real.unchecked_ref());
        let blocked = PlatformError::StorageBlocked;
        assert_eq!(results, (Err(blocked), Err(blocked), Vec::new()), "{getter}");
    }
    // The stub is gone: the real one is back.
    storage::save("edge:b", "x").unwrap();
    assert_eq!(storage::take("edge:b"), Ok(Some("x".to_owned())));
}

fn pending(state: u8) -> PendingSignIn {
    let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
    let config = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap();
    let metadata = HttpResponse::new(200, include_str!("fixtures/metadata.json"));
    let metadata = discovery::metadata(&config, &metadata).unwrap();
    let randomness = Randomness { verifier: [1; 32], state: [state; 32], nonce: [3; 32] };
    PendingSignIn::new(&config, &metadata, randomness, UnixTime::from_seconds(1_800_000_000), ReturnTo::home(&config))
}

#[wasm_bindgen_test]
fn a12_c04_the_records_of_two_attempts_do_not_meet() {
    let (first, second) = (pending(2), pending(4));
    for attempt in [&first, &second] {
        storage::save(&attempt.storage_key(), &attempt.to_record()).unwrap();
    }
    assert_eq!(storage::take(&pending(5).storage_key()), Ok(None), "a response to neither of them finds none");
    assert_eq!(storage::take(&second.storage_key()), Ok(Some(second.to_record())));
    assert_eq!(storage::take(&first.storage_key()), Ok(Some(first.to_record())));
    assert!(storage::keys(STORAGE_PREFIX).is_empty());
}

// Claims.

#[wasm_bindgen_test]
async fn c23_a_name_is_claimed_once_until_it_is_old() {
    script("localStorage.clear()");
    assert!(locks::claim("name").await);
    assert!(!locks::claim("name").await);
    assert!(locks::claim("other").await);
    // Ten minutes later both are forgotten.
    script("for (const key of Object.keys(localStorage)) localStorage[key] = Date.now() - 600_000");
    assert!(locks::claim("third").await);
    assert_eq!(script("return Object.keys(localStorage).join()"), "visma-connect-spa:claimed:third");
    assert!(locks::claim("name").await);
    script("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn c23_two_tabs_that_claim_at_once_wait_for_each_other() {
    script("localStorage.clear()");
    // Another tab holds the lock, and writes its claim before it lets go.
    script(
        "window.letGo = new Promise((done) => { window.done = done; });
         navigator.locks.request('visma-connect-spa:claimed:', async () => {
             await window.letGo;
             localStorage['visma-connect-spa:claimed:name'] = Date.now();
         });
         setTimeout(() => window.done(), 0)",
    );
    assert!(!locks::claim("name").await);
    script("localStorage.clear(); delete window.letGo; delete window.done");
}

#[wasm_bindgen_test]
async fn c23_a_tab_that_stands_still_with_the_lock_holds_nobody_up_and_its_claim_counts() {
    // Another tab has written a claim and holds the lock.
    let is_held = script(
        "localStorage.clear();
         localStorage['visma-connect-spa:claimed:name'] = Date.now();
         return new Promise((isHeld) => {
             window.over = navigator.locks.request('visma-connect-spa:claimed:', () =>
                 new Promise((letGo) => { window.letGo = letGo; isHeld(); }));
         })",
    );
    JsFuture::from(is_held.unchecked_into::<Promise>()).await.unwrap();
    // Two seconds are over at once, other times are as they are.
    script(
        "window.real = setTimeout;
         window.waits = 0;
         window.setTimeout = (done, ms, ...rest) => {
             window.waits += ms == 2_000;
             return window.real(done, ms == 2_000 ? 0 : ms, ...rest);
         }",
    );
    let claimed = (locks::claim("name").await, locks::claim("other").await, locks::claim("other").await);
    let waits = script("window.setTimeout = window.real; return window.waits");
    // The lock comes late to each of them, and changes nothing any more.
    JsFuture::from(script("window.letGo(); return window.over").unchecked_into::<Promise>()).await.unwrap();
    let later = (locks::claim("name").await, locks::claim("other").await, locks::claim("third").await);
    script("localStorage.clear(); for (const name of ['over', 'letGo', 'real', 'waits']) delete window[name]");
    assert_eq!(claimed, (false, true, false));
    assert_eq!(waits, 3);
    assert_eq!(later, (false, false, true));
}

#[wasm_bindgen_test]
async fn c23_g06_without_locks_the_claim_alone_counts_and_without_storage_everybody_is_first() {
    script("localStorage.clear(); Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined })");
    let results = (locks::claim("name").await, locks::claim("name").await);
    script(
        "window.real = Object.getOwnPropertyDescriptor(window, 'localStorage');
         const getter = { configurable: true, get() { throw new DOMException('no', 'SecurityError') } };
         Object.defineProperty(window, 'localStorage', getter)",
    );
    let without_storage = (locks::claim("name").await, locks::claim("name").await);
    script(
        "delete navigator.locks; Object.defineProperty(window, 'localStorage', window.real); delete window.real;
         localStorage.clear()",
    );
    assert_eq!((results, without_storage), ((true, false), (true, true)));
}

// Address and history.

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

/// What Chrome reads in a text on a page: origin, path, and the whole. `None` when that is no URL.
fn chrome_reads(text: &str, base: &str) -> Option<[String; 3]> {
    let read = Function::new_with_args(
        "text, base",
        "try { const url = new URL(text, base); return [url.origin, url.pathname, url.href] } catch { return [] }",
    );
    let parts = read.call2(&JsValue::NULL, &text.into(), &base.into()).unwrap().unchecked_into::<js_sys::Array>();
    let parts: Vec<_> = parts.iter().filter_map(|part| part.as_string()).collect();
    parts.try_into().ok()
}

/// The configuration of an app in this folder of the test page's origin.
fn config_in(folder: &str) -> Config {
    let page = AppLocation { base: [&navigation::origin(), folder].concat(), languages: Vec::new() };
    Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
}

fn address() -> String {
    window().location().href().unwrap()
}

#[wasm_bindgen_test]
fn c28_c29_c30_c31_what_is_kept_to_return_to_is_what_the_address_bar_then_shows() {
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
        // What the page says of itself.
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
fn c28_c29_c30_what_chrome_would_read_as_another_place_becomes_home() {
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
        assert!(is_elsewhere(trap), "no trap: {trap:?}");
        assert_eq!(ReturnTo::parse(trap, &config).as_str(), "/", "{trap:?}");
    }
    // The app's own origin, and no page of it.
    assert!(!is_elsewhere(&blob));
    assert_eq!(ReturnTo::parse(&blob, &config).as_str(), "/");
    // Elsewhere only when what was read is read once more.
    for trap in
        ["/.//evil.example", "/..//evil.example", ".//evil.example", "/%2e//evil.example", "/a/../..//evil.example"]
    {
        assert!(!is_elsewhere(trap), "{trap}");
        let [_, path, _] = chrome_reads(trap, &base).unwrap();
        assert!(is_elsewhere(&path), "no trap: {trap}");
        assert_eq!(ReturnTo::parse(trap, &config).as_str(), "/", "{trap}");
    }
}

/// What addresses are made of, the odd parts above all.
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
fn c28_c29_c30_whatever_is_kept_to_return_to_is_to_chrome_the_very_same_address() {
    let origin = navigation::origin();
    let (config, base) = (config_in("/app/"), [&origin, "/app/"].concat());
    let mut kept = 0;
    for start in ["", "/", "/app/", "/app/orders", "/app/orders?page=2", "//"] {
        for first in PARTS {
            for second in PARTS {
                let text = [start, first, second].concat();
                let path = ReturnTo::parse(&text, &config);
                if path.as_str() != text {
                    // Home, or what a browser leaves raw was encoded, or an odd fragment was left away.
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

// Randomness and clocks.

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
        // A clock that stands still ends in the test's own time limit.
        if now.monotonic_ms > first.monotonic_ms && now.wall_ms > first.wall_ms {
            break;
        }
    }
}

// fetch.

/// Puts `answer` in place of `window.fetch` for the time of one request and returns the `Request` that it got.
async fn with_fetch(
    response: &str,
    mut request: HttpRequest,
    timeout_ms: u32,
) -> (Result<HttpResponse, PlatformError>, JsValue) {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    let seen = Rc::new(RefCell::new(JsValue::UNDEFINED));
    let kept = Rc::clone(&seen);
    let response = Function::new_with_args("request", response);
    let stub = Closure::<dyn Fn(JsValue) -> Promise>::new(move |request: JsValue| {
        kept.replace(request.clone());
        response.call1(&JsValue::NULL, &request).unwrap().unchecked_into()
    });
    Reflect::set(&window(), &"fetch".into(), stub.as_ref()).unwrap();
    request.timeout_ms = timeout_ms;
    let result = http::send(request).await;
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    let request = seen.borrow().clone();
    (result, request)
}

fn get(url: &str) -> HttpRequest {
    HttpRequest::new(Method::Get, url)
}

fn member(request: &JsValue, name: &str) -> String {
    Reflect::get(request, &name.into()).unwrap().as_string().unwrap_or_default()
}

fn header(request: &JsValue, name: &str) -> Option<String> {
    let headers = Reflect::get(request, &"headers".into()).unwrap();
    headers.unchecked_into::<web_sys::Headers>().get(name).unwrap()
}

#[wasm_bindgen_test]
async fn d01_d02_f09_f11_every_request_is_sent_with_everything_switched_off() {
    let mut post = HttpRequest::new(Method::Post, "https://connect.example/connect/token");
    post.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    post.body = Some(Zeroizing::new("grant_type=authorization_code".to_owned()));
    let (result, sent) = with_fetch("return Promise.resolve(new Response('{}'))", post, 1_000).await;
    let result = result.unwrap();
    assert_eq!((result.status, result.body.as_slice()), (200, b"{}".as_slice()));
    for (name, expected) in [
        ("method", "POST"),
        ("redirect", "error"),
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("referrerPolicy", "no-referrer"),
        ("mode", "cors"),
    ] {
        assert_eq!(member(&sent, name), expected, "{name}");
    }
    assert_eq!(header(&sent, "content-type").as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(header(&sent, "authorization"), None);
}

#[wasm_bindgen_test]
async fn f03_the_token_travels_in_the_header() {
    let mut request = get("https://connect.example/connect/userinfo");
    request.authorization = Some(Zeroizing::new("Bearer t".to_owned()));
    let (_, sent) = with_fetch("return Promise.resolve(new Response('{}'))", request, 1_000).await;
    assert_eq!(member(&sent, "method"), "GET");
    assert_eq!(header(&sent, "authorization").as_deref(), Some("Bearer t"));
    assert_eq!(member(&sent, "url"), "https://connect.example/connect/userinfo");
}

#[wasm_bindgen_test]
async fn d08_an_endless_response_is_cut_off() {
    let endless = "return Promise.resolve(new Response(new ReadableStream({
        pull(controller) { controller.enqueue(new Uint8Array(65536)); }
    })))";
    let (result, sent) = with_fetch(endless, get("https://connect.example/x"), 10_000).await;
    assert_eq!(result.map(drop), Err(PlatformError::ResponseTooLong));
    let signal = Reflect::get(&sent, &"signal".into()).unwrap();
    assert!(signal.unchecked_into::<web_sys::AbortSignal>().aborted(), "the connection is given up");
}

#[wasm_bindgen_test]
async fn d08_the_longest_response_is_read_whole() {
    let body = format!("return Promise.resolve(new Response(new Uint8Array({MAX_RESPONSE_BYTES})))");
    let (result, _) = with_fetch(&body, get("https://connect.example/x"), 10_000).await;
    assert_eq!(result.unwrap().body.len(), MAX_RESPONSE_BYTES);
}

#[wasm_bindgen_test]
async fn d03_a_silent_provider_is_given_up() {
    let silent = "return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)))";
    let (result, _) = with_fetch(silent, get("https://connect.example/x"), 20).await;
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut));
    let stuck = "return Promise.resolve(new Response(new ReadableStream({
        start(controller) { request.signal.addEventListener('abort', () => controller.error(request.signal.reason)); }
    })))";
    let (result, _) = with_fetch(stuck, get("https://connect.example/x"), 20).await;
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut), "headers alone are no response");
}

#[wasm_bindgen_test]
async fn a_request_that_nobody_waits_for_any_more_is_ended() {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    script("window.fetch = (request) => { window.sent = request; return new Promise(() => {}) }");
    let mut sending = Box::pin(http::send(get("https://connect.example/x")));
    let is_waiting = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    assert!(is_waiting);
    assert_eq!(script("return window.sent.signal.aborted"), false);
    drop(sending);
    assert_eq!(script("return window.sent.signal.aborted"), true);
}

#[wasm_bindgen_test]
async fn b08_no_response_is_one_class() {
    let (result, _) =
        with_fetch("return Promise.reject(new TypeError('Failed to fetch'))", get("https://connect.example/x"), 1_000)
            .await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    // What stands in the place of `fetch` need not keep to its contract.
    for odd in ["return Promise.reject('no')", "return Promise.reject()", "return Promise.resolve({ ok: true })"] {
        let (result, _) = with_fetch(odd, get("https://connect.example/x"), 1_000).await;
        assert_eq!(result.map(drop), Err(PlatformError::Unreachable), "{odd}");
    }
    // A real refusal: nothing listens on this port.
    let result = http::send(get("http://127.0.0.1:9/")).await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
}

/// Sends a request while `fetch` can read no response, and fails too in the mode that shows nothing when
/// `nobody_is_there`. Returns the verdict and what `fetch` was called with.
async fn unreadable(request: HttpRequest, nobody_is_there: bool) -> (Result<(), PlatformError>, js_sys::Array) {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    script(&format!(
        "window.calls = [];
        window.fetch = (...call) => {{
            calls.push(call);
            const isReadable = call[1]?.mode == 'no-cors' && !{nobody_is_there};
            return isReadable ? Promise.resolve(Response.error()) : Promise.reject(new TypeError('Failed to fetch'));
        }}"
    ));
    let result = http::send(request).await;
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    (result.map(drop), script("return window.calls").unchecked_into())
}

#[wasm_bindgen_test]
async fn b08_a_server_that_does_not_allow_this_page_is_told_from_one_that_does_not_answer() {
    let url = "https://connect.example/.well-known/openid-configuration";
    let (result, calls) = unreadable(get(url), false).await;
    assert_eq!(result, Err(PlatformError::BlockedByCors));
    assert_eq!(calls.length(), 2);
    let probe: js_sys::Array = calls.get(1).unchecked_into();
    assert_eq!(probe.get(0).as_string().as_deref(), Some(url));
    // It says nothing of this page or its user.
    let init: Object = probe.get(1).unchecked_into();
    let members: Vec<_> = Object::entries(&init)
        .iter()
        .map(|entry| entry.unchecked_into::<js_sys::Array>().iter().map(|part| part.as_string()).collect::<Vec<_>>())
        .map(|entry| (entry[0].clone().unwrap(), entry[1].clone()))
        .collect();
    let text = |text: &str| Some(text.to_owned());
    for (name, value) in [
        ("mode", text("no-cors")),
        ("credentials", text("omit")),
        ("cache", text("no-store")),
        ("referrerPolicy", text("no-referrer")),
        ("signal", None),
    ] {
        assert!(members.contains(&(name.to_owned(), value)), "{name}: {members:?}");
    }
    assert_eq!(members.len(), 5, "{members:?}");

    let (result, calls) = unreadable(get(url), true).await;
    assert_eq!((result, calls.length()), (Err(PlatformError::Unreachable), 2));
}

/// Only the mode that shows nothing follows redirects. A policy names the address that was asked, and not the one that
/// the redirect leads to.
#[wasm_bindgen_test]
async fn b08_a_redirect_that_the_policy_stops_is_not_called_a_wrong_policy() {
    csp::listen();
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    let url = "https://redirects.example/.well-known/openid-configuration";
    script(&format!(
        "window.fetch = async (input, init) => {{
            if (init?.mode == 'no-cors') document.dispatchEvent(new SecurityPolicyViolationEvent(
                'securitypolicyviolation', {{ effectiveDirective: 'connect-src', blockedURI: '{url}' }}));
            throw new TypeError('Failed to fetch');
        }}"
    ));
    for _ in 0..2 {
        let result = http::send(get(url)).await;
        assert_eq!(result.map(drop), Err(PlatformError::BlockedByCors), "the server has answered, and again");
        assert!(!csp::has_blocked(url));
    }
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
}

#[wasm_bindgen_test]
async fn b08_no_token_and_no_code_is_sent_a_second_time_to_find_out_why_nothing_came() {
    let mut with_token = get("https://connect.example/connect/userinfo");
    with_token.authorization = Some(Zeroizing::new("Bearer t".to_owned()));
    let mut with_code = HttpRequest::new(Method::Post, "https://connect.example/connect/token");
    with_code.body = Some(Zeroizing::new("code=c".to_owned()));
    for request in [with_token, with_code] {
        let (result, calls) = unreadable(request, false).await;
        assert_eq!((result, calls.length()), (Err(PlatformError::Unreachable), 1));
    }
}

#[wasm_bindgen_test]
async fn a_connection_that_the_page_forbids_is_named() {
    csp::listen();
    let meta = window().document().unwrap().create_element("meta").unwrap();
    meta.set_attribute("http-equiv", "Content-Security-Policy").unwrap();
    // Only this one origin is shut out, for the tests that run after this one on the same page.
    meta.set_attribute("content", "connect-src 'self' http://127.0.0.1:* https://connect.example").unwrap();
    window().document().unwrap().head().unwrap().append_child(&meta).unwrap();
    let result = http::send(get("https://blocked.example/x")).await;
    assert_eq!(result.map(drop), Err(PlatformError::BlockedByPolicy));
    assert!(!csp::has_blocked("https://connect.example/x"));
}

// What an extension or a strict mode takes away.

/// Runs `check` while a member of `navigator` is what this getter returns.
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
    assert!(!navigation::page("/").languages.is_empty(), "the real one is back");
}

#[wasm_bindgen_test]
fn only_a_no_of_the_browser_means_offline() {
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

/// Three pieces of three bytes each, for a `Response`.
const PIECEWISE: &str = "new ReadableStream({ start(controller) {
    for (const piece of ['abc', 'def', 'ghi']) controller.enqueue(new TextEncoder().encode(piece));
    controller.close();
} })";

/// What was taken: the piece, how much had come with it, and how much there was to be.
type Taken = Rc<RefCell<Vec<(String, usize, Option<usize>)>>>;

/// A request that takes its response piece by piece.
fn taking(method: Method) -> (HttpRequest, Taken) {
    let mut request = HttpRequest::new(method, "https://api.example/x");
    let taken = Taken::default();
    let keep = Rc::clone(&taken);
    request.sink = Some(Rc::new(move |chunk| {
        let text = String::from_utf8(chunk.bytes.to_vec()).unwrap();
        keep.borrow_mut().push((text, chunk.received, chunk.total));
    }));
    (request, taken)
}

#[wasm_bindgen_test]
async fn a_response_is_taken_piece_by_piece_with_how_much_has_come_and_is_not_kept() {
    for (headers, total) in [
        ("{ 'content-length': '9' }", Some(9)),
        ("{}", None),
        ("{ 'content-length': '' }", None),
        ("{ 'content-length': '-9' }", None),
        ("{ 'content-length': '9, 9' }", None),
        ("{ 'content-length': '99999999999999999999' }", None),
        // Less than comes: a response that was compressed on the way.
        ("{ 'content-length': '4' }", Some(4)),
    ] {
        let (request, taken) = taking(Method::Get);
        let response =
            format!("return Promise.resolve(new Response({PIECEWISE}, {{ status: 206, headers: {headers} }}))");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        let result = result.unwrap();
        assert_eq!((result.status, result.body.as_slice()), (206, b"".as_slice()), "{headers}");
        let expected = [("abc", 3), ("def", 6), ("ghi", 9)].map(|(text, received)| (text.to_owned(), received, total));
        assert_eq!(*taken.borrow(), expected, "{headers}");
    }
}

#[wasm_bindgen_test]
async fn a_refusal_is_not_taken_and_is_kept_whole() {
    for status in [400, 401, 404, 429, 500, 503] {
        let (request, taken) = taking(Method::Get);
        let response = format!("return Promise.resolve(new Response({PIECEWISE}, {{ status: {status} }}))");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        let result = result.unwrap();
        assert_eq!((result.status, result.body.as_slice()), (status, b"abcdefghi".as_slice()));
        assert!(taken.borrow().is_empty(), "{status}");
    }
}

#[wasm_bindgen_test]
async fn d08_nothing_is_taken_beyond_the_limit() {
    let response = format!("return Promise.resolve(new Response({PIECEWISE}))");
    for (max_bytes, pieces, expected) in [
        (9, 3, Ok(())),
        (8, 2, Err(PlatformError::ResponseTooLong)),
        (6, 2, Err(PlatformError::ResponseTooLong)),
        (2, 0, Err(PlatformError::ResponseTooLong)),
    ] {
        let (mut request, taken) = taking(Method::Get);
        request.max_bytes = max_bytes;
        let (result, sent) = with_fetch(&response, request, 1_000).await;
        assert_eq!(result.map(drop), expected, "{max_bytes}");
        assert_eq!(taken.borrow().len(), pieces, "{max_bytes}");
        let signal = Reflect::get(&sent, &"signal".into()).unwrap().unchecked_into::<web_sys::AbortSignal>();
        assert_eq!(signal.aborted(), expected.is_err(), "the connection is given up");
    }
}

#[wasm_bindgen_test]
async fn what_breaks_off_or_was_read_by_somebody_else_is_no_response() {
    let (request, taken) = taking(Method::Get);
    let breaks_off = "let pulls = 0;
        return Promise.resolve(new Response(new ReadableStream({ pull(controller) {
            if (pulls++) controller.error(new TypeError('network error'));
            else controller.enqueue(new TextEncoder().encode('abc'));
        } }, { highWaterMark: 0 })))";
    let (result, _) = with_fetch(breaks_off, request, 1_000).await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    assert_eq!(taken.borrow().len(), 1, "what came before it was taken");
    for read in ["answer.body.getReader()", "answer.text()", "answer.body.tee()"] {
        let (request, taken) = taking(Method::Get);
        let response = format!("const answer = new Response('abc'); {read}; return Promise.resolve(answer)");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        assert_eq!(result.map(drop), Err(PlatformError::Unreachable), "{read}");
        assert!(taken.borrow().is_empty());
    }
}

#[wasm_bindgen_test]
async fn head_has_the_headers_alone() {
    let response = "return Promise.resolve(new Response(null, { headers: { 'content-length': '9', 'ETag': 'x' } }))";
    let (request, taken) = taking(Method::Head);
    let (result, sent) = with_fetch(response, request, 1_000).await;
    let result = result.unwrap();
    assert_eq!(member(&sent, "method"), "HEAD");
    assert_eq!((result.status, result.body.len(), taken.borrow().len()), (200, 0, 0));
    assert_eq!((result.header("content-length"), result.header("etag")), (Some("9"), Some("x")));
    // The test page itself, over the network.
    let page = [&navigation::origin(), "/"].concat();
    let whole = http::send(get(&page)).await.unwrap();
    let head = http::send(HttpRequest::new(Method::Head, &page)).await.unwrap();
    assert_eq!((whole.status, whole.body.is_empty()), (200, false));
    assert_eq!((head.status, head.body.is_empty()), (200, true));
}

#[wasm_bindgen_test]
async fn g06_without_abort_signal_timeout_a_silent_provider_is_given_up_all_the_same() {
    script("window.realTimeout = AbortSignal.timeout; delete AbortSignal.timeout");
    let silent = "return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)))";
    let (result, _) = with_fetch(silent, get("https://connect.example/x"), 20).await;
    let is_missing = script("return AbortSignal.timeout === undefined");
    script("AbortSignal.timeout = window.realTimeout; delete window.realTimeout");
    assert_eq!(is_missing, true);
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut));
}

#[wasm_bindgen_test]
async fn g06_where_no_request_could_be_ended_none_is_sent() {
    script("window.RealController = AbortController; delete window.AbortController");
    let (result, sent) = with_fetch("return Promise.resolve(new Response('{}'))", get("https://a.example/x"), 20).await;
    script("window.AbortController = window.RealController; delete window.RealController");
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    assert!(sent.is_undefined());
    let (result, _) = with_fetch("return Promise.resolve(new Response('{}'))", get("https://a.example/x"), 1_000).await;
    assert!(result.is_ok());
}
