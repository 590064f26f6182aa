//! Ends the session: after a sign-out in this tab or another tab, or when the provider reports the end of its session.

use super::callback::OWNER_KEY;
use super::{Driver, Parts, SIGN_OUT_MARK};
use crate::protocol::end_session;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::id_token::Authenticated;
use crate::protocol::pending_sign_in::STORAGE_PREFIX;
use crate::protocol::secret::{CsrfToken, IdTokenHint};
use crate::session::state::{Event, ProviderSession, SessionState, SignedOutReason};
use crate::session::tab_message::{FRONT_CHANNEL_KEY, TabMessage};

/// The key in sessionStorage of the `state` of a sign-out request to which the provider has not responded.
const SIGN_OUT_KEY: &str = "visma-connect-spa:sign-out";

impl<P: Parts> Driver<P> {
    /// Signs the user out: first in this tab and all other tabs, then at the provider.
    ///
    /// After [`ProviderSession::ConfirmationNeeded`] the user is already signed out here. Then the call only
    /// leaves for the provider.
    /// While the browser is leaving for the provider's sign-out page, the call does nothing.
    pub fn sign_out(&self) {
        if matches!(*self.memory.state.borrow(), SessionState::SigningOut { .. }) {
            return;
        }
        if matches!(
            *self.memory.state.borrow(),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::ConfirmationNeeded))
        ) {
            let known = self.memory.provider.metadata.borrow().clone();
            let endpoint =
                self.config.metadata().or(known.as_ref()).and_then(|known| known.end_session_endpoint.as_ref());
            if let Some(endpoint) = endpoint {
                self.leave_to_sign_out(endpoint, None);
            }
            return;
        }
        let tokens = self.tokens.take();
        let sign_out = tokens.map(Authenticated::into_sign_out);
        self.begin_attempt();
        // Also end the sign-ins of this tab that wait for a response.
        self.remove_pending();
        let now = self.platform.now();
        let mark = now.wall_ms.to_string();
        self.forget_user();
        self.forget_session();
        self.remove_last_sign_in(None);
        self.platform.shared_set(SIGN_OUT_MARK, Some(&mark));
        self.platform.broadcast(&TabMessage::SignedOut { mark: mark.clone() }.to_text());
        self.memory.other_tabs.sign_out_seen.replace(Some(mark));
        // If the user reloads the page or navigates back, or if leaving fails, the signed-out page is shown.
        self.platform.replace_url(self.config.post_logout_redirect_uri().path_and_query());
        let Some((hint, Some(endpoint))) = sign_out else {
            self.apply(Event::SessionEnded(ProviderSession::MayRemain));
            return;
        };
        self.leave_to_sign_out(&endpoint, Some(&hint));
    }

    fn leave_to_sign_out(&self, endpoint: &HttpsUrl, hint: Option<&IdTokenHint>) {
        self.apply(Event::SignOutStarted(self.platform.now()));
        // If there is no random number or the browser does not leave, report `MayRemain`. If the `state` cannot be
        // stored, leave anyway: the signed-out page then reports `MayRemain`.
        let stays = self.platform.random().and_then(|random| {
            let state = CsrfToken::from_random(random);
            let Some(url) = end_session::url(endpoint, self.config, hint, &state) else { return Ok(true) };
            let _ = self.platform.tab_set(SIGN_OUT_KEY, state.expose());
            self.platform.navigate(&url).map(|()| false)
        });
        match stays {
            Ok(false) => {}
            // Do not leave yet. The page first tells the user that the provider will ask for confirmation.
            Ok(true) => self.end(ProviderSession::ConfirmationNeeded),
            Err(_) => self.end(ProviderSession::MayRemain),
        }
    }

    fn end(&self, provider_session: ProviderSession) {
        self.apply(Event::SessionEnded(provider_session));
    }

    /// Handles a load of the signed-out page. `query_and_fragment` is the query and fragment of its address. If it
    /// contains the `state` of the sign-out request, the provider has ended its session (OpenID Connect RP-Initiated
    /// Logout 1.0, section 3).
    pub fn returned_from_sign_out(&self, query_and_fragment: &str) {
        self.begin_attempt();
        let expected = self.platform.tab_take(SIGN_OUT_KEY).ok().flatten();
        let returned = end_session::returned_state(query_and_fragment);
        let has_ended = expected.is_some() && returned.as_ref().map(CsrfToken::expose) == expected.as_deref();
        self.apply(Event::SessionEnded(if has_ended { ProviderSession::Ended } else { ProviderSession::MayRemain }));
    }

    /// Handles a message of another tab, see [`TabMessage`].
    pub fn on_tab_message(&self, message: &str) {
        match TabMessage::parse(message) {
            Some(TabMessage::SignedOut { mark })
                if self.memory.other_tabs.sign_out_seen.borrow().as_ref() != Some(&mark) =>
            {
                self.memory.other_tabs.sign_out_seen.replace(Some(mark));
                self.end_here();
            }
            Some(TabMessage::SignedIn { user }) => {
                let own = self.owner.borrow().as_ref().map(|owner| owner.fingerprints.user.clone());
                let is_other = own.is_some_and(|own| own != user);
                if self.memory.other_tabs.has_another_user.replace(is_other) != is_other {
                    self.changed();
                }
            }
            Some(TabMessage::FrontChannelLogout { iss, sid }) => {
                // Also end an expired session, because its page still shows data of the user.
                let own = self.owner.borrow().as_ref().and_then(|owner| owner.session_id.clone());
                if iss == self.config.authority().as_str() && own.is_some_and(|own| own == sid) {
                    self.forget_session();
                    self.remove_last_sign_in(None);
                    self.end_here();
                }
            }
            Some(TabMessage::SignedOut { .. }) | None => {}
        }
    }

    /// Reads the last message of frontchannel-logout.js from localStorage, and handles it. A page that was in the
    /// back/forward cache has not received this message.
    pub(in crate::session) fn read_front_channel_logout(&self) {
        if let Some(message) = self.platform.shared_get(FRONT_CHANNEL_KEY) {
            self.on_tab_message(&message);
        }
    }

    /// Ends the session if the user has signed out in another tab, or on a later page of this tab. A page from the
    /// back/forward cache may still have the session.
    pub(super) fn follow_sign_out(&self) {
        // If the mark is missing, the user has cleared the data of this site. That also ends the session.
        let mark = self.platform.shared_get(SIGN_OUT_MARK);
        if mark == *self.memory.other_tabs.sign_out_seen.borrow() {
            return;
        }
        self.memory.other_tabs.sign_out_seen.replace(mark);
        self.end_here();
    }

    /// Ends the session in this tab, if there is one. Does not tell the other tabs or the provider.
    pub(super) fn end_here(&self) {
        let is_exchanging = matches!(*self.memory.state.borrow(), SessionState::Exchanging);
        let has_session = is_exchanging || self.owner.borrow().is_some();
        // Do this also without a session: an earlier page of this tab may have stored kept fields before a renewal.
        self.forget_user();
        if has_session {
            self.begin_attempt();
            self.remove_pending();
            self.apply(Event::SessionEnded(ProviderSession::MayRemain));
        }
    }

    /// Ends the session of a page from the back/forward cache, if a later page of this tab has signed in another user,
    /// or the same user for another company.
    pub(super) fn end_if_owner_changed(&self) {
        let own = self.owner.borrow().as_ref().map(|owner| owner.fingerprints.owner.clone());
        let is_stored = self.owner.borrow().as_ref().is_some_and(|owner| owner.is_stored);
        let stored = self.platform.tab_get(OWNER_KEY).ok().flatten();
        // If this page has stored the value and it is missing, a sign-out has removed it.
        if own.is_some() && own != stored && (stored.is_some() || is_stored) {
            self.begin_attempt();
            self.owner.take();
            self.memory.page.kept.take();
            self.apply(Event::SessionEnded(ProviderSession::MayRemain));
        }
    }

    /// Removes the records of sign-ins that wait for a response in this tab.
    fn remove_pending(&self) {
        for key in self.platform.tab_keys(STORAGE_PREFIX) {
            let _ = self.platform.tab_take(&key);
        }
    }

    /// Removes all data of the user from this tab, except the tokens. [`apply`](Self::apply) removes the tokens.
    pub(super) fn forget_user(&self) {
        self.owner.take();
        self.memory.page.wanted.take();
        self.memory.renewal.options.take();
        self.memory.page.kept.take();
        self.forget_kept();
        for key in self.platform.tab_keys(OWNER_KEY) {
            let _ = self.platform.tab_take(&key);
        }
        self.memory.other_tabs.has_another_user.set(false);
    }
}
