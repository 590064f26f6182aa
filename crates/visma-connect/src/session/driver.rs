//! The driver of a session. It is the only owner of the tokens. It does every step of a sign-in, a renewal and a
//! sign-out in a fixed order. For example, it removes the record of a sign-in from storage before it exchanges the
//! code.
//!
//! ```text
//! leave.rs       starts a sign-in                  callback.rs   finishes a sign-in
//! sign_out.rs    ends a session                    keep.rs       keeps form fields during a renewal
//! renew.rs       gets a new token                  call.rs       calls APIs with the token
//! restore.rs     starts sign-ins without a click   other_tab.rs  gets a response from another tab
//! memory.rs      the data of a session             api_gate.rs   which APIs may be called now
//! generation.rs  detects outdated work             waiters.rs    futures that wait for a change
//! parts.rs       runs work whose code is loaded later
//! ```

mod api_gate;
mod call;
mod callback;
mod generation;
mod keep;
mod leave;
mod memory;
mod other_tab;
mod parts;
mod renew;
mod restore;
mod sign_out;
mod waiters;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use self::generation::Generation;
use self::memory::SessionOwner;
pub use self::memory::{ProviderStatus, SessionMemory};
use self::waiters::Waiters;
use super::api::{ApiError, ApiRequest, ApiResponse};
use super::deferred::{Deferred, Immediate};
use super::error::{PlatformError, SignInError};
use super::platform::Platform;
use super::renewal::Renewal;
use super::state::{Event, SessionState, SignedOutReason};
use crate::protocol::config::Config;
use crate::protocol::discovery;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::Authenticated;
use crate::protocol::metadata::Metadata;

/// The key in localStorage of the sign-out mark: the time of the last sign-out in this browser, in milliseconds since
/// 1970.
const SIGN_OUT_MARK: &str = "visma-connect-spa:signed-out";

/// The longest time between two reads of the clocks while the state depends on the time, in milliseconds.
const TICK_MS: i64 = 1_000;

/// The future of a sent request. It is boxed, because a future inside another future makes the wasm larger.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, PlatformError>> + 'a>>;

/// A running API call. Dropping it aborts the request.
pub type Call = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>>>>;

/// A platform that may load the code of the app in two parts. The default methods are for a platform that has loaded
/// all code.
#[allow(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Parts: Platform + Sized + 'static {
    /// Runs deferred work when its code is loaded.
    async fn run_deferred(driver: &Driver<Self>, deferred: Deferred) {
        driver.run_deferred(deferred).await;
    }

    /// Runs immediate work, and returns the result of [`Driver::run_now`]. If its code is not loaded, skips the work
    /// and returns `false`.
    fn run_now(driver: &Driver<Self>, immediate: Immediate<'_>) -> bool {
        driver.run_now(immediate)
    }

    /// Calls an API, see [`Driver::call`].
    ///
    /// # Errors
    /// The same as for [`Driver::call`].
    fn call(driver: Rc<Driver<Self>>, api: String, request: ApiRequest) -> Call {
        Box::pin(async move { driver.call(&api, &request).await })
    }

    /// Waits until the later part of the app is loaded or has failed to load. Returns whether it is loaded.
    async fn is_complete(&self) -> bool {
        true
    }

    /// Is called when the page has no other work. The platform may then load the later part of the app.
    async fn settle(driver: &Driver<Self>) {
        let _ = driver;
    }
}

/// The session of one tab.
pub struct Driver<P> {
    platform: P,
    /// The configuration. It does not change while the page exists.
    config: &'static Config,
    memory: SessionMemory,
    tokens: RefCell<Option<Authenticated>>,
    /// User and company of the session. They remain after the token has expired.
    owner: RefCell<Option<SessionOwner>>,
    waiters: Waiters,
    /// Counts attempts: sign-ins, callbacks and sign-outs. A response to an older attempt is dropped.
    attempt: Generation,
    /// Counts sessions. A renewal continues the session and does not change this number. A response to a request of an
    /// older session is dropped.
    session: Generation,
    /// Counts access tokens. It shows whether an API has refused the current token or an older one.
    token: Generation,
    /// Set by [`stop`](Self::stop). Later events then change nothing.
    is_stopped: Cell<bool>,
    on_change: Box<dyn Fn()>,
}

impl<P: Parts> Driver<P> {
    /// Creates a signed-out session. `on_change` is called after each change of [`memory`](Self::memory).
    pub fn new(platform: P, config: &'static Config, on_change: Box<dyn Fn()>) -> Self {
        Self {
            memory: SessionMemory::new(platform.shared_get(SIGN_OUT_MARK)),
            platform,
            config,
            tokens: RefCell::new(None),
            owner: RefCell::new(None),
            waiters: Waiters::default(),
            attempt: Generation::default(),
            session: Generation::default(),
            token: Generation::default(),
            is_stopped: Cell::new(false),
            on_change,
        }
    }

    /// The data that pages may read.
    pub fn memory(&self) -> &SessionMemory {
        &self.memory
    }

    /// The state of the session.
    pub fn state(&self) -> SessionState {
        self.memory.state()
    }

    /// The platform: the browser, or a fake in tests.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Applies an event to the state, and returns whether the state has changed.
    fn apply(&self, event: Event) -> bool {
        if self.is_stopped.get() {
            return false;
        }
        let before = self.memory.state.replace(SessionState::Unauthenticated(SignedOutReason::NotYet));
        let (after, has_changed) = before.step(event);
        if !has_changed {
            self.memory.state.replace(after);
            return false;
        }
        // Drop the token before the new state becomes visible.
        if after.signed_in().is_none() {
            self.drop_tokens();
        }
        self.memory.state.replace(after);
        self.changed();
        true
    }

