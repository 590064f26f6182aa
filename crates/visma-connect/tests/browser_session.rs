//! A whole session on the real edge: real storage, locks, channels, WebCrypto and `Request`s. Only the network and the
//! wall clock are laid out, and nothing here leaves the page.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use visma_connect::browser::{navigation, storage};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::{HttpResponse, Method};
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness, STORAGE_PREFIX};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::session::driver::ProviderStatus;
use visma_connect::session::tab_message::{CHANNEL, TabMessage};
use visma_connect::{
    ApiError, ApiRequest, AppLocation, Config, ProfileState, ProviderSession, Renewal, Session, SessionState,
    SignInError, SignedOutReason, provide_session,
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{BroadcastChannel, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const DISCOVERY: &str = "https://connect.example/.well-known/openid-configuration";
const JWKS: &str = "https://connect.example/.well-known/openid-configuration/jwks";
const TOKEN: &str = "https://connect.example/connect/token";
const USERINFO: &str = "https://connect.example/connect/userinfo";
const METADATA: &str = include_str!("fixtures/metadata.json");

/// When the ID token of the fixtures was issued.
const NOW: i64 = 1_800_000_000;

/// The `state` of the sign-in that waits: 32 bytes of 2.
const STATE: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

/// Lets the browser run what it has queued.
async fn next_task() {
    let task: Promise = script("return new Promise((done) => setTimeout(done))").unchecked_into();
    JsFuture::from(task).await.unwrap();
}

/// Waits until something holds, task by task.
async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        next_task().await;
    }
    panic!("waited in vain for {what}");
}

/// Chrome takes 200 changes of the address in ten seconds and ignores the rest, for all tests of this page together.
/// A tab makes three.
async fn room_in_the_history() {
    let is_free = || {
        script(
            "window.tabs = (window.tabs ?? []).filter((at) => performance.now() - at < 10_000);
             return window.tabs.length < 60",
        )
    };
    while is_free().is_falsy() {
        next_task().await;
    }
    script("window.tabs.push(performance.now())");
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn config() -> Config {
    let page = AppLocation { base: [&navigation::origin(), "/"].concat(), languages: Vec::new() };
    let text = r#"{"authority":"https://connect.example","client_id":"demo",
        "apis":[{"name":"erp","base_url":"https://api.example.com/v1"},
            {"name":"root","base_url":"https://root.example"}]}"#;
    Config::parse(text, &page).unwrap()
}

type View = <AnyView as Render>::State;

/// The tab: what it holds, what answers, and what is mounted. Everything is put back when it goes.
struct Tab {
    root: HtmlElement,
    mounted: Cell<Option<UnmountHandle<View>>>,
}

