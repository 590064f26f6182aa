//! The order of effects: what is saved before leaving, what is taken before exchanging, what is wiped before
//! signing out. The driver is the one owner of the tokens.

use std::cell::{Cell, RefCell};

use futures_util::future::{AbortHandle, abortable, try_join};
use futures_util::lock::Mutex;
use zeroize::Zeroizing;

use super::error::SignInError;
use super::platform::Platform;
use super::state::{AtProvider, Event, SessionState, SignedIn, Why};
use crate::protocol::authorize::{PendingSignIn, Randomness, STORAGE_PREFIX};
use crate::protocol::callback::Callback;
use crate::protocol::config::Config;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::end_session;
use crate::protocol::error::Misbehaviour;
use crate::protocol::http::HttpRequest;
use crate::protocol::id_token::Authenticated;
use crate::protocol::jwks::Jwks;
use crate::protocol::return_to::ReturnTo;
use crate::protocol::secret::CsrfToken;
use crate::protocol::userinfo::Profile;

/// Where the `state` of the sign-out request waits for the provider's answer.
const SIGN_OUT_KEY: &str = "visma-connect-spa:sign-out";

/// How often the clocks are read while the time matters.
const LOOK_EVERY_MS: i64 = 1_000;

/// What is known of the provider before anybody presses the button.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderStatus {
    /// Its metadata is on its way.
    Unknown,
    /// Its metadata is here.
    Ready,
    /// Its metadata could not be had; pressing the button tries again.
    Failed(SignInError),
}

/// One session in one tab.
pub struct Driver<P> {
    platform: P,
    /// A page has one configuration for as long as it lives.
    config: &'static Config,
    state: RefCell<SessionState>,
    tokens: RefCell<Option<Authenticated>>,
    provider: RefCell<ProviderStatus>,
    /// Locked while the metadata is fetched, so that a click waits for the fetch that already runs.
    metadata: Mutex<Option<Metadata>>,
    /// Counts what the person began. An answer to an older attempt is dropped.
    attempt: Cell<u32>,
    /// Ends the request that carries the token.
    on_end: RefCell<Option<AbortHandle>>,
    /// The mark of the last sign-out that this tab knows.
    sign_out_seen: RefCell<Option<String>>,
    /// The app broke: nothing that comes later counts.
    is_stopped: Cell<bool>,
    on_change: Box<dyn Fn()>,
}