    fn drop_tokens(&self) {
        self.session.next();
        // This function must not panic, because it also runs after a panic of the app.
        if let Ok(mut tokens) = self.tokens.try_borrow_mut() {
            tokens.take();
        }
        self.memory.apis.accept_all();
    }

    fn changed(&self) {
        (self.on_change)();
        self.wake();
    }

    fn wake(&self) {
        self.waiters.wake();
    }

    /// Waits until `is_so` returns `true`. `is_so` is called after each change.
    async fn until(&self, is_so: &dyn Fn() -> bool) {
        let waiter = self.waiters.waiter();
        poll_fn(|context| {
            if is_so() {
                return Poll::Ready(());
            }
            waiter.wait(context);
            Poll::Pending
        })
        .await;
    }

    fn send(&self, request: HttpRequest) -> Sending<'_> {
        Box::pin(self.platform.send(request))
    }

    /// Sends a request that contains the access token. If the session ends before the response arrives, the request is
    /// aborted and the result is `None`.
    async fn send_within_session(&self, request: HttpRequest) -> Option<Result<HttpResponse, PlatformError>> {
        let session = self.session.current();
        let mut sending = self.send(request);
        let waiter = self.waiters.waiter();
        poll_fn(|context| {
            if self.session.current() != session {
                return Poll::Ready(None);
            }
            waiter.wait(context);
            sending.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Starts a new attempt and returns its number. The results of older attempts and of the current renewal are
    /// dropped.
    fn begin_attempt(&self) -> u32 {
        self.attempt.next();
        self.end_renewal();
        self.attempt.current()
    }

    /// Fetches the provider's metadata, so that a later sign-in starts without a delay. Also removes expired records
    /// from sessionStorage.
    pub async fn prepare(&self) {
        P::run_now(self, Immediate::Sweep);
        let status = match self.metadata().await {
            Ok(_) => ProviderStatus::Ready,
            Err(error) => ProviderStatus::Failed(error),
        };
        if self.is_stopped.get() {
            return;
        }
        self.memory.provider.status.replace(status);
        self.changed();
    }

    async fn metadata(&self) -> Result<Metadata, SignInError> {
        if let Some(metadata) = self.config.metadata() {
            return Ok(metadata.clone());
        }
        self.until(&|| !self.memory.provider.is_fetching.get()).await;
        if let Some(metadata) = &*self.memory.provider.metadata.borrow() {
            return Ok(metadata.clone());
        }
        self.memory.provider.is_fetching.set(true);
        let response = self.send(discovery::request(self.config)).await;
        self.memory.provider.is_fetching.set(false);
        self.wake();
        let metadata = discovery::metadata(self.config, &response?)?;
        self.memory.provider.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    /// Milliseconds until [`tick`](Self::tick) must be called again. It is at most one second, and less if the warning
    /// or the end of the session is nearer. `None` while the state does not depend on the time.
    pub fn next_tick_ms(&self) -> Option<u32> {
        let now = self.platform.now();
        let left = match &*self.memory.state.borrow() {
            SessionState::Authenticated(signed_in) => {
                signed_in.ms_left(now).min(signed_in.ms_until_warning(now).max(0))
            }
            SessionState::ExpiringSoon(signed_in) => signed_in.ms_left(now),
            SessionState::Redirecting { .. } | SessionState::SigningOut { .. } => TICK_MS,
            _ if self.memory.renewal.state.borrow().since().is_some() => TICK_MS,
            SessionState::Unauthenticated(_) | SessionState::Expired | SessionState::Exchanging => return None,
        };
        u32::try_from(left.clamp(0, TICK_MS)).ok()
    }

    /// Reads the clocks, and checks whether the user has signed out in another tab. Call it after the time that
    /// [`next_tick_ms`](Self::next_tick_ms) returns, when the page becomes visible or gets the focus, and when another
    /// tab changes a shared value.
    pub fn tick(&self) {
        self.follow_sign_out();
        let now = self.platform.now();
        let has_changed = self.apply(Event::TimePassed(now));
        let has_failed = matches!(*self.memory.renewal.state.borrow(), Renewal::Failed(_));
        if has_changed && has_failed && matches!(*self.memory.state.borrow(), SessionState::Expired) {
            // The page must show that the session has ended, not that an earlier renewal has failed.
            self.cancel_renewal();
        }
        self.check_renewal(now);
    }

    /// Call it when the browser has restored this page from its back/forward cache.
    pub fn page_restored(&self) {
        self.apply(Event::PageRestored);
        self.on_page_restored();
        P::run_now(self, Immediate::ReadFrontChannelLogout);
        self.end_if_owner_changed();
        self.tick();
    }

    /// Stops the session, because the app has panicked or was removed. Removes the tokens. Later events change nothing.
    /// This method does not call `on_change`. It never panics, even if a `RefCell` of this session was borrowed when
    /// the app panicked.
    pub fn stop(&self) {
        self.is_stopped.set(true);
        self.attempt.next();
        self.memory.renewal.generation.next();
        self.drop_tokens();
        self.wake();
        if let Ok(mut state) = self.memory.state.try_borrow_mut() {
            *state = SessionState::Unauthenticated(SignedOutReason::NotYet);
        }
    }

    /// Seconds until the session ends, rounded up. `None` when the user is signed out.
    pub fn expires_in(&self) -> Option<u32> {
        Some(self.memory.state.borrow().signed_in()?.expires_in(self.platform.now()))
    }
}