impl Tab {
    /// A tab before any page is loaded. Nothing answers but metadata, keys and profile.
    async fn new() -> Self {
        room_in_the_history().await;
        script(&format!(
            "localStorage.clear();
             sessionStorage.clear();
             window.real = {{ fetch: window.fetch, now: Date.now }};
             window.sent = [];
             window.answers = {{}};
             window.fetch = async (request) => {{
                 window.sent.push(request);
                 const answer = window.answers[request.url] ?? window.answers['*'];
                 if (!answer) throw new TypeError('canary');
                 return answer();
             }};
             Date.now = () => {NOW}000"
        ));
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let tab = Self { root, mounted: Cell::new(None) };
        tab.responds(DISCOVERY, 200, &[], METADATA);
        tab.responds(JWKS, 200, &[], include_str!("fixtures/jwks.json"));
        tab.responds(USERINFO, 200, &[], r#"{"sub":"kari","name":"Kari Nordmann"}"#);
        tab
    }

    /// What comes from this URL; from `*`, what comes from every other.
    fn responds(&self, url: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers: Vec<_> = headers.iter().map(|(name, value)| [*name, *value]).collect();
        let (url, body, headers) = (quoted(url), quoted(body), serde_json::to_string(&headers).unwrap());
        script(&format!(
            "window.answers[{url}] = () => new Response({body}, {{ status: {status}, headers: {headers} }})"
        ));
    }

    /// Nothing comes from this URL, and the browser says more than it should.
    fn does_not_answer(&self, url: &str) {
        script(&format!("window.answers[{}] = () => Promise.reject(new TypeError('canary'))", quoted(url)));
    }

    /// The record of a sign-in that has left for the provider.
    fn left(&self) -> PendingSignIn {
        let config = config();
        let metadata = discovery::metadata(&config, &HttpResponse::new(200, METADATA)).unwrap();
        let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let return_to = ReturnTo::parse("/orders?page=2", &config);
        let pending = PendingSignIn::new(&config, &metadata, randomness, UnixTime::from_seconds(NOW), return_to);
        storage::save(&pending.storage_key(), &pending.to_record()).unwrap();
        self.responds(TOKEN, 200, &[], &tokens());
        pending
    }

    /// Loads the page at this address.
    fn load(&self, address: &str) -> Session {
        self.mounted.take();
        script(&format!("window.sent = []; history.replaceState(null, '', {})", quoted(address)));
        let made = Rc::new(Cell::new(None));
        let keep = Rc::clone(&made);
        self.mounted.set(Some(mount_to(self.root.clone(), move || {
            keep.set(Some(provide_session(config())));
            ().into_any()
        })));
        made.take().unwrap()
    }

    /// Loads the page of the callback, and waits for the verdict.
    async fn verdict(&self, query: &str) -> Session {
        let session = self.load(&["/callback", query].concat());
        eventually("the verdict", || session.is_authenticated().is_some()).await;
        session
    }

    async fn signed_in() -> (Self, Session) {
        let tab = Self::new().await;
        tab.left();
        let session = tab.verdict(&callback()).await;
        assert_eq!(session.is_authenticated(), Some(true), "{:?}", session.state());
        let has_name = || matches!(session.user().unwrap().profile(), ProfileState::Loaded(_));
        eventually("the name", has_name).await;
        (tab, session)
    }

    /// A member of each request since the last time, as Chrome has it.
    fn sent(&self, member: &str) -> Vec<String> {
        let sent = script(&format!("return window.sent.splice(0).map((request) => String(request.{member}))"));
        sent.unchecked_into::<Array>().iter().filter_map(|text| text.as_string()).collect()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.mounted.take();
        self.root.remove();
        script(
            "window.fetch = window.real.fetch;
             Date.now = window.real.now;
             localStorage.clear();
             sessionStorage.clear();
             for (const name of ['real', 'sent', 'answers']) delete window[name]",
        );
    }
}

/// The token endpoint's good response.
fn tokens() -> String {
    let id_token = include_str!("fixtures/id-token.jwt").trim_end();
    format!(
        r#"{{"access_token":"token-canary","token_type":"Bearer","expires_in":3600,"id_token":"{id_token}","scope":"openid profile"}}"#
    )
}

/// The provider's good response to the sign-in that waits.
fn callback() -> String {
    format!("?code=code-canary&state={STATE}&iss=https%3A%2F%2Fconnect.example")
}

fn address() -> String {
    script("return location.pathname + location.search").as_string().unwrap()
}

fn failure(session: &Session) -> SignInError {
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = session.state() else {
        panic!("{:?}", session.state())
    };
    error
}

#[wasm_bindgen_test]
async fn a_session_begins_on_the_real_edge() {
    let (tab, session) = Tab::signed_in().await;
    assert_eq!(session.user().unwrap().subject(), "kari");
    assert_eq!(address(), "/orders?page=2");
    assert_eq!(tab.sent("url"), [TOKEN, JWKS, USERINFO]);
    assert!(storage::keys(STORAGE_PREFIX).is_empty());
}

// Forged messages.

/// Everything about a session that a page can see.
fn visible(session: &Session) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {} {} {}",
        session.state(),
        session.provider(),
        session.renewal(),
        session.user(),
        session.other_user_in_another_tab(),
        session.was_signed_in(),
        address()
    )
}

/// Another page of this origin says this on the channel of all tabs. It returns when all has arrived.
async fn told(messages: &[JsValue]) {
    // Younger than the session's own channel, so that this hears everything later.
    let (other, last) = (BroadcastChannel::new(CHANNEL).unwrap(), BroadcastChannel::new(CHANNEL).unwrap());
    script("window.heard = 0");
    last.set_onmessage(Some(&Function::new_no_args("window.heard += 1")));
    for message in messages {
        other.post_message(message).unwrap();
    }
    eventually("every message", || script("return window.heard").as_f64() == Some(messages.len() as f64)).await;
    script("delete window.heard");
    other.close();
    last.close();
}

