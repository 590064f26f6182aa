//! A fake browser. It logs each call in order and returns the responses that the test has set. Signatures are real:
//! ring makes and verifies them natively, and WebCrypto verifies them in a browser.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs, reason = "each test file uses only some items")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::http::{Chunk, HttpRequest, HttpResponse};
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::session::driver::{Driver, Parts};
use visma_connect::session::error::PlatformError;
use visma_connect::session::moment::Moment;
use visma_connect::session::platform::Platform;
use zeroize::Zeroizing;

#[cfg(not(target_arch = "wasm32"))]
mod signing;
#[cfg(not(target_arch = "wasm32"))]
pub use signing::{OTHER_KEY, SIGNING_KEY, id_token, jwks, sha512, signed_with, verify};

#[cfg(target_arch = "wasm32")]
use visma_connect::browser::crypto::{sha512, verify};

pub const ISSUER: &str = "https://connect.example";
pub const TOKEN: &str = "https://connect.example/connect/token";
pub const USERINFO: &str = "https://connect.example/connect/userinfo";
pub const JWKS: &str = "https://connect.example/.well-known/openid-configuration/jwks";
pub const DISCOVERY: &str = "https://connect.example/.well-known/openid-configuration";
/// The key of the mark that the last sign-out stores for all tabs.
const SIGN_OUT_MARK: &str = "visma-connect-spa:signed-out";

pub const NOW: i64 = 1_800_000_000;

pub type Response = Result<(u16, String), PlatformError>;

/// Computes the response to a request when the response is delivered. `None` means that `responses` is used.
pub type Responder = Rc<dyn Fn(&HttpRequest) -> Option<Response>>;

/// The state of the fake browser. The test shares it with the driver.
#[derive(Default)]
pub struct World {
    /// What the driver did, in order.
    pub log: RefCell<Vec<String>>,
    pub storage: RefCell<BTreeMap<String, String>>,
    /// For each URL its responses, in order. The last one is repeated.
    pub responses: RefCell<BTreeMap<String, Vec<Response>>>,
    /// If it is set, it is called before `responses` is read.
    pub responder: RefCell<Option<Responder>>,
    /// URLs whose responses wait until `release` is called.
    pub held: RefCell<Vec<String>>,
    /// The wakers of the futures that wait.
    pub waiting: RefCell<Vec<Waker>>,
    pub wall_seconds: Cell<i64>,
    /// Added to both clocks.
    pub late_ms: Cell<i64>,
    pub randoms: Cell<u8>,
    pub save_fails: Cell<Option<PlatformError>>,
    pub check_fails: Cell<Option<PlatformError>>,
    pub random_fails: Cell<bool>,
    /// The names that the tabs of this browser have claimed.
    pub claims: RefCell<Vec<String>>,
    /// The mark that the last sign-out in any tab has stored.
    pub sign_out_mark: RefCell<Option<String>>,
    /// The other values that all tabs of this browser share.
    pub shared: RefCell<BTreeMap<String, String>>,
    /// The messages that were sent to the other tabs.
    pub broadcasts: RefCell<Vec<String>>,
    pub lock_is_taken: Cell<bool>,
    /// Whether localStorage is full, so that it stores no value.
    pub shared_storage_is_full: Cell<bool>,
    /// The channels that a tab waits on, each with the response that was offered there.
    pub offers: RefCell<BTreeMap<String, Option<String>>>,
    /// How many offers get no reply, because the page that waits for them is suspended.
    pub ignored_offers: Cell<u32>,
    /// The number of offers so far.
    pub offered: Cell<u32>,
    pub window_is_blocked: Cell<bool>,
    pub scroll: Cell<i32>,
    /// Added to the wall clock only, as when the user changes the time.
    pub wall_jump_ms: Cell<i64>,
    /// The headers of all responses.
    pub headers: RefCell<Vec<(String, String)>>,
    /// While this is set, each call of `claim` waits.
    pub claims_held: Cell<bool>,
    /// The bodies of the POST requests.
    pub forms: RefCell<Vec<String>>,
    pub bearers: RefCell<Vec<(String, String)>>,
}

#[derive(Clone)]
pub struct Fake(pub Rc<World>);

