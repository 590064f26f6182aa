//! The order of effects: what is saved before leaving, what is taken before exchanging, what is wiped before
//! signing out. The driver is the one owner of the tokens.
//!
//! ```text
//! driver.rs  sign_in, resume, sign_out, tick     driver/renew.rs    a new token for who is signed in
//!                                                driver/call.rs     what spends the token
//!                                                driver/restore.rs  what starts without a click
//! ```

mod call;
mod renew;
mod restore;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use zeroize::Zeroizing;

use super::error::{PlatformError, SignInError};
use super::moment::Moment;
use super::platform::Platform;
use super::renewal::Renewal;
use super::state::{Arrival, AtProvider, Event, SessionState, SignedIn, Why};
use crate::protocol::authorize::{Before, PendingSignIn, Randomness, STORAGE_PREFIX};
use crate::protocol::callback::Callback;
use crate::protocol::config::Config;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::end_session;
use crate::protocol::error::Misbehaviour;
use crate::protocol::http::{HttpRequest, HttpResponse};
use crate::protocol::id_token::Authenticated;
use crate::protocol::jwks::Jwks;
use crate::protocol::options::{Prompt, SignInOptions};
use crate::protocol::return_to::ReturnTo;
use crate::protocol::secret::CsrfToken;
use crate::protocol::snapshot::{self, Snapshot};
use crate::protocol::tab_message::TabMessage;
use crate::protocol::userinfo::Profile;

/// Where the `state` of the sign-out request waits for the provider's answer.
const SIGN_OUT_KEY: &str = "visma-connect-spa:sign-out";

/// Where the mark of the last sign-out in any tab of this browser is remembered.
const SIGN_OUT_MARK: &str = "visma-connect-spa:signed-out";

/// Where a tab remembers, for all pages in its history, whose session it has begun last: in a fingerprint.
const OWNER_KEY: &str = "visma-connect-spa:owner";

/// How often the clocks are read while the time matters.
const LOOK_EVERY_MS: i64 = 1_000;

/// How many wait before they are asked whether they still do.
const MAX_WAITING: usize = 64;

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

/// Whose session it is. It outlives the token, for the renewal of what has expired.
#[derive(Clone)]
struct Whose {
    fingerprints: Before,
    login_hint: Option<String>,
    tenant_hint: Option<String>,
}

/// Tokens that have passed every check, and when they were asked for.
struct Redeemed {
    tokens: Authenticated,
    started_at: Moment,
}

/// A request on its way. Behind a pointer, since a future within a future is code of its own.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, PlatformError>> + 'a>>;

