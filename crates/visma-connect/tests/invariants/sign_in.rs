//! Finishes a sign-in, beginning at the callback page, with the real driver in a fake browser that responds at once.
//! The function that verifies an ID token is not public, so only the driver can sign a user in.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Waker};

use visma_connect::User;
use visma_connect::protocol::http::{HttpRequest, HttpResponse};
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::session::driver::{Driver, Parts};
use visma_connect::session::error::PlatformError;
use visma_connect::session::moment::Moment;
use visma_connect::session::platform::Platform;
use zeroize::Zeroizing;

use super::{JWKS, NOW, callback, config, pending, pending_with_requirements, verify};

/// The storage key and the text of a record.
type Record = LazyLock<(String, String)>;

/// The records of [`pending`] and of [`pending_with_requirements`].
static RECORD: Record = LazyLock::new(|| (pending().storage_key(), pending().to_record()));
static RECORD_WITH_REQUIREMENTS: Record =
    LazyLock::new(|| (pending_with_requirements().storage_key(), pending_with_requirements().to_record()));

/// The result of a sign-in.
pub struct Ended {
    /// The signed-in user, if there is one.
    pub user: Option<User>,
    /// How many seconds the session lasts.
    pub expires_in: Option<u32>,
    /// The `Authorization` headers of all requests.
    pub spent: Vec<String>,
}

/// Finishes the sign-in of [`pending`] with the given token response. With `every_signature_is_good`, every signature
/// is accepted, so that only the header and the claims are tested.
pub fn finish(token_response: &[u8], every_signature_is_good: bool) -> Ended {
    finish_one(&RECORD, token_response, every_signature_is_good)
}

/// Finishes the sign-in of [`pending_with_requirements`] with the given token response. Every signature is accepted.
pub fn finish_with_requirements(token_response: &[u8]) -> Ended {
    finish_one(&RECORD_WITH_REQUIREMENTS, token_response, true)
}

fn finish_one(record: &'static Record, token_response: &[u8], every_signature_is_good: bool) -> Ended {
    let token_response = token_response.to_vec();
    let platform = AtOnce { record, token_response, every_signature_is_good, spent: RefCell::default() };
    let driver = Driver::new(platform, config(), Box::new(|| {}));
    let authorization_response = Zeroizing::new(callback::good());
    let is_done =
        pin!(driver.handle_callback(authorization_response)).poll(&mut Context::from_waker(Waker::noop())).is_ready();
    assert!(is_done, "the sign-in must finish at the first poll");
    let user = driver.state().signed_in().cloned();
    Ended { user, expires_in: driver.expires_in(), spent: driver.platform().spent.take() }
}

struct AtOnce {
    record: &'static Record,
    token_response: Vec<u8>,
    every_signature_is_good: bool,
    spent: RefCell<Vec<String>>,
}

impl Parts for AtOnce {}

impl Platform for AtOnce {
    fn now(&self) -> Moment {
        let ms = NOW.as_seconds() * 1_000;
        Moment { wall_ms: ms, monotonic_ms: ms }
    }

    fn random(&self) -> Result<[u8; 32], PlatformError> {
        Err(PlatformError::RandomUnavailable)
    }

    fn check(&self) -> Result<(), PlatformError> {
        Ok(())
    }

    fn tab_set(&self, _: &str, _: &str) -> Result<(), PlatformError> {
        Err(PlatformError::StorageBlocked)
    }

    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError> {
        self.tab_take(key)
    }

    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError> {
        Ok((key == self.record.0).then(|| self.record.1.clone()))
    }

    fn tab_keys(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    async fn claim(&self, _: &str) -> bool {
        true
    }

    fn shared_get(&self, _: &str) -> Option<String> {
        None
    }

    fn shared_set(&self, _: &str, _: Option<&str>) {}

    fn broadcast(&self, _: &str) {}

    async fn lock(&self, _: &str) -> bool {
        panic!("an automatic sign-in must not start");
    }

    async fn offer(&self, _: &str, _: &str) -> bool {
        false
    }

    fn receive(&self, _: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static> {
        None::<std::future::Pending<_>>
    }

    fn open_window(&self, url: &str) -> Result<(), PlatformError> {
        panic!("must not open {url}");
    }

    fn close_window(&self) {
        panic!("must not close the window");
    }

    async fn next_task(&self) {}

    fn scrolled(&self) -> i32 {
        0
    }

    fn scroll_to(&self, _: i32) {}

    fn navigate(&self, url: &str) -> Result<(), PlatformError> {
        panic!("must not leave for {url}");
    }

    fn replace_url(&self, path: &str) {
        assert_eq!(path, "/", "the user must return to the page of the record");
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError> {
        self.spent.borrow_mut().extend(request.authorization.map(|value| value.to_string()));
        let body = match request.url.as_str() {
            "https://connect.example/connect/token" => self.token_response.clone(),
            "https://connect.example/.well-known/openid-configuration/jwks" => JWKS.into(),
            "https://connect.example/connect/userinfo" => b"{}".to_vec(),
            other => panic!("unexpected request to {other}"),
        };
        Ok(HttpResponse::new(200, body))
    }

    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError> {
        Ok(self.every_signature_is_good || verify(check))
    }

    async fn sha512(&self, _: &str) -> Result<Vec<u8>, PlatformError> {
        unreachable!("only EdDSA uses SHA-512")
    }
}
