//! The trait for everything that the session needs from a browser. `browser::BrowserPlatform` implements it for a real
//! browser. Tests use a fake.

use zeroize::Zeroizing;

use super::error::PlatformError;
use super::moment::Moment;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::SignatureToCheck;

/// What the session of one tab needs from the browser.
#[allow(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Platform {
    /// Reads both clocks together.
    fn now(&self) -> Moment;

    /// 32 bytes from the browser's cryptographic random number generator.
    ///
    /// # Errors
    /// `RandomUnavailable` if the generator fails.
    fn random(&self) -> Result<[u8; 32], PlatformError>;

    /// Checks that this page may start a sign-in.
    ///
    /// # Errors
    /// - `CryptoUnavailable`: the page is not in a secure context, so there is no WebCrypto.
    /// - `InFrame`: the page is inside a frame.
    fn check(&self) -> Result<(), PlatformError>;

    /// Stores a record for this tab (`sessionStorage`).
    ///
    /// # Errors
    /// `StorageFull` if there is no space left, otherwise `StorageBlocked`.
    fn tab_set(&self, key: &str, record: &str) -> Result<(), PlatformError>;

    /// Reads a record of this tab, and does not remove it. `None` if there is no record.
    ///
    /// # Errors
    /// `StorageBlocked` if the browser blocks the storage.
    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// Reads a record of this tab and removes it. `None` if there is no record.
    ///
    /// # Errors
    /// `StorageBlocked` if the browser blocks the storage.
    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// The keys of this tab's records that start with `prefix`. Empty if the storage is blocked.
    fn tab_keys(&self, prefix: &str) -> Vec<String>;

    /// Claims a name, so that only one tab of this browser continues. Returns `false` if the name was already claimed
    /// in the last ten minutes. If the browser cannot store claims, the result is `true`. That is safe for an
    /// authorization code, because the provider redeems a code only once.
    async fn claim(&self, name: &str) -> bool;

    /// Reads the value of this key, which all tabs of this browser share (`localStorage`). `None` if there is no value.
    /// When a tab changes a value, the other tabs call [`Driver::tick`](super::driver::Driver::tick).
    fn shared_get(&self, key: &str) -> Option<String>;

    /// Stores the value of this key for all tabs of this browser. `None` removes the key.
    fn shared_set(&self, key: &str, value: Option<&str>);

    /// Sends a message to all other tabs of this app.
    fn broadcast(&self, message: &str);

    /// Acquires the lock of this name. Returns `false` if another tab of this browser holds it. The lock is released
    /// when the page is unloaded, and at the latest after [`LEAVING_MAX_MS`](super::state::LEAVING_MAX_MS). In a
    /// browser without locks the result is `true`.
    async fn lock(&self, name: &str) -> bool;

    /// Offers an authorization response to the window that waits for it on this channel. Returns `true` when that
    /// window has accepted it, and `false` after two seconds without a reply.
    async fn offer(&self, channel: &str, response: &str) -> bool;

    /// Starts to listen on this channel for an authorization response from another window, see [`offer`](Self::offer).
    /// The future resolves to the response. Dropping the future stops listening. `None` if the browser has no
    /// `BroadcastChannel`.
    fn receive(&self, channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static>;

    /// Opens a small window at this URL. The new page gets no reference to this window: its `opener` is `null`.
    ///
    /// # Errors
    /// `WindowBlocked` if the browser opens no window.
    fn open_window(&self, url: &str) -> Result<(), PlatformError>;

    /// Closes this window, if the browser allows it.
    fn close_window(&self);

    /// Waits for a later task of the browser, so that the browser can update the page first.
    async fn next_task(&self);

    /// The vertical scroll position of the page, in CSS pixels.
    fn scrolled(&self) -> i32;

    /// Scrolls to this vertical position, in CSS pixels.
    fn scroll_to(&self, y: i32);

    /// Leaves for another page. `Ok` means only that the browser has started to leave.
    ///
    /// # Errors
    /// `NavigationRefused` if the browser does not start to leave.
    fn navigate(&self, url: &str) -> Result<(), PlatformError>;

    /// Replaces the URL of the current history entry with another path of this origin. The browser does not load that
    /// path. The router of the app is notified.
    fn replace_url(&self, path: &str);

    /// Sends a request without cookies, cache and referrer. A redirect is an error. The request states the limits of
    /// time and length.
    ///
    /// # Errors
    /// - `TimedOut`, `ResponseTooLong`: the response exceeds a limit of the request.
    /// - `BlockedByPolicy`, `BlockedByCors`, `Offline`: the browser reports this cause.
    /// - `Unreachable`: every other cause.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError>;

    /// Verifies a signature with WebCrypto. Returns `false` if the signature does not match.
    ///
    /// # Errors
    /// `CryptoUnavailable` if there is no WebCrypto, or if it does not support the algorithm. Some browsers do not
    /// support EdDSA.
    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError>;

    /// Computes the SHA-512 hash of a text with WebCrypto.
    ///
    /// # Errors
    /// `CryptoUnavailable` if there is no WebCrypto.
    async fn sha512(&self, text: &str) -> Result<Vec<u8>, PlatformError>;
}