/// What came of a callback.
enum Outcome {
    Redeemed(Box<Redeemed>),
    HandedOver,
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
    /// Counts what the person began. An answer to an older attempt is dropped.
    attempt: Cell<u32>,
    /// Counts the sessions, renewed ones as one. What was asked for in an older one is dropped.
    session: Cell<u32>,
    /// Counts the tokens.
    token: Cell<u32>,
    /// Those who wait for something to change.
    waiting: RefCell<Vec<Waker>>,
    renewal: RefCell<Renewal>,
    /// What the last renewal has asked for.
    asked: RefCell<SignInOptions>,
    /// Counts the renewals. An answer to an older one is dropped.
    round: Cell<u32>,
    /// Whose session this is, or was until its time had passed.
    whose: RefCell<Option<Whose>>,
    /// The APIs that have refused the present token.
    refused: RefCell<Vec<String>>,
    kept: RefCell<Snapshot>,
    /// Where the person was when a sign-in began that nobody pressed anything for.
    silent_from: RefCell<Option<ReturnTo>>,
    is_other_elsewhere: Cell<bool>,
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
            sign_out_seen: RefCell::new(platform.recall(SIGN_OUT_MARK)),
            platform,
            config,
            state: RefCell::new(SessionState::Unauthenticated(Why::NotYet)),
            tokens: RefCell::new(None),
            provider: RefCell::new(ProviderStatus::Unknown),
            metadata: RefCell::new(None),
            is_fetching_metadata: Cell::new(false),
            attempt: Cell::new(0),
            session: Cell::new(0),
            token: Cell::new(0),
            waiting: RefCell::new(Vec::new()),
            renewal: RefCell::new(Renewal::None),
            asked: RefCell::new(SignInOptions::default()),
            round: Cell::new(0),
            whose: RefCell::new(None),
            refused: RefCell::new(Vec::new()),
            kept: RefCell::new(Snapshot::default()),
            silent_from: RefCell::new(None),
            is_other_elsewhere: Cell::new(false),
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
        waiting.unwrap_or_default().into_iter().for_each(Waker::wake);
    }

    /// Asks to be woken when something changes.
    fn wait(&self, context: &Context<'_>) {
        if self.waiting.borrow().len() > MAX_WAITING {
            // Those whose wait is over do not come back.
            self.wake();
        }
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|known| known.will_wake(context.waker())) {
            waiting.push(context.waker().clone());
        }
    }

    /// Waits until this is so.
    async fn until(&self, is_so: &dyn Fn() -> bool) {
        poll_fn(|context| {
            if is_so() {
                return Poll::Ready(());
            }
            self.wait(context);
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
        poll_fn(|context| {
            if self.session.get() != session {
                return Poll::Ready(None);
            }
            self.wait(context);
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
        let answer = self.send(discovery::request(self.config)).await;
        self.is_fetching_metadata.set(false);
        self.wake();
        let metadata = Metadata::from_response(self.config, &answer?)?;
        self.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    /// Leaves for the provider's sign-in page. A second call while leaving does nothing.
    ///
    /// `return_to` is a path of this app; anything else becomes home.
    pub async fn sign_in(&self, return_to: &str) {
        self.sign_in_with(return_to, SignInOptions::default()).await;
    }

    /// [`sign_in`](Self::sign_in), asking for more than the configuration does.
    pub async fn sign_in_with(&self, return_to: &str, options: SignInOptions) {
        self.start(return_to, options, false).await;
    }

    async fn start(&self, return_to: &str, options: SignInOptions, is_silent: bool) {
        if !self.apply(Event::SignInStarted(self.platform.now())) {
            return;
        }
        let attempt = self.begin_attempt();
        // While the metadata comes, the person may stop, or the wait may be too long.
        let is_current =
            || self.attempt.get() == attempt && matches!(*self.state.borrow(), SessionState::Redirecting { .. });
        if let Err(error) = self.leave(&is_current, return_to, options, is_silent).await
            && self.attempt.get() == attempt
        {
            self.apply(Event::SignInFailed(error));
        }
    }

    async fn leave(
        &self,
        is_current: &dyn Fn() -> bool,
        return_to: &str,
        options: SignInOptions,
        is_silent: bool,
    ) -> Result<(), SignInError> {
        self.platform.check()?;
        let metadata = self.metadata().await?;
        if self.provider.replace(ProviderStatus::Ready) != ProviderStatus::Ready {
            self.changed();
        }
        if !is_current() {
            return Ok(());
        }
        self.sweep();
        let pending = self.pending(&metadata, return_to, options)?;
        let pending = if is_silent { pending.silent() } else { pending };
        let record = Zeroizing::new(pending.to_record());
        self.platform.save(&pending.storage_key(), &record)?;
        self.save_kept();
        if is_silent {
            self.remember_silent();
        }
        self.platform.navigate(&pending.authorization_url(self.config))?;
        Ok(())
    }

    fn pending(
        &self,
        metadata: &Metadata,
        return_to: &str,
        options: SignInOptions,
    ) -> Result<PendingSignIn, SignInError> {
        let randomness = Randomness {
            verifier: self.platform.random()?,
            state: self.platform.random()?,
            nonce: self.platform.random()?,
        };
        let return_to = ReturnTo::parse(return_to, self.config);
        let now = self.platform.now().unix_time();
        let mut before = self.whose.borrow().as_ref().map(|whose| whose.fingerprints.clone());
        let is_unstated = self.whose.borrow().as_ref().is_some_and(|whose| whose.tenant_hint.is_none());
        if let (Some(before), Some(Prompt::SelectAccount), true) = (&mut before, options.prompt, is_unstated) {
            // Another company would look the same: what comes back goes on for nobody.
            before.owner.clear();
        }
        let pending = PendingSignIn::new(self.config, metadata, randomness, now, return_to);
        Ok(pending.asking(options, self.config).renewing(before))
    }

    /// Keeps what the person was doing for the way back, for this person at this company alone.
    fn save_kept(&self) {
        let whose = self.whose.borrow();
        let (Some(whose), Ok(mut kept)) = (whose.as_ref(), self.kept.try_borrow_mut()) else { return };
        kept.scroll = self.platform.scrolled();
        let key = [snapshot::STORAGE_PREFIX, &whose.fingerprints.owner].concat();
        if kept.is_empty() && kept.scroll == 0 {
            let _ = self.platform.take(&key);
            return;
        }
        // Without room for it the sign-in is still worth having.
        let _ = self.platform.save(&key, &kept.to_record(self.platform.now().unix_time()));
    }

    /// Takes back what this person was doing, once; what others were doing is removed unread.
    fn take_kept(&self, whose: Option<&Before>) -> Option<Snapshot> {
        let own = whose.map(|whose| [snapshot::STORAGE_PREFIX, &whose.owner].concat());
        let mut found = None;
        for key in self.platform.keys(snapshot::STORAGE_PREFIX) {
            let record = self.platform.take(&key);
            if own.as_ref() == Some(&key)
                && let Ok(Some(record)) = record
            {
                found = Snapshot::from_record(&record, self.platform.now().unix_time());
            }
        }
        found
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
        for key in self.platform.keys(snapshot::STORAGE_PREFIX) {
            if let Ok(Some(record)) = self.platform.take(&key)
                && Snapshot::from_record(&record, now).is_some()
            {
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
        let is_current = || self.attempt.get() == attempt;
        match self.exchange(&is_current, &taken).await {
            Ok(Outcome::Redeemed(redeemed)) if is_current() => {
                drop(taken);
                self.enter(*redeemed, false).await;
            }
            Ok(Outcome::HandedOver) if is_current() => {
                self.apply(Event::AnswerHandedOver);
                self.platform.close_window();
            }
            Err(error) if is_current() => {
                let needs_the_person = error.needs_the_person();
                self.apply(Event::SignInFailed(error));
                if let Some(from) = self.silent_from.take().filter(|_| needs_the_person) {
                    self.start_by_itself(from.as_str(), SignInOptions::default(), false).await;
                }
            }
            // The person did something else meanwhile: what came is dropped, and with it the tokens.
            _ => {}
        }
    }

    /// The session begins, goes on, or becomes another's: tokens that have passed every check. A page that goes on as
    /// it is stays where it is.
    async fn enter(&self, redeemed: Redeemed, goes_on: bool) {
        let Redeemed { tokens, started_at } = redeemed;
        let whose = Before::of(self.config.authority().as_str(), tokens.subject(), tokens.company());
        let arrival = match tokens.before() {
            None => Arrival::First,
            Some(before) if *before == whose => Arrival::Renewed,
            Some(before) if before.person == whose.person => Arrival::OtherCompany,
            Some(_) => Arrival::OtherPerson,
        };
        let mut signed_in = SignedIn::new(&tokens, started_at, self.config.warn_seconds(), arrival);
        let mut userinfo = tokens.userinfo_request();
        if userinfo.is_none() {
            signed_in = signed_in.without_userinfo();
        }
        let (subject, return_to) = (tokens.subject().to_owned(), tokens.return_to().clone());
        let mut scroll = 0;
        let event = if goes_on && arrival == Arrival::Renewed {
            if let Some(known) = self.state.borrow().signed_in().filter(|known| known.has_profile()) {
                signed_in = signed_in.with_profile_of(known);
                userinfo = None;
            }
            Event::Renewed(signed_in)
        } else {
            if goes_on {
                // What is on the screen is somebody else's, or another company's: it leaves before anything new is
                // shown.
                self.forget_person();
                self.apply(Event::OthersTokensArrived);
                let attempt = self.begin_attempt();
                self.platform.draw().await;
                if self.attempt.get() != attempt {
                    return;
                }
            } else {
                let own = matches!(arrival, Arrival::First | Arrival::Renewed).then_some(&whose);
                let kept = self.take_kept(own).unwrap_or_default();
                scroll = kept.scroll;
                self.kept.replace(kept);
            }
            Event::TokensVerified(signed_in)
        };
        // Without room for it, pages from before this one are only told apart by signing out.
        let _ = self.platform.save(OWNER_KEY, &whose.owner);
        self.hold(tokens, whose);
        if !self.apply(event) {
            self.end_of_token();
            return;
        }
        if !goes_on {
            self.platform.replace_url(return_to.as_str());
        }
        // The answer may have taken longer than the token lives, and somebody may have signed out elsewhere.
        self.tick();
        if self.state.borrow().signed_in().is_some() {
            self.announce();
        }
        if scroll > 0 {
            self.platform.draw().await;
            self.platform.scroll_to(scroll);
        }
        let is_over = self.state.borrow().signed_in().is_none();
        let Some(request) = userinfo.filter(|_| !is_over) else { return };
        // The request holds the token: it ends with the session.
        let Some(answer) = self.send_within_session(request).await else { return };
        let profile = answer
            .map_err(SignInError::from)
            .and_then(|answer| Profile::from_response(&answer, &subject).map_err(SignInError::from));
        if let (Ok(profile), Some(whose)) = (&profile, self.whose.borrow_mut().as_mut()) {
            whose.login_hint.clone_from(&profile.email);
        }
        self.apply(Event::ProfileArrived(profile));
    }

    /// Takes the tokens in the place of older ones.
    fn hold(&self, tokens: Authenticated, whose: Before) {
        let tenant_hint = tokens.company().map(|company| company.tenant_id().to_owned());
        let login_hint = self.whose.take().filter(|known| known.fingerprints.person == whose.person);
        let login_hint = login_hint.and_then(|known| known.login_hint);
        self.whose.replace(Some(Whose { fingerprints: whose, login_hint, tenant_hint }));
        self.tokens.replace(Some(tokens));
        self.token.set(self.token.get().wrapping_add(1));
        self.refused.borrow_mut().clear();
        self.is_other_elsewhere.set(false);
    }

    /// Tells the other tabs who is signed in here, in a fingerprint, and remembers that there is a session.
    fn announce(&self) {
        let person = self.whose.borrow().as_ref().map(|whose| whose.fingerprints.person.clone());
        if let Some(person) = person {
            self.remember_session();
            self.platform.tell(&TabMessage::SignedIn { person }.to_text());
        }
    }

    async fn exchange(&self, is_current: &dyn Fn() -> bool, taken: &str) -> Result<Outcome, SignInError> {
        let callback = Callback::parse(taken)?;
        // Taken before anything is sent: a second run of the same callback finds nothing.
        let Some(record) = self.platform.take(&callback.storage_key())?.map(Zeroizing::new) else {
            // Another window may have begun this, and may wait for it.
            return if self.platform.offer(&callback.channel(), taken).await {
                Ok(Outcome::HandedOver)
            } else {
                Err(Misbehaviour::StateUnknown.into())
            };
        };
        let pending = PendingSignIn::from_record(&record, self.config, self.platform.now().unix_time())?;
        let signed_out_ms = self.platform.recall(SIGN_OUT_MARK).and_then(|mark| mark.parse::<i64>().ok());
        if pending.goes_on()
            && signed_out_ms.is_some_and(|ms| ms.div_euclid(1_000) >= pending.started_at().as_seconds())
        {
            // Somebody has signed out since: there is no session to go on with.
            return Err(Misbehaviour::StateUnknown.into());
        }
        if pending.is_silent() {
            // It came back: the next one may be tried, too.
            self.forget_silent();
            self.silent_from.replace(Some(pending.return_to().clone()));
        }
        self.redeem(is_current, pending, callback).await.map(Outcome::Redeemed)
    }

    /// The code of a callback that answers this request becomes tokens that have passed every check.
    async fn redeem(
        &self,
        is_current: &dyn Fn() -> bool,
        pending: PendingSignIn,
        callback: Callback,
    ) -> Result<Box<Redeemed>, SignInError> {
        let exchange = pending.accept(callback)?;
        self.platform.check()?;
        // A duplicated tab has a copy of the record.
        if !self.platform.claim(&exchange.claim_name()).await {
            return Err(Misbehaviour::FinishedElsewhere.into());
        }
        if !is_current() {
            return Err(Misbehaviour::StateUnknown.into());
        }
        // For the next sign-in or renewal, which then leaves at once.
        self.metadata.borrow_mut().get_or_insert_with(|| exchange.metadata().clone());
        let started_at = self.platform.now();

        // Side by side; a refused code ends the wait for the keys, failed keys do not end the wait for the tokens.
        let mut asking = self.send(exchange.request());
        let mut asking_keys = self.config.jwks().is_none().then(|| self.send(exchange.keys_request()));
        let keys_again = exchange.keys_request();
        let mut keys = None;
        let answer = poll_fn(|context| {
            let answer = asking.as_mut().poll(context);
            if let Some(Poll::Ready(answer)) = asking_keys.as_mut().map(|asking| asking.as_mut().poll(context)) {
                keys = Some(answer);
                asking_keys = None;
            }
            answer
        })
        .await?;
        let tokens = exchange.finish(&answer)?;
        if let Some(asking) = asking_keys {
            keys = Some(asking.await);
        }

        let check = match (keys, self.config.jwks()) {
            (_, Some(jwks)) => tokens.signature_to_check(jwks),
            (Some(keys), None) => match tokens.signature_to_check(&Jwks::from_response(&keys?)?) {
                // The keys may have been rotated since: once more, and only once.
                Err(Misbehaviour::IdTokenKeyUnknown) => {
                    tokens.signature_to_check(&Jwks::from_response(&self.send(keys_again).await?)?)
                }
                check => check,
            },
            (None, None) => Err(Misbehaviour::IdTokenKeyUnknown),
        }?;
        let is_valid = self.platform.verify(&check).await?;
        let tokens = tokens.accept(check.conclude(is_valid)?, self.platform.now().unix_time())?;
        Ok(Box::new(Redeemed { tokens, started_at }))
    }

    /// Ends the session: first here and in every other tab, completely, then at the provider.
    pub fn sign_out(&self) {
        let tokens = self.tokens.take();
        let parting = tokens.map(Authenticated::into_sign_out);
        self.begin_attempt();
        // A sign-in that waits for its answer in this tab is over, too.
        self.remove_pending();
        let now = self.platform.now();
        let mark = now.wall_ms.to_string();
        self.forget_person();
        self.forget_session();
        self.platform.remember(SIGN_OUT_MARK, Some(&mark));
        self.platform.tell(&TabMessage::SignedOut { mark: mark.clone() }.to_text());
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
        let mark = self.platform.recall(SIGN_OUT_MARK);
        if mark == *self.sign_out_seen.borrow() {
            return;
        }
        self.sign_out_seen.replace(mark);
        self.end_here();
    }

    /// Somebody else has ended the session: another tab, or the provider.
    fn end_here(&self) {
        let is_exchanging = matches!(*self.state.borrow(), SessionState::Exchanging);
        if is_exchanging || self.whose.borrow().is_some() {
            self.begin_attempt();
            self.remove_pending();
            self.forget_person();
            self.apply(Event::SessionEnded(AtProvider::MayRemain));
        }
    }

    /// Ends the session of a page out of the back/forward cache when somebody else has signed in in this tab since, or
    /// the same person for another company.
    fn leave_to_the_owner(&self) {
        let own = self.whose.borrow().as_ref().map(|whose| whose.fingerprints.owner.clone());
        if let (Some(own), Ok(Some(owner))) = (own, self.platform.take(OWNER_KEY)) {
            let _ = self.platform.save(OWNER_KEY, &owner);
            if own != owner {
                self.begin_attempt();
                self.whose.take();
                self.kept.take();
                self.apply(Event::SessionEnded(AtProvider::MayRemain));
            }
        }
    }

    /// Removes what waits in this tab for an answer.
    fn remove_pending(&self) {
        for key in self.platform.keys(STORAGE_PREFIX) {
            let _ = self.platform.take(&key);
        }
    }

    /// Nothing of the person is left in this tab.
    fn forget_person(&self) {
        self.whose.take();
        self.kept.take();
        self.take_kept(None);
        for key in self.platform.keys(OWNER_KEY) {
            let _ = self.platform.take(&key);
        }
        self.is_other_elsewhere.set(false);
    }

    /// Another tab has said something.
    pub fn heard(&self, message: &str) {
        match TabMessage::parse(message) {
            Some(TabMessage::SignedOut { mark }) if self.sign_out_seen.borrow().as_ref() != Some(&mark) => {
                self.sign_out_seen.replace(Some(mark));
                self.end_here();
            }
            Some(TabMessage::SignedIn { person }) => {
                let own = self.whose.borrow().as_ref().map(|whose| whose.fingerprints.person.clone());
                let is_other = own.is_some_and(|own| own != person);
                if self.is_other_elsewhere.replace(is_other) != is_other {
                    self.changed();
                }
            }
            Some(TabMessage::FrontChannelLogout { iss, sid }) => {
                let is_ours = iss == self.config.authority().as_str()
                    && self.tokens.borrow().as_ref().and_then(Authenticated::session_id) == Some(sid.as_str());
                if is_ours {
                    self.forget_session();
                    self.end_here();
                }
            }
            Some(TabMessage::SignedOut { .. }) | None => {}
        }
    }

    /// Whether another tab of this browser is signed in as somebody else.
    pub fn is_other_elsewhere(&self) -> bool {
        self.is_other_elsewhere.get() && self.state.borrow().signed_in().is_some()
    }

    /// Keeps the value of a form's field for as long as this person is at it: over a renewal, and over the way to the
    /// provider and back. Never a password; what has the access token in it is not kept. Returns whether it was kept.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        let is_token = self.tokens.borrow().as_ref().is_some_and(|tokens| tokens.is_token_in(value));
        let is_kept = !is_token && self.whose.borrow().is_some() && self.kept.borrow_mut().keep(name, value);
        if is_kept && matches!(*self.renewal.borrow(), Renewal::Leaving { .. }) {
            // The provider's page takes its time, and the person types on.
            self.save_kept();
        }
        is_kept
    }

    /// What was kept under this name.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.kept.borrow().kept(name).map(str::to_owned)
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
        self.apply(Event::TimePassed(now));
        self.look_at_renewal(now);
    }

    /// The browser brought the page back from its back/forward cache.
    pub fn page_restored(&self) {
        self.apply(Event::PageRestored);
        self.came_back();
        self.leave_to_the_owner();
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
            *state = SessionState::Unauthenticated(Why::NotYet);
        }
    }

    /// Whole seconds until the session ends; `None` when nobody is signed in.
    pub fn expires_in(&self) -> Option<u32> {
        Some(self.state.borrow().signed_in()?.expires_in(self.platform.now()))
    }
}