impl World {
    pub fn new() -> Rc<Self> {
        let world = Self::default();
        world.wall_seconds.set(NOW);
        world.respond(DISCOVERY, Ok((200, include_str!("../fixtures/metadata.json").to_owned())));
        world.respond(JWKS, Ok((200, include_str!("../fixtures/jwks.json").to_owned())));
        world.respond(
            USERINFO,
            Ok((200, r#"{"sub":"kari","name":"Kari Nordmann","email":"kari@example.no"}"#.to_owned())),
        );
        Rc::new(world)
    }

    /// Replaces all responses of a URL by this one.
    pub fn respond(&self, url: &str, response: Response) {
        self.responses.borrow_mut().insert(url.to_owned(), vec![response]);
    }

    /// Adds a response after the existing responses of a URL.
    pub fn then(&self, url: &str, response: Response) {
        self.responses.borrow_mut().entry(url.to_owned()).or_default().push(response);
    }

    pub fn hold(&self, url: &str) {
        self.held.borrow_mut().push(url.to_owned());
    }

    pub fn release(&self, url: &str) {
        self.held.borrow_mut().retain(|held| held != url);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    pub fn take_log(&self) -> Vec<String> {
        self.log.take()
    }

    /// The number of requests to a URL.
    pub fn count(&self, url: &str) -> usize {
        let line = |line: &&String| line.split(' ').nth(1) == Some(url);
        self.log.borrow().iter().filter(line).count()
    }

    fn note(&self, line: String) {
        self.log.borrow_mut().push(line);
    }

    /// The log and the storage of the fake browser: everything that other code could read.
    pub fn visible(&self) -> String {
        format!("{:?} {:?}", self.log.borrow(), self.storage.borrow())
    }
}

impl Parts for Fake {}

impl Platform for Fake {
    fn now(&self) -> Moment {
        let ms = self.0.wall_seconds.get() * 1_000 + self.0.late_ms.get();
        Moment { wall_ms: ms + self.0.wall_jump_ms.get(), monotonic_ms: ms }
    }

    fn random(&self) -> Result<[u8; 32], PlatformError> {
        if self.0.random_fails.get() {
            return Err(PlatformError::RandomUnavailable);
        }
        let next = self.0.randoms.get() + 1;
        self.0.randoms.set(next);
        Ok([next; 32])
    }

    fn check(&self) -> Result<(), PlatformError> {
        self.0.check_fails.get().map_or(Ok(()), Err)
    }

    fn tab_set(&self, key: &str, record: &str) -> Result<(), PlatformError> {
        self.0.note(format!("save {}", key.split(':').nth(1).unwrap()));
        if let Some(error) = self.0.save_fails.get() {
            return Err(error);
        }
        self.0.storage.borrow_mut().insert(key.to_owned(), record.to_owned());
        Ok(())
    }

    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError> {
        Ok(self.0.storage.borrow().get(key).cloned())
    }

    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError> {
        self.0.note(format!("take {}", key.split(':').nth(1).unwrap()));
        Ok(self.0.storage.borrow_mut().remove(key))
    }

    fn tab_keys(&self, prefix: &str) -> Vec<String> {
        self.0.storage.borrow().keys().filter(|key| key.starts_with(prefix)).cloned().collect()
    }

    async fn claim(&self, name: &str) -> bool {
        self.0.note("claim".to_owned());
        poll_fn(|_| if self.0.claims_held.get() { Poll::Pending } else { Poll::Ready(()) }).await;
        let mut claims = self.0.claims.borrow_mut();
        let is_first = !claims.iter().any(|claimed| claimed == name);
        claims.push(name.to_owned());
        is_first
    }

    fn shared_get(&self, key: &str) -> Option<String> {
        match key {
            SIGN_OUT_MARK => self.0.sign_out_mark.borrow().clone(),
            key => self.0.shared.borrow().get(key).cloned(),
        }
    }

    fn shared_set(&self, key: &str, value: Option<&str>) {
        if self.0.shared_storage_is_full.get() {
            return;
        }
        if key == SIGN_OUT_MARK {
            self.0.note("mark sign-out".to_owned());
            self.0.sign_out_mark.replace(value.map(str::to_owned));
            return;
        }
        let mut shared = self.0.shared.borrow_mut();
        match value {
            Some(value) => shared.insert(key.to_owned(), value.to_owned()),
            None => shared.remove(key),
        };
    }

    fn broadcast(&self, message: &str) {
        self.0.broadcasts.borrow_mut().push(message.to_owned());
    }

    async fn lock(&self, _: &str) -> bool {
        !self.0.lock_is_taken.get()
    }

    async fn offer(&self, channel: &str, response: &str) -> bool {
        let mut offers = self.0.offers.borrow_mut();
        self.0.offered.set(self.0.offered.get() + 1);
        let is_delivered = self.0.ignored_offers.get() == 0;
        self.0.ignored_offers.set(self.0.ignored_offers.get().saturating_sub(1));
        let is_awaited = is_delivered && offers.contains_key(channel);
        if is_awaited {
            offers.insert(channel.to_owned(), Some(response.to_owned()));
            self.0.waiting.take().into_iter().for_each(Waker::wake);
        }
        is_awaited
    }

    fn receive(&self, channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static> {
        let (world, channel) = (Rc::clone(&self.0), channel.to_owned());
        world.offers.borrow_mut().insert(channel.clone(), None);
        Some(poll_fn(move |context| match world.offers.borrow_mut().get_mut(&channel).and_then(Option::take) {
            Some(response) => Poll::Ready(Zeroizing::new(response)),
            None => {
                world.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            }
        }))
    }

    fn open_window(&self, url: &str) -> Result<(), PlatformError> {
        if self.0.window_is_blocked.get() {
            return Err(PlatformError::WindowBlocked);
        }
        self.0.note(format!("open {url}"));
        Ok(())
    }

    fn close_window(&self) {
        self.0.note("close".to_owned());
    }

    async fn next_task(&self) {
        self.0.note("draw".to_owned());
    }

    fn scrolled(&self) -> i32 {
        self.0.scroll.get()
    }

    fn scroll_to(&self, y: i32) {
        self.0.note(format!("scroll to {y}"));
    }

    fn navigate(&self, url: &str) -> Result<(), PlatformError> {
        self.0.note(format!("navigate {url}"));
        Ok(())
    }

    fn replace_url(&self, path: &str) {
        self.0.note(format!("replace {path}"));
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError> {
        self.0.note(format!("{} {}", request.method.as_str(), request.url));
        self.0.forms.borrow_mut().extend(request.body.as_ref().map(|form| form.to_string()));
        let bearer = request.authorization.as_ref().map(|value| (request.url.clone(), value.to_string()));
        self.0.bearers.borrow_mut().extend(bearer);
        poll_fn(|context| {
            if self.0.held.borrow().contains(&request.url) {
                self.0.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        let laid_out = || {
            let mut responses = self.0.responses.borrow_mut();
            let responses =
                responses.get_mut(&request.url).unwrap_or_else(|| panic!("no response for {}", request.url));
            if responses.len() > 1 { responses.remove(0) } else { responses[0].clone() }
        };
        let responder = self.0.responder.borrow().clone();
        let response = responder.and_then(|response| response(&request)).unwrap_or_else(laid_out);
        let mut response = response.map(|(status, body)| HttpResponse::new(status, body))?;
        response.headers.clone_from(&self.0.headers.borrow());
        if let Some(sink) = request.sink.as_ref().filter(|_| (200..300).contains(&response.status)) {
            let body = std::mem::take(&mut response.body);
            sink(Chunk { bytes: &body, received: body.len(), total: None });
        }
        Ok(response)
    }

    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError> {
        self.0.note("verify".to_owned());
        verify(check).await
    }

    async fn sha512(&self, text: &str) -> Result<Vec<u8>, PlatformError> {
        sha512(text).await
    }
}

pub fn page() -> AppLocation {
    AppLocation { base: "https://app.example/".to_owned(), languages: vec!["nb".to_owned()] }
}

pub fn config() -> Config {
    Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page()).unwrap()
}

pub fn driver(world: &Rc<World>) -> Driver<Fake> {
    Driver::new(Fake(Rc::clone(world)), Box::leak(Box::new(config())), Box::new(|| {}))
}

/// Runs a future that is ready at the first poll.
pub fn run<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits for something that the test has not released"),
    }
}

/// Polls a future once. Returns whether it is ready.
pub fn poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The claims that the first sign-in in a new [`World`] expects.
pub fn claims() -> String {
    format!(
        r#"{{"iss":"{ISSUER}","aud":"demo","sub":"kari","exp":{},"iat":{NOW},"nonce":"{}"}}"#,
        NOW + 300,
        encode([3_u8; 32])
    )
}

pub fn token_response(id_token: &str) -> Response {
    Ok((
        200,
        format!(
            r#"{{"access_token":"access-canary","token_type":"Bearer","expires_in":3600,"id_token":"{id_token}","scope":"openid profile"}}"#
        ),
    ))
}

/// The `state` of the first sign-in in a new [`World`].
pub fn state() -> String {
    encode([2_u8; 32])
}

/// A successful authorization response.
pub fn callback() -> String {
    format!("?code=code-canary&state={}&iss=https%3A%2F%2Fconnect.example", state())
}

/// A world in which the user has left for the provider. The sign-in will succeed.
pub fn left() -> Rc<World> {
    let world = World::new();
    world.respond(TOKEN, token_response(include_str!("../fixtures/id-token.jwt").trim_end()));
    run(driver(&world).sign_in("/orders"));
    world.take_log();
    world
}
