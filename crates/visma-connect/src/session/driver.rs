//! The order of effects: what is saved before leaving, what is taken before exchanging, what is wiped before
//! signing out. The driver is the one owner of the tokens.
//!
//! ```text
//! driver.rs      what is held, how it changes, who waits for that, and the clock
//! leave.rs       a sign-in begins: saved, then left           callback.rs   it ends: taken, exchanged, verified
//! sign_out.rs    a session ends, here or in another tab       keep.rs       what outlives a renewal
//! renew.rs       a new token for who is signed in             call.rs       what spends the token
//! restore.rs     what starts without a click                  elsewhere.rs  what ends in another tab
//! memory.rs      what a session holds, in groups              api_gate.rs   which APIs may be called now
//! generation.rs  what is current and what is older            waiters.rs    who waits for a change
//! ```

mod api_gate;
mod call;
mod callback;
mod elsewhere;
mod generation;
mod keep;
mod leave;
mod memory;
mod parts;
mod renew;
mod restore;
mod sign_out;
mod waiters;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use self::api_gate::ApiGate;
use self::generation::Generation;
pub use self::memory::ProviderStatus;
use self::memory::{OtherTabs, PageMemory, ProviderMemory, RenewalAttempt, SessionOwner};
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

/// Where the mark of the last sign-out in any tab of this browser is remembered.
const SIGN_OUT_MARK: &str = "visma-connect-spa:signed-out";

/// How often the clocks are read while the time matters.
const LOOK_EVERY_MS: i64 = 1_000;

/// A request on its way. Behind a pointer, since a future within a future is code of its own.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, PlatformError>> + 'a>>;

/// A platform whose page may come in parts. Without anything of its own it is one that does everything at once.
#[expect(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Parts: Platform + Sized + 'static {
    /// Does what may wait for its code. A browser whose page comes in parts waits until the code is here.
    async fn run_deferred(driver: &Driver<Self>, deferred: Deferred) {
        driver.run_deferred(deferred).await;
    }

    /// Does what cannot wait. A browser where the code is missing does nothing: no user is signed in there.
    fn run_now(driver: &Driver<Self>, immediate: Immediate<'_>) -> bool {
        driver.run_now(immediate)
    }

    /// [`Driver::call`].
    async fn call(driver: &Driver<Self>, api: &str, request: &ApiRequest) -> Result<ApiResponse, ApiError> {
        driver.call(api, request).await
    }

    /// Waits until what may come later is here, or is known to be missing. Returns whether it is here.
    async fn is_complete(&self) -> bool {
        true
    }

    /// Nothing else is to be done: a browser may fetch what will be needed next.
    async fn settle(driver: &Driver<Self>) {
        let _ = driver;
    }
}

/// One session in one tab.
pub struct Driver<P> {
    platform: P,
    /// A page has one configuration for as long as it lives.
    config: &'static Config,
    state: RefCell<SessionState>,
    tokens: RefCell<Option<Authenticated>>,
    /// Whose session this is, or was until its time had passed.
    owner: RefCell<Option<SessionOwner>>,
    provider: ProviderMemory,
    renewal: RenewalAttempt,
    apis: ApiGate,
    page: PageMemory,
    other_tabs: OtherTabs,
    waiters: Waiters,
    /// Of what the user began. A response to an older attempt is dropped.
    attempt: Generation,
    /// Of the session, renewals included. What was requested in an older one is dropped.
    session: Generation,
    /// Of the access token.
    token: Generation,
    /// The app broke: what comes later does not count.
    is_stopped: Cell<bool>,
    on_change: Box<dyn Fn()>,
}

impl<P: Parts> Driver<P> {
    /// A signed-out session. `on_change` is called after each change of [`state`](Self::state) or
    /// [`provider`](Self::provider).
    pub fn new(platform: P, config: &'static Config, on_change: Box<dyn Fn()>) -> Self {
        Self {
            other_tabs: OtherTabs::new(platform.shared_get(SIGN_OUT_MARK)),
            platform,
            config,
            state: RefCell::new(SessionState::Unauthenticated(SignedOutReason::NotYet)),
            tokens: RefCell::new(None),
            owner: RefCell::new(None),
            provider: ProviderMemory::default(),
            renewal: RenewalAttempt::default(),
            apis: ApiGate::default(),
            page: PageMemory::default(),
            waiters: Waiters::default(),
            attempt: Generation::default(),
            session: Generation::default(),
            token: Generation::default(),
            is_stopped: Cell::new(false),
            on_change,
        }
    }

    /// Who is signed in.
    pub fn state(&self) -> SessionState {
        self.state.borrow().clone()
    }

    /// What is known of the provider.
    pub fn provider(&self) -> ProviderStatus {
        self.provider.status.borrow().clone()
    }

