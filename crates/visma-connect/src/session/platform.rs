//! The port: everything that the session needs from a browser. `browser::BrowserPlatform` implements it; tests use a
//! fake.

use zeroize::Zeroizing;

use super::error::PlatformError;
use super::moment::Moment;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::SignatureToCheck;

/// What the session needs from the browser, for one tab, one user and one thread.
#[allow(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Platform {
    /// Reads both clocks together.
    fn now(&self) -> Moment;

    /// 32 bytes from the browser's cryptographic random number generator.
    fn random(&self) -> Result<[u8; 32], PlatformError>;

    /// Checks that a sign-in may begin here: in a secure context with WebCrypto, and not inside a frame.
    fn check(&self) -> Result<(), PlatformError>;

    /// Stores a record for this tab (`sessionStorage`).
    fn tab_set(&self, key: &str, record: &str) -> Result<(), PlatformError>;

    /// Reads a record of this tab. The record stays.
    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// Reads a record of this tab and removes it, in one step.
    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// The keys of this tab's records that start with `prefix`.
    fn tab_keys(&self, prefix: &str) -> Vec<String>;

    /// Claims a name. Returns `false` if the name was already claimed in this browser in the last ten minutes. A
    /// browser that cannot store claims grants them all. The provider still redeems a code only once.
    async fn claim(&self, name: &str) -> bool;

    /// Reads the value that all tabs of this browser share under this key (`localStorage`). A change wakes the other
    /// tabs.
    fn shared_get(&self, key: &str) -> Option<String>;

    /// Stores a value for all tabs of this browser. `None` removes it.
    fn shared_set(&self, key: &str, value: Option<&str>);

    /// Sends a message to all other tabs of this app.
    fn broadcast(&self, message: &str);

    /// Takes the lock of this name if no other tab of this browser holds it, and returns whether that succeeded. The
    /// lock is held until the page is unloaded, at most for as long as leaving may take.
    async fn lock(&self, name: &str) -> bool;

    /// Offers a response to the window that waits for it on this channel. Returns `true` when that window has
    /// accepted it, and `false` after two seconds without a reply.
    async fn offer(&self, channel: &str, response: &str) -> bool;

    /// Starts to wait on this channel for the response that another window [`offer`](Self::offer)s. Dropping the
    /// future ends the wait. `None` in a browser without channels.
    fn receive(&self, channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static>;

    /// Opens a small window at this URL. Its page gets no reference to this window (`opener` is `null`).
    fn open_window(&self, url: &str) -> Result<(), PlatformError>;

    /// Closes this window, if the browser allows it.
    fn close_window(&self);

    /// Lets the page draw its changes.
    async fn draw(&self);

    /// The vertical scroll position of the page, in CSS pixels.
    fn scrolled(&self) -> i32;

    /// Scrolls to this vertical position, in CSS pixels.
    fn scroll_to(&self, y: i32);

    /// Leaves for another page. A return without an error only means that the browser has started to leave.
    fn navigate(&self, url: &str) -> Result<(), PlatformError>;

    /// Replaces the address and the history entry of this page with another path of this origin. Nothing is loaded.
    fn replace_url(&self, path: &str);

    /// Sends a request without redirects, cookies, cache or referrer. Time and size are limited.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError>;

    /// Verifies a signature with WebCrypto. Some browsers do not support EdDSA.
    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError>;

    /// Computes SHA-512 of a text with WebCrypto.
    async fn sha512(&self, text: &str) -> Result<Vec<u8>, PlatformError>;
}