/// What no tab says, among it all that would end this very session if it were said as it should be.
fn forged() -> Vec<JsValue> {
    let objects = [
        "7",
        "null",
        "undefined",
        "true",
        "1n",
        "[]",
        "new Date()",
        "new ArrayBuffer(8)",
        "new Blob(['{}'])",
        "new Map([['v', 1], ['type', 'signed_out'], ['mark', 'x']])",
        "{ v: 1, type: 'signed_out', mark: 'x' }",
        r#"['{"v":1,"type":"signed_out","mark":"x"}']"#,
        r#"new String('{"v":1,"type":"signed_out","mark":"x"}')"#,
    ];
    let texts = [
        "",
        "x",
        "signed_out",
        "null",
        "[]",
        "{}",
        "{",
        r#"{"v":0,"type":"signed_out","mark":"x"}"#,
        r#"{"v":2,"type":"signed_out","mark":"x"}"#,
        r#"{"v":"1","type":"signed_out","mark":"x"}"#,
        r#"{"v":1.5,"type":"signed_out","mark":"x"}"#,
        r#"{"type":"signed_out","mark":"x"}"#,
        r#"{"v":1,"type":"signed_out"}"#,
        r#"{"v":1,"type":"signed_out","mark":7}"#,
        r#"{"v":1,"type":"signed_out","mark":"x","mark":"y"}"#,
        r#"{"v":1,"v":1,"type":"signed_out","mark":"x"}"#,
        r#"{"v":1,"type":"signed_out","mark":"x"} "x""#,
        r#"{"v":1,"type":"SIGNED_OUT","mark":"x"}"#,
        r#"{"v":1,"type":["signed_out"],"mark":"x"}"#,
        r#"{"v":1,"type":"signed_in"}"#,
        r#"{"v":1,"type":"signed_in","person":null}"#,
        r#"{"v":1,"type":"access_token","access_token":"x"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example","sid":"another"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://evil.example","sid":"x"}"#,
    ];
    let huge = [
        TabMessage::SignedOut { mark: "x".repeat(4_000) }.to_text(),
        TabMessage::SignedOut { mark: "x".repeat(5_000_000) }.to_text(),
        "[".repeat(1_000_000),
        "x".repeat(10_000_000),
    ];
    objects
        .iter()
        .map(|object| script(&format!("return {object}")))
        .chain(texts.iter().map(|text| JsValue::from_str(text)))
        .chain(huge.iter().map(|text| JsValue::from_str(text)))
        .collect()
}

