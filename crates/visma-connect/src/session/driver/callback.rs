//! Finishes a sign-in on the callback page: reads the authorization response, exchanges the code for tokens, checks the
//! tokens, and begins the session (RFC 6749 4.1, OpenID Connect Core 3.1).

use std::future::poll_fn;
use std::task::Poll;

use zeroize::Zeroizing;

use super::{Driver, Parts, SIGN_OUT_MARK, SessionOwner};
use crate::protocol::callback::Callback;
use crate::protocol::error::Misbehaviour;
use crate::protocol::fingerprints::Fingerprints;
use crate::protocol::id_token::Authenticated;
use crate::protocol::jwks::Jwks;
use crate::protocol::pending_sign_in::PendingSignIn;
use crate::protocol::return_to::ReturnTo;
use crate::protocol::userinfo::read_profile;
use crate::session::error::SignInError;
use crate::session::moment::Moment;
use crate::session::state::{Event, SessionChange, TIMER_SLACK_MS, User};
use crate::session::tab_message::TabMessage;

/// The key in sessionStorage of the fingerprint of the user and company whose session began last in this tab. All pages
/// in the history of the tab read the same value.
pub(super) const OWNER_KEY: &str = "visma-connect-spa:owner";

/// Tokens that have passed every check, and the moment at which they were requested.
pub(super) struct Redeemed {
    tokens: Authenticated,
    started_at: Moment,
}

impl Redeemed {
    /// Whether a session with these tokens has no time left.
    pub(super) fn is_over(&self, now: Moment) -> bool {
        self.started_at.ms_from(now) + i64::from(self.tokens.lifetime_seconds()) * 1_000 <= TIMER_SLACK_MS
    }
}

/// The result of a callback without an error.
pub(super) enum ExchangeOutcome {
    /// The code was exchanged for tokens, which have passed every check.
    Redeemed(Box<Redeemed>),
    /// The tab in which the sign-in began has accepted the response.
    HandedOver,
}

impl<P: Parts> Driver<P> {
    /// Finishes a sign-in on the callback page. `authorization_response` is `location.search + location.hash`,
    /// unchanged.
    pub async fn handle_callback(&self, authorization_response: Zeroizing<String>) {
        if self.open_callback() {
            self.finish_callback(authorization_response).await;
        }
    }

    /// Sets the state to `Exchanging`, in which it is not known whether the user is signed in. Returns whether the
    /// state has changed. If so, call [`run_deferred`](Self::run_deferred) with `FinishCallback`.
    pub fn open_callback(&self) -> bool {
        self.apply(Event::CallbackOpened)
    }

    /// Finishes the sign-in after [`open_callback`](Self::open_callback). `authorization_response` is the complete and
    /// unchecked response.
    pub(in crate::session) async fn finish_callback(&self, authorization_response: Zeroizing<String>) {
        let attempt = self.begin_attempt();
        // Forget the page of an earlier silent sign-in.
        self.memory.page.silent_from.take();
        let is_current = || self.attempt.current() == attempt;
        match self.exchange(&is_current, &authorization_response).await {
            Ok(ExchangeOutcome::Redeemed(redeemed)) if is_current() => {
                drop(authorization_response);
                self.establish_session(*redeemed, false).await;
            }
            Ok(ExchangeOutcome::HandedOver) if is_current() => {
                self.hand_over();
            }
            Err(error) if is_current() => {
                if error.ends_the_session() {
                    self.forget_session();
                }
                match self.memory.page.silent_from.take() {
                    // The user did not start a silent sign-in, so show no error. Show the page on which it began. A
                    // click there starts a new sign-in.
                    Some(from) => {
                        self.platform.replace_url(from.as_str());
                        self.apply(Event::SilentSignInEnded);
                    }
                    None => {
                        let began_in_other_tab = matches!(error, SignInError::Misbehaved(Misbehaviour::StateUnknown));
                        self.apply(Event::SignInFailed(error));
                        if began_in_other_tab {
                            self.keep_offering(&is_current, &authorization_response).await;
                        }
                    }
                }
            }
            // A newer attempt has begun. Drop the result with its tokens.
            _ => {}
        }
    }

