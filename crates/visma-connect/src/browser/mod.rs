//! Calls of browser APIs. In this crate, only this module uses `web_sys`, `js_sys`, `gloo` and `getrandom`. Each file
//! covers one feature of the browser.

pub mod clock;
pub mod crypto;
pub mod csp;
pub mod focus;
pub mod http;
pub mod locks;
pub mod navigation;
pub mod panic;
pub mod parts;
pub mod random;
pub mod storage;
pub mod tabs;
pub mod wake;

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::SignatureToCheck;
use crate::session::api::ApiRequest;
use crate::session::deferred::{Deferred, Immediate};
use crate::session::driver::{Call, Driver, Parts};
use crate::session::error::PlatformError;
use crate::session::moment::Moment;
use crate::session::platform::Platform;

/// The [`Platform`] of a real browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserPlatform;

impl BrowserPlatform {
    /// Creates the platform. Also starts to listen for connections that the page's own content security policy blocks.
    pub fn new() -> Self {
        csp::listen();
        Self
    }
}

impl Parts for BrowserPlatform {
    async fn run_deferred(driver: &Driver<Self>, deferred: Deferred) {
        parts::run_deferred(driver, deferred).await;
    }

    fn run_now(driver: &Driver<Self>, immediate: Immediate<'_>) -> bool {
        parts::run_now(driver, immediate)
    }

    fn call(driver: Rc<Driver<Self>>, api: String, request: ApiRequest) -> Call {
        parts::call(driver, api, request)
    }

    async fn is_complete(&self) -> bool {
        parts::settled().await
    }

    async fn settle(driver: &Driver<Self>) {
        parts::settle(driver).await;
    }
}

impl Platform for BrowserPlatform {
    fn now(&self) -> Moment {
        clock::now()
    }

    fn random(&self) -> Result<[u8; 32], PlatformError> {
        random::random()
    }

    fn check(&self) -> Result<(), PlatformError> {
        crypto::check()?;
        if navigation::is_framed() { Err(PlatformError::InFrame) } else { Ok(()) }
    }

    fn tab_set(&self, key: &str, record: &str) -> Result<(), PlatformError> {
        storage::save(key, record)
    }

    fn tab_get(&self, key: &str) -> Result<Option<String>, PlatformError> {
        storage::get(key)
    }

    fn tab_take(&self, key: &str) -> Result<Option<String>, PlatformError> {
        storage::take(key)
    }

    fn tab_keys(&self, prefix: &str) -> Vec<String> {
        storage::keys(prefix)
    }

    async fn claim(&self, name: &str) -> bool {
        locks::claim(name).await
    }

    fn shared_get(&self, key: &str) -> Option<String> {
        tabs::shared_get(key)
    }

    fn shared_set(&self, key: &str, value: Option<&str>) {
        tabs::shared_set(key, value);
    }

    fn broadcast(&self, message: &str) {
        tabs::broadcast(message);
    }

    async fn lock(&self, name: &str) -> bool {
        locks::lock(name).await
    }

    async fn offer(&self, channel: &str, response: &str) -> bool {
        tabs::offer(channel, response).await
    }

    fn receive(&self, channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static> {
        tabs::receive(channel)
    }

    fn open_window(&self, url: &str) -> Result<(), PlatformError> {
        navigation::open_window(url)
    }

    fn close_window(&self) {
        navigation::close_window();
    }

    async fn next_task(&self) {
        http::next_task().await;
    }

    fn scrolled(&self) -> i32 {
        navigation::scrolled()
    }

    fn scroll_to(&self, y: i32) {
        navigation::scroll_to(y);
    }

    fn navigate(&self, url: &str) -> Result<(), PlatformError> {
        navigation::leave_for(url)
    }

    fn replace_url(&self, path: &str) {
        navigation::go_to(path);
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError> {
        http::send(request).await
    }

    async fn verify(&self, check: &SignatureToCheck) -> Result<bool, PlatformError> {
        crypto::verify(check).await
    }

    async fn sha512(&self, text: &str) -> Result<Vec<u8>, PlatformError> {
        crypto::sha512(text).await
    }
}
