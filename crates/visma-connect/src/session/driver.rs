//! The order of effects: what is saved before leaving, what is taken before exchanging, what is wiped before
//! signing out. The driver is the one owner of the tokens.
//!
//! ```text
//! driver.rs      what is held, how it changes, who waits for that, and the clock
//! leave.rs       a sign-in begins: saved, then left           callback.rs   it ends: taken, exchanged, verified
//! sign_out.rs    a session ends, here or in another tab       keep.rs       what outlives a renewal
//! renew.rs       a new token for who is signed in             call.rs       what spends the token
//! restore.rs     what starts without a click                  elsewhere.rs  what ends in another tab
//! ```

mod call;
mod callback;
mod elsewhere;
mod keep;
mod leave;
mod parts;
mod renew;
mod restore;
mod sign_out;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::api::{ApiError, ApiRequest, ApiResponse};
use super::errand::{Act, Errand};
use super::error::{PlatformError, SignInError};
use super::moment::Moment;
use super::platform::Platform;
use super::renewal::Renewal;
use super::state::{Event, SessionState, SignedOutReason};
use crate::protocol::config::Config;
use crate::protocol::discovery;
use crate::protocol::fingerprints::Fingerprints;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::Authenticated;
use crate::protocol::metadata::Metadata;
use crate::protocol::options::SignInOptions;
use crate::protocol::return_to::ReturnTo;
use crate::session::snapshot::Snapshot;

/// Where the mark of the last sign-out in any tab of this browser is remembered.
const SIGN_OUT_MARK: &str = "visma-connect-spa:signed-out";

/// How often the clocks are read while the time matters.
const LOOK_EVERY_MS: i64 = 1_000;

/// What is known of the provider before a click.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderStatus {
    /// Its metadata is on its way.
    Unknown,
    /// Its metadata is here.
    Ready,
    /// Its metadata could not be had; pressing the button tries again.
    Failed(SignInError),
}

/// Whose session it is. It outlives the token, for the renewal of what has expired.
#[derive(Clone)]
struct SessionOwner {
    fingerprints: Fingerprints,
    login_hint: Option<String>,
    /// The company, as far as tokens or UserInfo say so.
    tenant_hint: Option<String>,
    /// The tokens name the company, so that the fingerprints tell it from another.
    is_company_in_tokens: bool,
    /// The claim `sid`.
    session_id: Option<String>,
}

/// A request on its way. Behind a pointer, since a future within a future is code of its own.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, PlatformError>> + 'a>>;

/// One who waits for something to change, until it is dropped.
struct Waiter<'a> {
    all: &'a RefCell<Vec<(u32, Waker)>>,
    id: u32,
}

impl Waiter<'_> {
    /// Asks to be woken when something changes.
    fn wait(&self, context: &Context<'_>) {
        let mut all = self.all.borrow_mut();
        all.retain(|(id, _)| *id != self.id);
        all.push((self.id, context.waker().clone()));
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.all.try_borrow_mut() {
            all.retain(|(id, _)| *id != self.id);
        }
    }
}

/// A platform whose page may come in parts. Without anything of its own it is one that does everything at once.
#[expect(async_fn_in_trait, reason = "wasm has one thread: the futures need not be Send")]
pub trait Parts: Platform + Sized + 'static {
    /// Does what may wait for its code. A browser whose page comes in parts waits until the code is here.
    async fn run(driver: &Driver<Self>, errand: Errand) {
        driver.run(errand).await;
    }

    /// Does what cannot wait. A browser where the code is missing does nothing: no user is signed in there.
    fn act(driver: &Driver<Self>, act: Act<'_>) -> bool {
        driver.act(act)
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
    provider: RefCell<ProviderStatus>,
    metadata: RefCell<Option<Metadata>>,
    /// A click waits for the fetch that already runs.
    is_fetching_metadata: Cell<bool>,
    /// Counts what the user began. A response to an older attempt is dropped.
    attempt: Cell<u32>,
    /// Counts the sessions, renewed ones as one. What was asked for in an older one is dropped.
    session: Cell<u32>,
    /// Counts the tokens.
    token: Cell<u32>,
    /// Those who wait for something to change.
    waiting: RefCell<Vec<(u32, Waker)>>,
    /// Counts them.
    waiters: Cell<u32>,
    renewal: RefCell<Renewal>,
    /// What the last renewal has asked for.
    asked: RefCell<SignInOptions>,
    /// Counts the renewals. A response to an older one is dropped.
    round: Cell<u32>,
    /// Whose session this is, or was until its time had passed.
    whose: RefCell<Option<SessionOwner>>,
    /// The APIs that have refused the present token.
    refused: RefCell<Vec<String>>,
    /// The APIs that want to hear nothing until then, and whether they said so themselves.
    waits: RefCell<Vec<(String, Moment, bool)>>,
    kept: RefCell<Snapshot>,
    /// Where the user was when a sign-in started without a click.
    silent_from: RefCell<Option<ReturnTo>>,
    /// Where the user wanted to go with a sign-in that began in another tab: a sign-in from the callback page returns
    /// there.
    wanted: RefCell<Option<ReturnTo>>,
    other_user_in_another_tab: Cell<bool>,
    /// Whether this page has written whose session it is for the other pages of this tab.
    is_owner_known: Cell<bool>,
    /// The mark of the last sign-out that this tab knows.
    sign_out_seen: RefCell<Option<String>>,
    /// The app broke: nothing that comes later counts.
    is_stopped: Cell<bool>,
    on_change: Box<dyn Fn()>,
}