#[wasm_bindgen_test]
async fn g05_what_no_tab_says_changes_nothing_and_a_sign_out_ends_the_session() {
    let (tab, session) = Tab::signed_in().await;
    tab.sent("url");
    let before = visible(&session);
    for message in forged() {
        told(&[message]).await;
        assert_eq!(visible(&session), before);
    }
    assert!(tab.sent("url").is_empty());
    told(&[JsValue::from_str(&TabMessage::SignedOut { mark: "x".to_owned() }.to_text())]).await;
    assert_eq!(session.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(session.api("erp").get("organization").await.map(drop), Err(ApiError::SessionEnded));
}

#[wasm_bindgen_test]
async fn g05_no_message_begins_a_session() {
    let tab = Tab::new().await;
    let session = tab.load("/");
    eventually("the metadata", || session.provider() == ProviderStatus::Ready).await;
    tab.sent("url");
    let before = visible(&session);
    let true_ones = [
        TabMessage::SignedIn { person: "x".to_owned() },
        TabMessage::SignedOut { mark: "x".to_owned() },
        TabMessage::FrontChannelLogout { iss: "https://connect.example".to_owned(), sid: "x".to_owned() },
    ];
    let true_ones = true_ones.map(|message| JsValue::from_str(&message.to_text()));
    told(&[forged(), true_ones.to_vec()].concat()).await;
    assert_eq!(visible(&session), before);
    assert!(tab.sent("url").is_empty());
}

// A browser that lacks something.

#[wasm_bindgen_test]
async fn g06_without_channels_a_session_begins_and_a_sign_out_elsewhere_is_found_in_storage() {
    script("window.RealChannel = BroadcastChannel; delete window.BroadcastChannel");
    let (tab, session) = Tab::signed_in().await;
    session.renew();
    eventually("the verdict", || matches!(session.renewal(), Renewal::Failed(_))).await;
    let Renewal::Failed(error) = session.renewal() else { panic!() };
    // Another page of this origin, with events of the browser's own.
    script(
        "const frame = document.body.appendChild(document.createElement('iframe'));
         frame.contentWindow.localStorage.setItem('visma-connect-spa:signed-out', '1');
         frame.remove()",
    );
    eventually("the end", || session.is_authenticated() == Some(false)).await;
    drop(tab);
    script("window.BroadcastChannel = window.RealChannel; delete window.RealChannel");
    assert_eq!(error.code(), "channel_unavailable");
}

// Where the token goes.

/// The whole of a URL as Chrome reads it, when it is one beneath the API, without person or fragment.
fn beneath_the_api(url: &str) -> Option<String> {
    let read = Function::new_with_args(
        "text",
        "const url = new URL(text);
         const isOwn = url.origin === 'https://api.example.com' && url.username + url.password + url.hash === ''
             && (url.pathname === '/v1' || url.pathname.startsWith('/v1/'));
         return isOwn ? url.href : null",
    );
    read.call1(&JsValue::NULL, &url.into()).unwrap().as_string()
}

#[wasm_bindgen_test]
async fn f04_f10_what_is_sent_to_an_api_is_to_chrome_the_very_url_beneath_it() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    for (path, expected) in [
        ("organization", "https://api.example.com/v1/organization"),
        ("/organization", "https://api.example.com/v1/organization"),
        ("orders/7?expand=lines", "https://api.example.com/v1/orders/7?expand=lines"),
        ("?page=2", "https://api.example.com/v1?page=2"),
        ("", "https://api.example.com/v1"),
        ("orders/a%2Fb", "https://api.example.com/v1/orders/a%2Fb"),
        ("orders;version=2/7", "https://api.example.com/v1/orders;version=2/7"),
        ("x?next=//evil.example/..", "https://api.example.com/v1/x?next=//evil.example/.."),
        ("a@evil.example/x", "https://api.example.com/v1/a@evil.example/x"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://api.example.com/v1/orders?page=2", "https://api.example.com/v1/orders?page=2"),
    ] {
        let response = session.api("erp").get(path).await;
        assert_eq!(response.map(|response| response.status()), Ok(200), "{path}");
        assert_eq!(tab.sent("url"), [expected]);
        assert_eq!(beneath_the_api(expected).as_deref(), Some(expected));
    }
    for path in [
        "https://api.example.com@evil.example/v1/x",
        "https://api.example.com:x@evil.example/v1/x",
        "https://api.example.com.evil.example/v1/x",
        "https://api.example.comevil.example/v1/x",
        "https://api.example.com:8443/v1/x",
        "https://api.example.com:443/v1/x",
        "https://api.example.com./v1/x",
        "https://xn--pi-mia.example.com/v1/x",
        "https://api.example.com.xn--e1awd7f/v1/x",
        "https://API.example.com/v1/x",
        "HTTPS://api.example.com/v1/x",
        "http://api.example.com/v1/x",
        "https:/api.example.com/v1/x",
        "https:api.example.com/v1/x",
        "https:\\\\api.example.com\\v1\\x",
        "https://evil.example\\@api.example.com/v1/x",
        "https://api.example.com\\@evil.example/v1/x",
        "https://evil.example/https://api.example.com/v1/x",
        "https://user@api.example.com/v1/x",
        "https://api.example.com/v1.evil/x",
        "https://api.example.com/v12/x",
        "https://api.example.com/V1/x",
        "https://api.example.com//v1/x",
        "https://api.example.com/",
        "https://api.example.com",
        "https://api.example.com/v1/../v2",
        "https://api.example.com/v1/%2e%2e/v2",
        "https://api.example.com/v1/x#y",
        "//evil.example/x",
        "///evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "ht\ttps://evil.example/v1/x",
        " https://evil.example/v1/x",
        "\0//evil.example",
        "../admin",
        "..",
        "./x",
        "a/../../admin",
        "a/%2E%2e/%2e%2e/admin",
        ".%2e/admin",
        "%2e%2e%2Fadmin",
        "a/..%5c..%5Cadmin",
        "..;/admin",
        "a\\..\\..\\admin",
        "javascript:alert(1)",
        "data:,x",
        "blob:https://api.example.com/v1/x",
        "a b",
        "a#b",
        "é",
        "a\nb",
    ] {
        let refused = session.api("erp").get(path).await.map(drop);
        assert_eq!(refused, Err(ApiError::RequestRefused), "{path:?}");
        assert!(tab.sent("url").is_empty(), "{path:?}");
    }
}

#[wasm_bindgen_test]
async fn f04_an_api_without_a_path_is_its_host_and_no_other() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    for (path, expected) in [
        ("x", "https://root.example/x"),
        ("?page=2", "https://root.example/?page=2"),
        ("https://root.example/x", "https://root.example/x"),
        // Here alone Chrome adds something: the path that every URL has.
        ("", "https://root.example/"),
        ("https://root.example", "https://root.example/"),
    ] {
        let response = session.api("root").get(path).await;
        assert_eq!(response.map(|response| response.status()), Ok(200), "{path}");
        assert_eq!(tab.sent("url"), [expected]);
    }
    for path in [
        "https://root.example.evil.example/x",
        "https://root.example@evil.example/x",
        "https://root.example:8443/x",
        "https://root.example.",
        "https://root.exampleevil/x",
        "https://root.example?x",
        "//evil.example/x",
        "@evil.example/x\\",
        ":8443/x",
        ".evil.example:x",
    ] {
        let refused = session.api("root").get(path).await.map(drop);
        assert_eq!(refused, Err(ApiError::RequestRefused), "{path:?}");
        assert!(tab.sent("url").is_empty(), "{path:?}");
    }
    let missing = ApiError::ScopeMissing { scope: Some("root:read".to_owned()) };
    let asked = |name: &str| session.api(name).asks_for(&missing).map(|options| options.scopes);
    assert_eq!((asked("root"), asked("nothing")), (Some(vec!["root:read".to_owned()]), None));
    // Beneath it all the same.
    for path in ["@evil.example/x", ".evil.example/x"] {
        assert!(session.api("root").get(path).await.is_ok());
        assert_eq!(tab.sent("url"), [["https://root.example/", path].concat()]);
    }
}