impl<P: Platform> Driver<P> {
    /// A session with nobody in it. `on_change` is called after each change of [`state`](Self::state) or
    /// [`provider`](Self::provider).
    pub fn new(platform: P, config: &'static Config, on_change: Box<dyn Fn()>) -> Self {
        Self {
            sign_out_seen: RefCell::new(platform.last_sign_out()),
            platform,
            config,
            state: RefCell::new(SessionState::Unauthenticated(Why::NotYet)),
            tokens: RefCell::new(None),
            provider: RefCell::new(ProviderStatus::Unknown),
            metadata: Mutex::new(None),
            attempt: Cell::new(0),
            on_end: RefCell::new(None),
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
        let before = self.state.replace(SessionState::Unauthenticated(Why::NotYet));
        let (after, has_changed) = before.step(event);
        if !has_changed {
            self.state.replace(after);
            return false;
        }
        // The token goes before anybody can see that the session has ended.
        if after.signed_in().is_none() {
            self.tokens.take();
            self.abort();
        }
        self.state.replace(after);
        (self.on_change)();
        true
    }

    fn abort(&self) {
        if let Ok(mut on_end) = self.on_end.try_borrow_mut()
            && let Some(handle) = on_end.take()
        {
            handle.abort();
        }
    }

    fn begin_attempt(&self) -> u32 {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        self.attempt.get()
    }

    /// Fetches the provider's metadata while the person reads the page, and removes what older sign-ins have left.
    pub async fn prepare(&self) {
        self.sweep();
        let status = match self.metadata().await {
            Ok(_) => ProviderStatus::Ready,
            Err(error) => ProviderStatus::Failed(error),
        };
        if self.is_stopped.get() {
            return;
        }
        self.provider.replace(status);
        (self.on_change)();
    }

    async fn metadata(&self) -> Result<Metadata, SignInError> {
        if let Some(metadata) = self.config.metadata() {
            return Ok(metadata.clone());
        }
        let mut known = self.metadata.lock().await;
        if let Some(metadata) = &*known {
            return Ok(metadata.clone());
        }
        let answer = self.platform.send(discovery::request(self.config)).await?;
        let metadata = Metadata::from_response(self.config, &answer)?;
        *known = Some(metadata.clone());
        Ok(metadata)
    }

    /// Leaves for the provider's sign-in page. A second call while leaving does nothing.
    ///
    /// `return_to` is a path of this app; anything else becomes home.
    pub async fn sign_in(&self, return_to: &str) {
        if !self.apply(Event::SignInStarted(self.platform.now())) {
            return;
        }
        let attempt = self.begin_attempt();
        if let Err(error) = self.leave(attempt, return_to).await
            && self.attempt.get() == attempt
        {
            self.apply(Event::SignInFailed(error));
        }
    }

    async fn leave(&self, attempt: u32, return_to: &str) -> Result<(), SignInError> {
        self.platform.check()?;
        let metadata = self.metadata().await?;
        if self.provider.replace(ProviderStatus::Ready) != ProviderStatus::Ready {
            (self.on_change)();
        }
        // While the metadata came, the person may have stopped, or the wait may have been too long.
        if self.attempt.get() != attempt || !matches!(*self.state.borrow(), SessionState::Redirecting { .. }) {
            return Ok(());
        }
        self.sweep();
        let randomness = Randomness {
            verifier: self.platform.random()?,
            state: self.platform.random()?,
            nonce: self.platform.random()?,
        };
        let return_to = ReturnTo::parse(return_to, self.config);
        let now = self.platform.now().unix_time();
        let pending = PendingSignIn::new(self.config, &metadata, randomness, now, return_to);
        let record = Zeroizing::new(pending.to_record());
        self.platform.save(&pending.storage_key(), &record)?;
        self.platform.navigate(&pending.authorization_url(self.config))?;
        Ok(())
    }

    /// Removes the records of sign-ins that nobody finished.
    fn sweep(&self) {
        let now = self.platform.now().unix_time();
        for key in self.platform.keys(STORAGE_PREFIX) {
            if let Ok(Some(record)) = self.platform.take(&key)
                && PendingSignIn::from_record(&record, self.config, now).is_ok()
            {
                // Still waiting. A storage that refuses it now refuses the next one with an error of its own.
                let _ = self.platform.save(&key, &record);
            }
        }
    }

    /// Finishes a sign-in on the callback page, from `location.search + location.hash` as they were taken.
    pub async fn resume(&self, taken: Zeroizing<String>) {
        if !self.apply(Event::CallbackOpened) {
            return;
        }
        let attempt = self.begin_attempt();
        match self.exchange(attempt, &taken).await {
            Ok((tokens, signed_in)) if self.attempt.get() == attempt => {
                drop(taken);
                let userinfo = tokens.userinfo_request();
                let subject = tokens.subject().to_owned();
                let return_to = tokens.return_to().clone();
                self.tokens.replace(Some(tokens));
                let signed_in = if userinfo.is_some() { signed_in } else { signed_in.without_userinfo() };
                if !self.apply(Event::TokensVerified(signed_in)) {
                    self.tokens.take();
                    return;
                }
                self.platform.replace_url(return_to.as_str());
                // The answer may have taken longer than the token lives.
                self.tick();
                let is_over = self.state.borrow().signed_in().is_none();
                if let Some(request) = userinfo.filter(|_| !is_over) {
                    self.load_profile(attempt, request, &subject).await;
                }
            }
            Err(error) if self.attempt.get() == attempt => {
                self.apply(Event::SignInFailed(error));
            }
            // The person did something else meanwhile: what came is dropped, and with it the tokens.
            _ => {}
        }
    }

    async fn exchange(&self, attempt: u32, taken: &str) -> Result<(Authenticated, SignedIn), SignInError> {
        let callback = Callback::parse(taken)?;
        // Taken before anything is sent: a second run of the same callback finds nothing.
        let record = self.platform.take(&callback.storage_key())?.map(Zeroizing::new);
        let record = record.ok_or(Misbehaviour::StateUnknown)?;
        let started_at = self.platform.now();
        let exchange = PendingSignIn::from_record(&record, self.config, started_at.unix_time())?.accept(callback)?;
        self.platform.check()?;
        // A duplicated tab has a copy of the record.
        if !self.platform.claim(&exchange.claim_name()).await {
            return Err(Misbehaviour::FinishedElsewhere.into());
        }
        if self.attempt.get() != attempt {
            return Err(Misbehaviour::StateUnknown.into());
        }

        let (request, keys_request, keys_again) =
            (exchange.request(), exchange.keys_request(), exchange.keys_request());
        let tokens = async {
            let answer = self.platform.send(request).await?;
            Ok::<_, SignInError>(exchange.finish(&answer)?)
        };
        // Side by side; a refused code ends the wait for the keys, failed keys do not end the wait for the tokens.
        let keys = async { Ok(self.keys(keys_request).await) };
        let (tokens, keys) = try_join(tokens, keys).await?;

        let check = match tokens.signature_to_check(&keys?) {
            // The keys may have been rotated since: once more, and only once.
            Err(Misbehaviour::IdTokenKeyUnknown) if self.config.jwks().is_none() => {
                tokens.signature_to_check(&self.keys(keys_again).await?)
            }
            check => check,
        }?;
        let is_valid = self.platform.verify(&check).await?;
        let tokens = tokens.accept(check.conclude(is_valid)?, self.platform.now().unix_time())?;
        let signed_in = SignedIn::new(&tokens, started_at);
        Ok((tokens, signed_in))
    }

    async fn keys(&self, request: HttpRequest) -> Result<Jwks, SignInError> {
        if let Some(jwks) = self.config.jwks() {
            return Ok(jwks.clone());
        }
        Ok(Jwks::from_response(&self.platform.send(request).await?)?)
    }

    async fn load_profile(&self, attempt: u32, request: HttpRequest, subject: &str) {
        let profile = async {
            let answer = self.platform.send(request).await?;
            Ok::<_, SignInError>(Profile::from_response(&answer, subject)?)
        };
        // The request holds the token: it ends with the session.
        let (profile, handle) = abortable(profile);
        self.on_end.replace(Some(handle));
        if let Ok(profile) = profile.await
            && self.attempt.get() == attempt
        {
            self.apply(Event::ProfileArrived(profile));
        }
    }

    /// Ends the session: first here and in every other tab, completely, then at the provider.
    pub fn sign_out(&self) {
        let tokens = self.tokens.take();
        let parting = tokens.map(Authenticated::into_sign_out);
        self.begin_attempt();
        // A sign-in that waits for its answer in this tab is over, too.
        for key in self.platform.keys(STORAGE_PREFIX) {
            let _ = self.platform.take(&key);
        }
        let now = self.platform.now();
        let mark = now.wall_ms.to_string();
        self.platform.mark_sign_out(&mark);
        self.sign_out_seen.replace(Some(mark));
        // From here on Back, a reload or a dead authority show the signed-out page.
        self.platform.replace_url(self.config.post_logout_redirect_uri().path_and_query());
        let Some((hint, Some(endpoint))) = parting else {
            self.apply(Event::SessionEnded(AtProvider::MayRemain));
            return;
        };
        self.apply(Event::SignOutStarted(now));
        // Without randomness or storage the answer cannot be recognised; the page then says what it does not know.
        let left = self.platform.random().and_then(|random| {
            let state = CsrfToken::from_random(random);
            let _ = self.platform.save(SIGN_OUT_KEY, state.expose());
            self.platform.navigate(&end_session::url(&endpoint, self.config, &hint, &state))
        });
        if left.is_err() {
            self.apply(Event::SessionEnded(AtProvider::MayRemain));
        }
    }

    /// Ends the session when somebody has signed out in another tab, or in this tab's own past: the back/forward cache
    /// brings back pages that were signed in before it.
    fn follow_sign_out(&self) {
        // A mark that has vanished was cleared together with everything else of this site.
        let mark = self.platform.last_sign_out();
        if mark == *self.sign_out_seen.borrow() {
            return;
        }
        self.sign_out_seen.replace(mark);
        if matches!(*self.state.borrow(), SessionState::Authenticated(_) | SessionState::Exchanging) {
            self.begin_attempt();
            self.apply(Event::SessionEnded(AtProvider::MayRemain));
        }
    }

    /// The signed-out page was opened: by the provider with the `state` of the request, or otherwise.
    pub fn returned_from_sign_out(&self, taken: &str) {
        self.begin_attempt();
        let expected = self.platform.take(SIGN_OUT_KEY).ok().flatten();
        let returned = end_session::returned_state(taken);
        let has_ended = expected.is_some() && returned.as_ref().map(CsrfToken::expose) == expected.as_deref();
        self.apply(Event::SessionEnded(if has_ended { AtProvider::Ended } else { AtProvider::MayRemain }));
    }

    /// In how many milliseconds to look at the clocks again: each second while the time matters, and exactly when the
    /// session ends. `None` while nothing depends on the time.
    pub fn next_look_ms(&self) -> Option<u32> {
        let left = match &*self.state.borrow() {
            SessionState::Authenticated(signed_in) => signed_in.ms_left(self.platform.now()),
            SessionState::Redirecting { .. } | SessionState::SigningOut { .. } => LOOK_EVERY_MS,
            SessionState::Unauthenticated(_) | SessionState::Exchanging => return None,
        };
        u32::try_from(left.clamp(0, LOOK_EVERY_MS)).ok()
    }

    /// Looks at the clocks, and for a sign-out elsewhere. Call it as [`next_look_ms`](Self::next_look_ms) says, and whenever the page wakes up.
    pub fn tick(&self) {
        self.follow_sign_out();
        self.apply(Event::TimePassed(self.platform.now()));
    }

    /// The browser brought the page back from its back/forward cache.
    pub fn page_restored(&self) {
        self.apply(Event::PageRestored);
        self.tick();
    }

    /// The app broke or has gone: the tokens go, and whatever comes later changes nothing. It draws nothing and cannot
    /// fail, whatever was borrowed when the app broke.
    pub fn stop(&self) {
        self.is_stopped.set(true);
        self.begin_attempt();
        if let Ok(mut tokens) = self.tokens.try_borrow_mut() {
            tokens.take();
        }
        self.abort();
        if let Ok(mut state) = self.state.try_borrow_mut() {
            *state = SessionState::Unauthenticated(Why::NotYet);
        }
    }

    /// Whole seconds until the session ends; `None` when nobody is signed in.
    pub fn expires_in(&self) -> Option<u32> {
        Some(self.state.borrow().signed_in()?.expires_in(self.platform.now()))
    }
}
