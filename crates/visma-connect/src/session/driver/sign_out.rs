//! Sign-out: in this tab, in another tab, and at the provider.

use super::callback::OWNER_KEY;
use super::{Driver, Parts, SIGN_OUT_MARK};
use crate::protocol::end_session;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::id_token::Authenticated;
use crate::protocol::pending_sign_in::STORAGE_PREFIX;
use crate::protocol::secret::{CsrfToken, IdTokenHint};
use crate::session::state::{Event, ProviderSession, SessionState, SignedOutReason};
use crate::session::tab_message::{FRONT_CHANNEL_KEY, TabMessage};

/// Session storage key of the `state` of the sign-out request, until the provider responds.
const SIGN_OUT_KEY: &str = "visma-connect-spa:sign-out";

impl<P: Parts> Driver<P> {
    /// Ends the session: first completely in this and every other tab, then at the provider. After
    /// [`ProviderSession::Asks`] it only leaves for the provider. While the page leaves, another call changes
    /// nothing.
    pub fn sign_out(&self) {
        if matches!(*self.memory.state.borrow(), SessionState::SigningOut { .. }) {
            return;
        }
        if matches!(
            *self.memory.state.borrow(),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Asks))
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
        // A sign-in that waits for its response in this tab ends, too.
        self.remove_pending();
        let now = self.platform.now();
        let mark = now.wall_ms.to_string();
        self.forget_user();
        self.forget_session();
        self.end_last(None);
        self.platform.shared_set(SIGN_OUT_MARK, Some(&mark));
        self.platform.broadcast(&TabMessage::SignedOut { mark: mark.clone() }.to_text());
        self.memory.other_tabs.sign_out_seen.replace(Some(mark));
        // From here on, Back, a reload or an unreachable authority shows the signed-out page.
        self.platform.replace_url(self.config.post_logout_redirect_uri().path_and_query());
        let Some((hint, Some(endpoint))) = sign_out else {
            self.apply(Event::SessionEnded(ProviderSession::MayRemain));
            return;
        };
        self.leave_to_sign_out(&endpoint, Some(&hint));
    }

    fn leave_to_sign_out(&self, endpoint: &HttpsUrl, hint: Option<&IdTokenHint>) {
        self.apply(Event::SignOutStarted(self.platform.now()));
        // Without randomness or storage, the response cannot be recognized. The page then reports `MayRemain`.
        let stays = self.platform.random().and_then(|random| {
            let state = CsrfToken::from_random(random);
            let Some(url) = end_session::url(endpoint, self.config, hint, &state) else { return Ok(true) };
            let _ = self.platform.tab_set(SIGN_OUT_KEY, state.expose());
            self.platform.navigate(&url).map(|()| false)
        });
        match stays {
            Ok(false) => {}
            // Tell the user before leaving that the provider will ask for confirmation.
            Ok(true) => self.end(ProviderSession::Asks),
            Err(_) => self.end(ProviderSession::MayRemain),
        }
    }

    fn end(&self, at_provider: ProviderSession) {
        self.apply(Event::SessionEnded(at_provider));
    }

    /// Handles a load of the signed-out page. If its query, `authorization_response`, has the `state` of the sign-out
    /// request, the provider has ended its session.
    pub fn returned_from_sign_out(&self, authorization_response: &str) {
        self.begin_attempt();
        let expected = self.platform.tab_take(SIGN_OUT_KEY).ok().flatten();
        let returned = end_session::returned_state(authorization_response);
        let has_ended = expected.is_some() && returned.as_ref().map(CsrfToken::expose) == expected.as_deref();
        self.apply(Event::SessionEnded(if has_ended { ProviderSession::Ended } else { ProviderSession::MayRemain }));
    }

    /// Handles a message of another tab.
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
                // Also for an expired session: its page still shows what the user was doing.
                let own = self.owner.borrow().as_ref().and_then(|owner| owner.session_id.clone());
                if iss == self.config.authority().as_str() && own.is_some_and(|own| own == sid) {
                    self.forget_session();
                    self.end_last(None);
                    self.end_here();
                }
            }
            Some(TabMessage::SignedOut { .. }) | None => {}
        }
    }

    /// Handles the last message of frontchannel-logout.js, which is in storage. A page in the back/forward cache
    /// receives no messages. The message counts only for the session that it names.
    pub(in crate::session) fn read_front_channel_logout(&self) {
        if let Some(message) = self.platform.shared_get(FRONT_CHANNEL_KEY) {
            self.on_tab_message(&message);
        }
    }

    /// Ends the session if the user has signed out in another tab, or on a later page of this tab. The back/forward
    /// cache can restore a page that was signed in before that.
    pub(super) fn follow_sign_out(&self) {
        // If the mark is gone, all data of this site was cleared. That ends the session, too.
        let mark = self.platform.shared_get(SIGN_OUT_MARK);
        if mark == *self.memory.other_tabs.sign_out_seen.borrow() {
            return;
        }
        self.memory.other_tabs.sign_out_seen.replace(mark);
        self.end_here();
    }

    /// Ends the session, if there is one, for a reason other than a sign-out in this tab.
    pub(super) fn end_here(&self) {
        let is_exchanging = matches!(*self.memory.state.borrow(), SessionState::Exchanging);
        let has_session = is_exchanging || self.owner.borrow().is_some();
        // Even without a session: an earlier page of this tab may have stored something before it left for a renewal.
        self.forget_user();
        if has_session {
            self.begin_attempt();
            self.remove_pending();
            self.apply(Event::SessionEnded(ProviderSession::MayRemain));
        }
    }

    /// Ends the session of a page from the back/forward cache if another user has signed in in this tab since then,
    /// or the same user for another company.
    pub(super) fn end_if_owner_changed(&self) {
        let own = self.owner.borrow().as_ref().map(|owner| owner.fingerprints.owner.clone());
        let is_stored = self.owner.borrow().as_ref().is_some_and(|owner| owner.is_stored);
        let stored = self.platform.tab_get(OWNER_KEY).ok().flatten();
        // If our key is gone, a sign-out removed it.
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

    /// Removes everything about the user from this tab, except the tokens. The change of the state removes those.
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