impl<P: Parts> Driver<P> {
    /// A signed-out session. `on_change` is called after each change of [`state`](Self::state) or
    /// [`provider`](Self::provider).
    pub fn new(platform: P, config: &'static Config, on_change: Box<dyn Fn()>) -> Self {
        Self {
            sign_out_seen: RefCell::new(platform.shared_get(SIGN_OUT_MARK)),
            platform,
            config,
            state: RefCell::new(SessionState::Unauthenticated(SignedOutReason::NotYet)),
            tokens: RefCell::new(None),
            provider: RefCell::new(ProviderStatus::Unknown),
            metadata: RefCell::new(None),
            is_fetching_metadata: Cell::new(false),
            attempt: Cell::new(0),
            session: Cell::new(0),
            token: Cell::new(0),
            waiting: RefCell::new(Vec::new()),
            waiters: Cell::new(0),
            renewal: RefCell::new(Renewal::None),
            asked: RefCell::new(SignInOptions::default()),
            round: Cell::new(0),
            whose: RefCell::new(None),
            refused: RefCell::new(Vec::new()),
            waits: RefCell::new(Vec::new()),
            kept: RefCell::new(Snapshot::default()),
            silent_from: RefCell::new(None),
            wanted: RefCell::new(None),
            other_user_in_another_tab: Cell::new(false),
            is_owner_known: Cell::new(false),
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
        self.provider.borrow().clone()
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
        self.session.set(self.session.get().wrapping_add(1));
        // Nothing here may fail: it runs when the app has broken, too.
        if let Ok(mut tokens) = self.tokens.try_borrow_mut() {
            tokens.take();
        }
        if let Ok(mut refused) = self.refused.try_borrow_mut() {
            refused.clear();
        }
    }

    fn changed(&self) {
        (self.on_change)();
        self.wake();
    }

    fn wake(&self) {
        let waiting = self.waiting.try_borrow_mut().map(|mut waiting| std::mem::take(&mut *waiting));
        waiting.unwrap_or_default().into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// A place among those who wait.
    fn waiter(&self) -> Waiter<'_> {
        self.waiters.set(self.waiters.get().wrapping_add(1));
        Waiter { all: &self.waiting, id: self.waiters.get() }
    }

    /// Waits until this is so.
    async fn until(&self, is_so: &dyn Fn() -> bool) {
        let waiter = self.waiter();
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
        let session = self.session.get();
        let mut sending = self.send(request);
        let waiter = self.waiter();
        poll_fn(|context| {
            if self.session.get() != session {
                return Poll::Ready(None);
            }
            waiter.wait(context);
            sending.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// What was begun before does not count any more, a renewal included.
    fn begin_attempt(&self) -> u32 {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        self.end_renewal();
        self.attempt.get()
    }

    /// Fetches the provider's metadata while the user reads the page, and removes what older sign-ins have left.
    pub async fn prepare(&self) {
        P::act(self, Act::Sweep);
        let status = match self.metadata().await {
            Ok(_) => ProviderStatus::Ready,
            Err(error) => ProviderStatus::Failed(error),
        };
        if self.is_stopped.get() {
            return;
        }
        self.provider.replace(status);
        self.changed();
    }

    async fn metadata(&self) -> Result<Metadata, SignInError> {
        if let Some(metadata) = self.config.metadata() {
            return Ok(metadata.clone());
        }
        self.until(&|| !self.is_fetching_metadata.get()).await;
        if let Some(metadata) = &*self.metadata.borrow() {
            return Ok(metadata.clone());
        }
        self.is_fetching_metadata.set(true);
        let response = self.send(discovery::request(self.config)).await;
        self.is_fetching_metadata.set(false);
        self.wake();
        let metadata = discovery::metadata(self.config, &response?)?;
        self.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    /// Whether the provider lets the user choose an account or company. `true` while nothing is known.
    pub fn can_select_account(&self) -> bool {
        let known = self.metadata.borrow();
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
            _ if self.renewal.borrow().since().is_some() => LOOK_EVERY_MS,
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
        let has_failed = matches!(*self.renewal.borrow(), Renewal::Failed(_));
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
        P::act(self, Act::HearFrontChannel);
        self.end_if_owner_changed();
        self.tick();
    }

    /// The app broke or has gone: the tokens go, and whatever comes later changes nothing. It draws nothing and cannot
    /// fail, whatever was borrowed when the app broke.
    pub fn stop(&self) {
        self.is_stopped.set(true);
        self.attempt.set(self.attempt.get().wrapping_add(1));
        self.round.set(self.round.get().wrapping_add(1));
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
