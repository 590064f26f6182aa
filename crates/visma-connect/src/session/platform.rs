//! The port: everything that the session needs of a browser. `browser::BrowserPlatform` is the real one; tests
//! have a fake.

use zeroize::Zeroizing;

use super::error::PlatformError;
use super::moment::Moment;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::SignatureToCheck;

/// What the session asks of the browser. One tab, one user, one thread.
#[expect(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Platform {
    /// Both clocks, read together.
    fn now(&self) -> Moment;

    /// 32 bytes of the browser's cryptographic random number generator.
    fn random(&self) -> Result<[u8; 32], PlatformError>;

    /// Whether a sign-in may begin here: a secure context with WebCrypto, and not inside a frame.
    fn check(&self) -> Result<(), PlatformError>;

    /// Keeps a record in this tab's storage.
    fn tab_set(&self, key: &str, record: &str) -> Result<(), PlatformError>;

    /// Reads a record. It stays.
    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// Reads a record and removes it, in this order and without anything between.
    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// The keys of this tab's records that begin so.
    fn tab_keys(&self, prefix: &str) -> Vec<String>;

    /// Claims a name for this tab, once in ten minutes among all tabs of this browser: `false` when another has it.
    /// A browser that cannot remember claims grants them all; the provider redeems a code once in any case.
    async fn claim(&self, name: &str) -> bool;

    /// What all tabs of this browser remember under this key, if anything. A change wakes them.
    fn shared_get(&self, key: &str) -> Option<String>;

    /// Remembers something for all tabs of this browser, or forgets it.
    fn shared_set(&self, key: &str, value: Option<&str>);

    /// Tells all other tabs of this app.
    fn broadcast(&self, message: &str);

    /// Whether no other tab of this browser holds the lock of this name; this one then holds it until its page goes, or
    /// for as long as leaving may take.
    async fn lock(&self, name: &str) -> bool;

    /// Offers a response to the window that waits for it on this channel: `true` when that window has taken it,
    /// `false` after two seconds without a word.
    async fn offer(&self, channel: &str, response: &str) -> bool;

    /// Begins to wait on this channel for the response that another window [`offer`](Self::offer)s. Dropping the future
    /// ends the wait. `None` in a browser without channels.
    fn receive(&self, channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static>;

    /// Opens a small window at this URL, which gets no hold on this one.
    fn open_window(&self, url: &str) -> Result<(), PlatformError>;

    /// Closes this window, where the browser lets a page do so.
    fn close_window(&self);

    /// Lets the page draw what has changed.
    async fn draw(&self);

    /// How far the page is scrolled, in CSS pixels.
    fn scrolled(&self) -> i32;

    /// Scrolls there.
    fn scroll_to(&self, y: i32);

    /// Leaves for another page. Returning only means that the browser has begun to.
    fn navigate(&self, url: &str) -> Result<(), PlatformError>;

    /// Changes this page's address and history entry to another path of this origin, without loading anything.
    fn replace_url(&self, path: &str);

    /// Sends a request: no redirect followed, no cookie, no cache, no referrer, in bounded time and size.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError>;

    /// Asks WebCrypto whether this signature is the key's. A browser may lack EdDSA.
    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError>;

    /// SHA-512 of a text, by WebCrypto.
    async fn sha512(&self, text: &str) -> Result<Vec<u8>, PlatformError>;
}
