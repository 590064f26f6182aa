//! The port: everything that the session needs of a browser. `browser::BrowserPlatform` is the real one; tests
//! have a fake.

use super::error::PlatformError;
use super::moment::Moment;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::SignatureToCheck;

/// What the session asks of the browser. One tab, one person, one thread.
#[expect(async_fn_in_trait, reason = "wasm has one thread: nobody needs the futures to be Send")]
pub trait Platform {
    /// Both clocks, read together.
    fn now(&self) -> Moment;

    /// 32 bytes of the browser's cryptographic random number generator.
    fn random(&self) -> Result<[u8; 32], PlatformError>;

    /// Whether a sign-in may begin here: a secure context with WebCrypto, and not inside a frame.
    fn check(&self) -> Result<(), PlatformError>;

    /// Keeps a record in this tab's storage.
    fn save(&self, key: &str, record: &str) -> Result<(), PlatformError>;

    /// Reads a record and removes it, in this order and without anything between.
    fn take(&self, key: &str) -> Result<Option<String>, PlatformError>;

    /// The keys of this tab's records that begin so.
    fn keys(&self, prefix: &str) -> Vec<String>;

    /// Claims a name for this tab, once in ten minutes among all tabs of this browser: `false` when another has it.
    /// A browser that cannot remember claims grants them all; the provider redeems a code once in any case.
    async fn claim(&self, name: &str) -> bool;

    /// The mark of the last sign-out in any tab of this browser, if there was one.
    fn last_sign_out(&self) -> Option<String>;

    /// Leaves a new mark, which every tab of this browser sees at once or when it wakes up.
    fn mark_sign_out(&self, mark: &str);

    /// Leaves for another page. Returning only means that the browser has begun to.
    fn navigate(&self, url: &str) -> Result<(), PlatformError>;

    /// Changes this page's address and history entry to another path of this origin, without loading anything.
    fn replace_url(&self, path: &str);

    /// Sends a request: no redirect followed, no cookie, no cache, no referrer, in bounded time and size.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError>;

    /// Asks WebCrypto whether this RS256 signature is the key's.
    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError>;
}