    /// Reads the authorization response. If the sign-in began in this tab, exchanges the code for tokens. Otherwise
    /// offers the response to the tab in which the sign-in began.
    pub(super) async fn exchange(
        &self,
        is_current: &dyn Fn() -> bool,
        authorization_response: &str,
    ) -> Result<ExchangeOutcome, SignInError> {
        let callback = Callback::parse(authorization_response)?;
        // Remove the record before a request is sent. If the same callback is handled again, it must find no record.
        let Some(record) = self.platform.tab_take(&callback.storage_key())?.map(Zeroizing::new) else {
            return self.finish_in_other_tab(is_current, &callback, authorization_response).await;
        };
        self.remove_last_sign_in(Some(&callback.channel()));
        let pending = PendingSignIn::from_record(&record, self.config, self.platform.now().unix_time())?;
        if pending.is_silent() {
            self.memory.page.silent_from.replace(Some(pending.return_to().clone()));
        }
        if pending.continues_session() && self.platform.shared_get(SIGN_OUT_MARK).as_deref() != pending.signed_out() {
            // The user has signed out since this renewal began, so there is no session to continue.
            self.forget_user();
            return Err(Misbehaviour::SignInOver.into());
        }
        self.redeem(is_current, pending, callback).await.map(ExchangeOutcome::Redeemed)
    }

    /// Exchanges the code of `callback` for tokens, and checks them. `pending` is the sign-in of this callback.
    pub(super) async fn redeem(
        &self,
        is_current: &dyn Fn() -> bool,
        pending: PendingSignIn,
        callback: Callback,
    ) -> Result<Box<Redeemed>, SignInError> {
        let exchange = pending.accept(callback)?;
        self.platform.check()?;
        // If the user has duplicated the tab, both tabs have the record. Only one of them may redeem the code.
        if !self.platform.claim(&exchange.claim_name()).await {
            return Err(Misbehaviour::FinishedElsewhere.into());
        }
        if !is_current() {
            return Err(Misbehaviour::SignInOver.into());
        }
        // Store the metadata, so that the next sign-in or renewal need not fetch it.
        self.memory.provider.metadata.borrow_mut().get_or_insert_with(|| exchange.metadata().clone());
        let started_at = self.platform.now();

        // Send the token request and the request for the keys in parallel. If the provider refuses the code, do not
        // wait for the keys. If the request for the keys fails, still wait for the token response.
        let mut token_request = self.send(exchange.request());
        let mut keys_request = self.config.jwks().is_none().then(|| self.send(exchange.keys_request()));
        let keys_retry = exchange.keys_request();
        let mut keys = None;
        let response = poll_fn(|context| {
            let response = token_request.as_mut().poll(context);
            if let Some(Poll::Ready(response)) = keys_request.as_mut().map(|request| request.as_mut().poll(context)) {
                keys = Some(response);
                keys_request = None;
            }
            response
        })
        .await?;
        let tokens = exchange.finish(&response)?;
        if let Some(request) = keys_request {
            keys = Some(request.await);
        }

        let algorithm = self.config.id_token_algorithm();
        let check = match (keys, self.config.jwks()) {
            (_, Some(jwks)) => tokens.signature_to_check(jwks),
            (Some(keys), None) => match tokens.signature_to_check(&Jwks::from_response(&keys?, algorithm)?) {
                // The keys may have been rotated. Fetch them once more, and only once.
                Err(Misbehaviour::IdTokenKeyUnknown) => {
                    tokens.signature_to_check(&Jwks::from_response(&self.send(keys_retry).await?, algorithm)?)
                }
                check => check,
            },
            (None, None) => Err(Misbehaviour::IdTokenKeyUnknown),
        }?;
        let is_valid = self.platform.verify(&check).await?;
        let sha512 = match tokens.token_to_hash() {
            Some(token) => self.platform.sha512(token).await?,
            None => Vec::new(),
        };
        let tokens = tokens.accept(check.conclude(is_valid, sha512)?, self.platform.now().unix_time())?;
        Ok(Box::new(Redeemed { tokens, started_at }))
    }