#[wasm_bindgen_test]
async fn f04_f10_whatever_a_path_is_made_of_the_token_stays_beneath_the_api() {
    const PARTS: [&str; 34] = [
        "",
        "/",
        "\\",
        "\t",
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
        ";",
        "@",
        ":",
        "?",
        "#",
        "=",
        "'",
        "\"",
        "<",
        "|",
        "é",
        "\u{ff0f}",
        "\u{3002}",
        "evil.example",
        "https:",
        "https://",
        ":8443",
        "/v1",
        "x",
        "xn--a",
    ];
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    let (mut sent, mut refused) = (0, 0);
    for start in ["", "https://api.example.com", "https://api.example.com/v1", "https://api.example.com/v1/"] {
        for first in PARTS {
            for second in PARTS {
                let path = [start, first, second].concat();
                let response = session.api("erp").get(&path).await;
                let urls = tab.sent("url");
                match response {
                    Ok(_) => {
                        let written = if path.starts_with("https://") {
                            path.clone()
                        } else {
                            let slash = if path.is_empty() || path.starts_with(['/', '?']) { "" } else { "/" };
                            ["https://api.example.com/v1", slash, &path].concat()
                        };
                        // What browsers leave raw is sent encoded, in a query the backslash too.
                        let written = written.replace('\'', "%27").replace('|', "%7C");
                        let written = match written.split_once('?') {
                            Some((path, query)) => [path, "?", &query.replace('\\', "%5C")].concat(),
                            None => written,
                        };
                        assert_eq!(urls, [written.as_str()], "{path:?}");
                        assert_eq!(beneath_the_api(&written), Some(written), "{path:?}");
                        sent += 1;
                    }
                    error => {
                        assert_eq!(error.map(drop), Err(ApiError::RequestRefused), "{path:?}");
                        assert!(urls.is_empty(), "{path:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(sent > 300 && refused > 1_000, "{sent} {refused}");
}

#[wasm_bindgen_test]
async fn f03_f05_f09_f11_a_call_follows_no_redirect_is_not_cached_and_has_the_token_in_a_header() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    for method in [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let request = || ApiRequest::new(method, "orders/7");
        let body = || request().body("application/json", r#"{"a":1}"#.to_owned());
        let has_body = !method.is_safe();
        for (member, expected) in [
            ("method", method.as_str()),
            ("redirect", "error"),
            ("cache", "no-store"),
            ("credentials", "omit"),
            ("referrerPolicy", "no-referrer"),
            ("mode", "cors"),
            ("headers.get('authorization')", "Bearer token-canary"),
            ("headers.get('content-type')", if has_body { "application/json" } else { "null" }),
            ("url", "https://api.example.com/v1/orders/7"),
        ] {
            tab.sent("url");
            session.api("erp").call(if has_body { body() } else { request() }).await.unwrap();
            assert_eq!(tab.sent(member), [expected], "{method:?} {member}");
        }
    }
    // As Chrome ends a request that was sent elsewhere and may not go there.
    tab.does_not_answer("*");
    let ended = session.api("erp").get("x").await.map(drop);
    assert_eq!(ended.unwrap_err().code(), "provider_unreachable");
    assert_eq!(tab.sent("url").len(), 1, "and it is not tried again");
}

// What lies in storage.

#[wasm_bindgen_test]
async fn c32_a_broken_record_in_the_real_storage_is_removed_and_nothing_is_sent() {
    let edited = |from: &str, to: &str| {
        let (from, to) = (from.to_owned(), to.to_owned());
        Box::new(move |record: &str| {
            assert!(record.contains(&from), "{from} is not in {record}");
            record.replace(&from, &to)
        }) as Box<dyn Fn(&str) -> String>
    };
    let instead = |text: &'static str| Box::new(move |_: &str| text.to_owned()) as Box<dyn Fn(&str) -> String>;
    for (change, code) in [
        (instead(""), "pending_unreadable"),
        (instead("null"), "pending_unreadable"),
        (instead("[object Object]"), "pending_unreadable"),
        (instead("{}"), "pending_unreadable"),
        (Box::new(|record: &str| record.chars().take(record.len() / 2).collect()), "pending_unreadable"),
        (Box::new(|record: &str| [record, record].concat()), "pending_unreadable"),
        (edited("\"version\":", "\"version\":9"), "pending_unreadable"),
        (edited("\"code_verifier\"", "\"verifier\""), "pending_unreadable"),
        (edited("connect.example/connect/token", "evil.example/token"), "pending_foreign"),
        (edited("\"client_id\":\"demo\"", "\"client_id\":\"other\""), "pending_foreign"),
        (edited("\"started_at\":18", "\"started_at\":17"), "pending_expired"),
        (edited(STATE, "another"), "state_mismatch"),
    ] as [(Box<dyn Fn(&str) -> String>, &str); 12]
    {
        let tab = Tab::new().await;
        let pending = tab.left();
        storage::save(&pending.storage_key(), &change(&pending.to_record())).unwrap();
        let session = tab.verdict(&callback()).await;
        assert_eq!(failure(&session).code(), code);
        assert!(storage::keys(STORAGE_PREFIX).is_empty(), "{code}");
        eventually("what comes after it", || session.provider() == ProviderStatus::Ready).await;
        assert_eq!(tab.sent("url"), [DISCOVERY], "{code}");
        assert_eq!(address(), "/callback");
    }
}

#[wasm_bindgen_test]
async fn c28_c32_a_record_that_leads_elsewhere_leads_home() {
    for trap in ["//evil.example/x", "https://evil.example/x", "/.//evil.example", "/callback", "javascript:alert(1)"] {
        let tab = Tab::new().await;
        let pending = tab.left();
        let record =
            pending.to_record().replace("\"return_to\":\"/orders?page=2\"", &format!("\"return_to\":\"{trap}\""));
        assert_ne!(record, pending.to_record());
        storage::save(&pending.storage_key(), &record).unwrap();
        let session = tab.verdict(&callback()).await;
        assert_eq!(session.is_authenticated(), Some(true), "{trap}");
        assert_eq!(address(), "/", "{trap}");
    }
}

// What errors say.

/// What somebody could write into a log of an error. Nothing of a response, a URL or a request is in it.
fn harmless(error: &(impl Debug + std::fmt::Display)) -> String {
    let printed = format!("{error:?} {error} {error:#?}");
    assert!(!printed.contains("canary"), "{printed}");
    printed
}

/// Headers of a response that nobody should read in an error.
const HEADERS: [(&str, &str); 2] = [("x-request-id", "canary"), ("www-authenticate", "Bearer realm=\"canary\"")];

#[wasm_bindgen_test]
async fn j04_the_error_of_a_callback_prints_nothing_of_it() {
    for (query, code) in [
        ("?code=canary&code=canary&state=canary", "callback_parameter_twice"),
        ("?code=%canary&state=canary", "callback_malformed"),
        ("?code=canary", "state_missing"),
        ("?access_token=canary&state=canary", "token_in_url"),
        ("?canary=canary#canary", "callback_empty"),
        (&format!("?code=canary&state={STATE}&iss=https://canary.example"), "issuer_mismatch"),
        (&format!("?code=canary&state={STATE}"), "issuer_missing"),
        (&format!("?code=canary&error=canary&state={STATE}&iss=https://connect.example"), "code_and_error"),
        (&format!("?code=canary%00&state={STATE}&iss=https://connect.example"), "code_invalid"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        let session = tab.verdict(query).await;
        let error = failure(&session);
        assert_eq!(error.code(), code, "{query}");
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"));
    }
}

#[wasm_bindgen_test]
async fn j04_a_providers_error_prints_its_code_and_its_words_for_the_user_alone() {
    let tab = Tab::new().await;
    tab.left();
    let query = format!(
        "?error=access_denied&error_description=You+said+no&error_uri=https://canary.example/&session_state=canary\
         &state={STATE}&iss=https://connect.example"
    );
    let error = failure(&tab.verdict(&query).await);
    assert!(error.is_cancelled());
    assert!(harmless(&error).contains("You said no"));
    drop(tab);

    let tab = Tab::new().await;
    tab.left();
    let body = r#"{"error":"invalid_grant","error_description":"Too late","error_uri":"canary","trace":"canary"}"#;
    tab.responds(TOKEN, 400, &HEADERS, body);
    let error = failure(&tab.verdict(&callback()).await);
    assert_eq!(error.code(), "invalid_grant");
    assert!(harmless(&error).contains("Too late"));
}

#[wasm_bindgen_test]
async fn j04_the_error_of_an_exchange_prints_nothing_of_the_response() {
    let changed = |from: &str, to: &str| tokens().replace(from, to);
    let long = "canary".repeat(100_000);
    for (url, status, body, code) in [
        (TOKEN, 200, "<html>canary</html>".to_owned(), "token_response_unreadable"),
        (TOKEN, 403, r#"{"canary":"canary"}"#.to_owned(), "token_response_unreadable"),
        (TOKEN, 503, "canary".to_owned(), "provider_unavailable"),
        (TOKEN, 400, r#"{"error":{"canary":1}}"#.to_owned(), "token_response_invalid"),
        (TOKEN, 200, long.clone(), "answer_too_long"),
        (TOKEN, 200, changed("\"Bearer\"", "\"canary\""), "token_type_unsupported"),
        (TOKEN, 200, changed("\"token-canary\"", "[\"canary\"]"), "token_response_invalid"),
        (TOKEN, 200, changed("\"openid profile\"", "\"canary\\u0000\""), "token_response_invalid"),
        (TOKEN, 200, r#"{"access_token":"canary","token_type":"Bearer"}"#.to_owned(), "id_token_missing"),
        (TOKEN, 200, changed("\"id_token\":\"", "\"id_token\":\"canary.canary.canary."), "id_token_malformed"),
        (JWKS, 200, "canary".to_owned(), "jwks_unreadable"),
        (JWKS, 500, "canary".to_owned(), "provider_unavailable"),
        (JWKS, 200, r#"{"keys":[{"kty":"RSA","kid":"canary"}]}"#.to_owned(), "id_token_key_unknown"),
        (JWKS, 200, include_str!("fixtures/other-jwks.json").to_owned(), "id_token_signature_invalid"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        tab.responds(url, status, &HEADERS, &body);
        let session = tab.verdict(&callback()).await;
        let error = failure(&session);
        assert_eq!(error.code(), code, "{url} {status}");
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"));
    }
    for url in [TOKEN, JWKS] {
        let tab = Tab::new().await;
        tab.left();
        tab.does_not_answer(url);
        let error = failure(&tab.verdict(&callback()).await);
        assert_eq!(error.code(), "provider_unreachable");
        harmless(&error);
    }
}

#[wasm_bindgen_test]
async fn j04_the_error_of_metadata_or_a_profile_prints_nothing_of_the_response() {
    for (status, body, code) in [
        (200, "<html>canary</html>".to_owned(), "metadata_unreadable"),
        (404, "canary".to_owned(), "metadata_unreadable"),
        (503, "canary".to_owned(), "provider_unavailable"),
        (200, METADATA.replace("connect.example", "canary.example"), "metadata_issuer_mismatch"),
        (200, METADATA.replace("https://connect.example/connect/token", "canary:x"), "metadata_invalid"),
        (200, METADATA.replace("\"S256\"", "\"canary\""), "metadata_without_s256"),
    ] {
        let tab = Tab::new().await;
        tab.responds(DISCOVERY, status, &HEADERS, &body);
        let session = tab.load("/");
        eventually("the verdict", || matches!(session.provider(), ProviderStatus::Failed(_))).await;
        let ProviderStatus::Failed(error) = session.provider() else { panic!() };
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    for (status, body, code) in [
        (200, "canary", "userinfo_unreadable"),
        (401, "canary", "userinfo_unreadable"),
        (503, "canary", "provider_unavailable"),
        (200, r#"{"sub":"canary","name":"canary"}"#, "userinfo_sub_mismatch"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        tab.responds(USERINFO, status, &HEADERS, body);
        let session = tab.verdict(&callback()).await;
        let unavailable = || match session.user()?.profile() {
            ProfileState::Unavailable(error) => Some(error.clone()),
            _ => None,
        };
        eventually("the verdict", || unavailable().is_some()).await;
        let error = unavailable().unwrap();
        assert_eq!(error.code(), code);
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"), "the token neither");
    }
}

#[wasm_bindgen_test]
async fn j04_the_error_of_a_call_prints_nothing_of_request_or_response() {
    let challenge = |error: &str| format!("Bearer realm=\"canary\", error_description=\"canary\", error=\"{error}\"");
    let (tab, session) = Tab::signed_in().await;
    let request = || {
        ApiRequest::new(Method::Post, "orders?q=canary")
            .header("x-key", "canary")
            .body("text/plain", "canary".to_owned())
    };
    let call = |request: ApiRequest| async move {
        let printed = format!("{request:?}");
        assert_eq!(printed, "POST orders");
        session.api("erp").call(request).await
    };
    for (status, headers, code) in [
        (401, vec![("www-authenticate", challenge("insufficient_user_authentication"))], "step_up_required"),
        (403, vec![("www-authenticate", challenge("insufficient_scope"))], "insufficient_scope"),
        (429, vec![("retry-after", "canary".to_owned())], "too_many_requests"),
    ] {
        let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("x-request-id", "canary"));
        tab.responds("*", status, &headers, "canary");
        let error = call(request()).await.unwrap_err();
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    drop(tab);

    let (tab, session) = Tab::signed_in().await;
    let api = session.api("erp");
    tab.responds("*", 200, &HEADERS, r#"{"canary":"canary"}"#);
    let response = api.call(request()).await.unwrap();
    assert_eq!(format!("{response:?}"), "HTTP 200 with 19 bytes");
    harmless(&response.json::<Vec<u8>>().unwrap_err());
    for (request, code) in [
        (ApiRequest::get("https://canary.example/canary"), "api_request_refused"),
        (ApiRequest::get("canary canary"), "api_request_refused"),
        (ApiRequest::get("x").header("x-key", "canary\n"), "api_request_refused"),
        (ApiRequest::get("x").max_bytes(3), "answer_too_long"),
    ] {
        let error = api.call(request).await.unwrap_err();
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    assert_eq!(harmless(&session.api("canary").get("x").await.unwrap_err()), "Unknown api_unknown Unknown");
    tab.does_not_answer("*");
    let error = api.call(request()).await.unwrap_err();
    assert_eq!(error.code(), "provider_unreachable");
    harmless(&error);
    tab.responds("*", 401, &HEADERS, "canary");
    let error = api.call(request()).await.unwrap_err();
    assert_eq!(error, ApiError::TokenRefused);
    harmless(&error);
}
