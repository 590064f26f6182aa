//! A tab: its storage, the responses to its requests, and the mounted page.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use visma_connect::browser::{navigation, storage};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::{
    AppLocation, Config, ProfileState, Session, SessionState, SignInError, SignedOutReason, provide_session,
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

pub(crate) const DISCOVERY: &str = "https://connect.example/.well-known/openid-configuration";

pub(crate) const JWKS: &str = "https://connect.example/.well-known/openid-configuration/jwks";

pub(crate) const TOKEN: &str = "https://connect.example/connect/token";

pub(crate) const USERINFO: &str = "https://connect.example/connect/userinfo";

pub(crate) const METADATA: &str = include_str!("../fixtures/metadata.json");

/// The time at which the ID token of the fixtures was issued.
const NOW: i64 = 1_800_000_000;

/// The `state` of the pending sign-in: 32 bytes of value 2.
pub(crate) const STATE: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

pub(crate) fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

/// Lets the browser run the tasks that it has queued.
async fn next_task() {
    let task: Promise = script("return new Promise((done) => setTimeout(done))").unchecked_into();
    JsFuture::from(task).await.unwrap();
}

/// Waits until the condition is true, for at most 2000 tasks.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        next_task().await;
    }
    panic!("timed out while waiting for {what}");
}

/// Waits until Chrome accepts the address changes of one more tab. Chrome accepts 200 changes of the address in ten
/// seconds and ignores further ones. The limit is for all tests of this page together. Each tab makes three changes.
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

/// A tab: its storage, the responses to its requests, and the mounted page. Dropping it restores everything.
pub(crate) struct Tab {
    root: HtmlElement,
    mounted: Cell<Option<UnmountHandle<View>>>,
}

impl Tab {
    /// A tab before a page is loaded. Only requests for the metadata, the JWKS and the profile have a response.
    pub(crate) async fn new() -> Self {
        room_in_the_history().await;
        script(&format!(
            "localStorage.clear();
             sessionStorage.clear();
             window.real = {{ fetch: window.fetch, now: Date.now }};
             window.sent = [];
             window.responses = {{}};
             window.fetch = async (request) => {{
                 window.sent.push(request);
                 const respond = window.responses[request.url] ?? window.responses['*'];
                 if (!respond) throw new TypeError('canary');
                 return respond();
             }};
             Date.now = () => {NOW}000"
        ));
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let tab = Self { root, mounted: Cell::new(None) };
        tab.responds(DISCOVERY, 200, &[], METADATA);
        tab.responds(JWKS, 200, &[], include_str!("../fixtures/jwks.json"));
        tab.responds(USERINFO, 200, &[], r#"{"sub":"kari","name":"Kari Nordmann"}"#);
        tab
    }

    /// Sets the response of this URL. `*` stands for every other URL.
    pub(crate) fn responds(&self, url: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers: Vec<_> = headers.iter().map(|(name, value)| [*name, *value]).collect();
        let (url, body, headers) = (quoted(url), quoted(body), serde_json::to_string(&headers).unwrap());
        script(&format!(
            "window.responses[{url}] = () => new Response({body}, {{ status: {status}, headers: {headers} }})"
        ));
    }

    /// Requests to this URL fail, with an error whose message contains `canary`.
    pub(crate) fn does_not_respond(&self, url: &str) {
        script(&format!("window.responses[{}] = () => Promise.reject(new TypeError('canary'))", quoted(url)));
    }

    /// Stores the record of a sign-in that has left for the provider, and returns it.
    pub(crate) fn left(&self) -> PendingSignIn {
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
    pub(crate) fn load(&self, address: &str) -> Session {
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

    /// Loads the callback page with this query and waits until the user is signed in or signed out.
    pub(crate) async fn verdict(&self, query: &str) -> Session {
        let session = self.load(&["/callback", query].concat());
        eventually("the result of the sign-in", || session.is_authenticated().is_some()).await;
        session
    }

    pub(crate) async fn signed_in() -> (Self, Session) {
        let tab = Self::new().await;
        tab.left();
        let session = tab.verdict(&callback()).await;
        assert_eq!(session.is_authenticated(), Some(true), "{:?}", session.state());
        let has_name = || matches!(session.user().unwrap().profile(), ProfileState::Loaded(_));
        eventually("the name", has_name).await;
        (tab, session)
    }

    /// The value of one member of each `Request` that was sent since the last call.
    pub(crate) fn sent(&self, member: &str) -> Vec<String> {
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
             for (const name of ['real', 'sent', 'responses']) delete window[name]",
        );
    }
}

/// A valid response of the token endpoint.
pub(crate) fn tokens() -> String {
    let id_token = include_str!("../fixtures/id-token.jwt").trim_end();
    format!(
        r#"{{"access_token":"token-canary","token_type":"Bearer","expires_in":3600,
            "id_token":"{id_token}","scope":"openid profile"}}"#
    )
}

/// A successful response to the pending sign-in.
pub(crate) fn callback() -> String {
    format!("?code=code-canary&state={STATE}&iss=https%3A%2F%2Fconnect.example")
}

pub(crate) fn address() -> String {
    script("return location.pathname + location.search").as_string().unwrap()
}

pub(crate) fn failure(session: &Session) -> SignInError {
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = session.state() else {
        panic!("{:?}", session.state())
    };
    error
}