    /// Stores tokens that have passed every check, and begins a session with them.
    ///
    /// `continues_session` is `true` after a renewal without a page load. Then the session continues if user and
    /// company are the same. Otherwise a new session replaces it. After such a renewal, the address changes only for
    /// another user.
    pub(super) async fn establish_session(&self, redeemed: Redeemed, continues_session: bool) {
        let Redeemed { tokens, started_at } = redeemed;
        let fingerprints = Fingerprints::of(self.config.authority().as_str(), tokens.subject(), tokens.company());
        let session_change = match tokens.before() {
            None => SessionChange::First,
            Some(before) if *before == fingerprints => SessionChange::Renewed,
            Some(before) if before.user == fingerprints.user => SessionChange::OtherCompany,
            Some(_) => SessionChange::OtherUser,
        };
        // The earlier company is not known if its fingerprint is empty or was made without a company.
        let is_confirmed = session_change == SessionChange::OtherCompany
            && tokens.company().is_some()
            && tokens.before().is_some_and(|before| {
                let unstated = Fingerprints::of(self.config.authority().as_str(), tokens.subject(), None);
                !before.owner.is_empty() && before.owner != unstated.owner
            });
        let mut signed_in = User::new(&tokens, started_at, self.config.warn_seconds(), session_change)
            .confirming_the_company(is_confirmed);
        let mut userinfo = tokens.userinfo_request();
        if userinfo.is_none() {
            signed_in = signed_in.without_userinfo();
        }
        let (subject, return_to) = (tokens.subject().to_owned(), tokens.return_to().clone());
        let mut scroll = 0;
        let event = if continues_session && session_change == SessionChange::Renewed {
            if let Some(known) = self.memory.state.borrow().signed_in().filter(|known| known.has_profile()) {
                // If only UserInfo has stated the company, the company may have changed. Then fetch UserInfo again.
                if signed_in.company().is_some() || known.company().is_none() {
                    userinfo = None;
                }
                signed_in = signed_in.with_profile_of(known);
            }
            Event::Renewed(signed_in)
        } else {
            if continues_session {
                // The screen still shows data of another user or another company. Remove it before the new session
                // begins.
                self.forget_user();
                self.apply(Event::OtherOwnersTokensArrived);
                let attempt = self.begin_attempt();
                self.platform.next_task().await;
                if self.attempt.current() != attempt {
                    return;
                }
            } else {
                let own =
                    matches!(session_change, SessionChange::First | SessionChange::Renewed).then_some(&fingerprints);
                let kept = self.take_kept(own).unwrap_or_default();
                scroll = kept.scroll;
                self.memory.page.kept.replace(kept);
            }
            Event::TokensVerified(signed_in)
        };
        // An older page of this tab compares its fingerprint with this value when the back/forward cache restores it.
        // If storing fails, such a page detects another user only if the earlier user has signed out.
        let is_stored = self.platform.tab_set(OWNER_KEY, &fingerprints.owner).is_ok();
        self.store_tokens(tokens, fingerprints, is_stored);
        if !self.apply(event) {
            self.drop_tokens();
            return;
        }
        if session_change == SessionChange::OtherUser {
            // The address belongs to a page of the previous user.
            self.platform.replace_url(ReturnTo::home(self.config).as_str());
        } else if !continues_session {
            self.platform.replace_url(return_to.as_str());
        }
        // The token may already have expired, because the response took too long. Or the user may have signed out in
        // another tab.
        self.tick();
        if self.memory.state.borrow().signed_in().is_some() {
            self.announce();
        }
        if scroll > 0 {
            self.platform.next_task().await;
            self.platform.scroll_to(scroll);
        }
        let is_over = self.memory.state.borrow().signed_in().is_none();
        let Some(request) = userinfo.filter(|_| !is_over) else { return };
        // The request contains the token, so it is aborted when the session ends.
        let Some(response) = self.send_within_session(request).await else { return };
        let profile = response
            .map_err(SignInError::from)
            .and_then(|response| read_profile(&response, &subject).map_err(SignInError::from));
        let mut is_other_company = false;
        if let (Ok(profile), Some(owner)) = (&profile, self.owner.borrow_mut().as_mut()) {
            if profile.email.is_some() {
                owner.login_hint.clone_from(&profile.email);
            }
            if let (Some(company), false) = (&profile.company, owner.is_company_in_tokens) {
                let before = owner.tenant_hint.replace(company.tenant_id().to_owned());
                is_other_company = before.is_some_and(|before| before != company.tenant_id());
            }
        }
        if is_other_company {
            // The screen shows data of the previous company. The tokens state no company, so the change is known only
            // here. End the session.
            return self.end_here();
        }
        self.apply(Event::ProfileArrived(profile));
    }

    /// Stores tokens and their owner in place of the earlier ones.
    fn store_tokens(&self, tokens: Authenticated, fingerprints: Fingerprints, is_stored: bool) {
        let known = self.owner.take().filter(|known| known.fingerprints.user == fingerprints.user);
        let (login_hint, tenant_hint) = known.map(|known| (known.login_hint, known.tenant_hint)).unwrap_or_default();
        let company = tokens.company().map(|company| company.tenant_id().to_owned());
        self.owner.replace(Some(SessionOwner {
            fingerprints,
            login_hint: tokens.profile().email.clone().or(login_hint),
            is_company_in_tokens: company.is_some(),
            tenant_hint: company.or(tenant_hint),
            session_id: tokens.session_id().map(str::to_owned),
            is_stored,
        }));
        self.tokens.replace(Some(tokens));
        self.token.next();
        self.memory.apis.accept_all();
        self.memory.renewal.options.take();
        self.memory.other_tabs.has_another_user.set(false);
    }

    /// Sends the fingerprint of the user to the other tabs, and stores that this browser has a session.
    fn announce(&self) {
        let user = self.owner.borrow().as_ref().map(|owner| owner.fingerprints.user.clone());
        if let Some(user) = user {
            self.remember_session();
            self.platform.broadcast(&TabMessage::SignedIn { user }.to_text());
        }
    }
}