    /// The browser, or what stands in for it.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Applies an event and returns whether it changed anything.
    fn apply(&self, event: Event) -> bool {
        if self.is_stopped.get() {
            return false;
        }
        let before = self.state.replace(SessionState::Unauthenticated(SignedOutReason::NotYet));
        let (after, has_changed) = before.step(event);
        if !has_changed {
            self.state.replace(after);
            return false;
        }
        // Drop the token before the change of the state is visible.
        if after.signed_in().is_none() {
            self.end_of_token();
        }
        self.state.replace(after);
        self.changed();
        true
    }

    fn end_of_token(&self) {
        self.session.next();
        // Nothing here may fail: it runs when the app has broken, too.
        if let Ok(mut tokens) = self.tokens.try_borrow_mut() {
            tokens.take();
        }
        self.apis.accept_all();
    }

    fn changed(&self) {
        (self.on_change)();
        self.wake();
    }

    fn wake(&self) {
        self.waiters.wake();
    }

    /// Waits until this is so.
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

    /// Sends what holds the token: `None` when the session ends first, and the request with it.
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

    /// What was begun before does not count any more, a renewal included.
    fn begin_attempt(&self) -> u32 {
        self.attempt.next();
        self.end_renewal();
        self.attempt.current()
    }

    /// Fetches the provider's metadata while the user reads the page, and removes what older sign-ins have left.
    pub async fn prepare(&self) {
        P::run_now(self, Immediate::Sweep);
        let status = match self.metadata().await {
            Ok(_) => ProviderStatus::Ready,
            Err(error) => ProviderStatus::Failed(error),
        };
        if self.is_stopped.get() {
            return;
        }
        self.provider.status.replace(status);
        self.changed();
    }

    async fn metadata(&self) -> Result<Metadata, SignInError> {
        if let Some(metadata) = self.config.metadata() {
            return Ok(metadata.clone());
        }
        self.until(&|| !self.provider.is_fetching.get()).await;
        if let Some(metadata) = &*self.provider.metadata.borrow() {
            return Ok(metadata.clone());
        }
        self.provider.is_fetching.set(true);
        let response = self.send(discovery::request(self.config)).await;
        self.provider.is_fetching.set(false);
        self.wake();
        let metadata = discovery::metadata(self.config, &response?)?;
        self.provider.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    /// Whether the provider lets the user choose an account or company. `true` while nothing is known.
    pub fn can_select_account(&self) -> bool {
        let known = self.provider.metadata.borrow();
        self.config.metadata().or(known.as_ref()).is_none_or(|metadata| metadata.selects_account)
    }

    /// In how many milliseconds to look at the clocks again: each second while the time matters, and exactly when the
    /// session ends. `None` while nothing depends on the time.
    pub fn next_look_ms(&self) -> Option<u32> {
        let now = self.platform.now();
        let left = match &*self.state.borrow() {
            SessionState::Authenticated(signed_in) => {
                signed_in.ms_left(now).min(signed_in.ms_until_warning(now).max(0))
            }
            SessionState::ExpiringSoon(signed_in) => signed_in.ms_left(now),
            SessionState::Redirecting { .. } | SessionState::SigningOut { .. } => LOOK_EVERY_MS,
            _ if self.renewal.state.borrow().since().is_some() => LOOK_EVERY_MS,
            SessionState::Unauthenticated(_) | SessionState::Expired | SessionState::Exchanging => return None,
        };
        u32::try_from(left.clamp(0, LOOK_EVERY_MS)).ok()
    }

    /// Looks at the clocks, and for a sign-out elsewhere. Call it as [`next_look_ms`](Self::next_look_ms) says, and
    /// whenever the page wakes up.
    pub fn tick(&self) {
        self.follow_sign_out();
        let now = self.platform.now();
        let has_changed = self.apply(Event::TimePassed(now));
        let has_failed = matches!(*self.renewal.state.borrow(), Renewal::Failed(_));
        if has_changed && has_failed && matches!(*self.state.borrow(), SessionState::Expired) {
            // Now the page has to say that the session has ended, not that a renewal failed before.
            self.cancel_renewal();
        }
        self.look_at_renewal(now);
    }

    /// The browser brought the page back from its back/forward cache.
    pub fn page_restored(&self) {
        self.apply(Event::PageRestored);
        self.on_page_restored();
        P::run_now(self, Immediate::HearFrontChannel);
        self.end_if_owner_changed();
        self.tick();
    }

    /// The app broke or has gone: the tokens go, and whatever comes later changes nothing. It draws nothing and cannot
    /// fail, whatever was borrowed when the app broke.
    pub fn stop(&self) {
        self.is_stopped.set(true);
        self.attempt.next();
        self.renewal.generation.next();
        self.end_of_token();
        self.wake();
        if let Ok(mut state) = self.state.try_borrow_mut() {
            *state = SessionState::Unauthenticated(SignedOutReason::NotYet);
        }
    }

    /// Whole seconds until the session ends; `None` when the user is signed out.
    pub fn expires_in(&self) -> Option<u32> {
        Some(self.state.borrow().signed_in()?.expires_in(self.platform.now()))
    }
}
