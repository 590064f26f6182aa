//! Finishes a sign-in whose response arrives in a different tab from the one in which it began. This happens after a
//! switch to the app of a bank, or when the user opens a link in an e-mail. Only the tab that has the record of the
//! sign-in redeems the code. The tabs use a channel whose name contains a hash of the sign-in's `state`.
//!
//! ```text
//! tab where the sign-in began                    tab with the callback page, without a record
//! listens on the sign-in's channel   <──offer──  offers the response every two seconds for ten minutes
//! accepts the response, redeems the code         shows an error; a click starts a new sign-in
//! ```

use std::future::poll_fn;
use std::task::Poll;

use super::callback::ExchangeOutcome;
use super::{Driver, Parts};
use crate::protocol::callback::Callback;
use crate::protocol::error::Misbehaviour;
use crate::protocol::pending_sign_in::{PENDING_MAX_AGE_SECONDS, PendingSignIn, STORAGE_PREFIX, channel_of_key};
use crate::protocol::return_to::ReturnTo;
use crate::session::error::SignInError;
use crate::session::renewal::Renewal;
use crate::session::state::{Event, SessionState};

/// The key in localStorage of the last sign-in in this browser. The value has three parts, separated by spaces: the
/// hash of the sign-in's `state`, its start in milliseconds since 1970, and the page to return to. When that sign-in is
/// over, only the hash remains.
const LAST_KEY: &str = "visma-connect-spa:last";

/// How many times a response is offered. One offer waits two seconds, so all offers together take ten minutes, as long
/// as a record is valid. Many offers are needed, because a suspended tab receives none until the browser resumes it.
const OFFERS: u32 = 300;

impl<P: Parts> Driver<P> {
    /// Stores the sign-in that begins. If its response arrives in another tab, that tab can return to the same page.
    pub(super) fn store_last_sign_in(&self, pending: &PendingSignIn) {
        let now = self.platform.now().wall_ms.to_string();
        let last = [&*pending.channel(), " ", &now, " ", pending.return_to().as_str()].concat();
        self.platform.shared_set(LAST_KEY, Some(&last));
    }

    /// Returns the hash of the last sign-in and the page that it returns to. The page is `None` if that sign-in is over
    /// or older than ten minutes.
    fn last(&self) -> Option<(String, Option<String>)> {
        let last = self.platform.shared_get(LAST_KEY)?;
        let Some((channel, rest)) = last.split_once(' ') else { return Some((last, None)) };
        let page = rest.split_once(' ').filter(|(at, _)| {
            let age = at.parse::<i64>().map(|at| self.platform.now().wall_ms.saturating_sub(at));
            age.is_ok_and(|age| (0..PENDING_MAX_AGE_SECONDS * 1_000).contains(&age))
        });
        Some((channel.to_owned(), page.map(|(_, page)| page.to_owned())))
    }

    /// Removes the time and the page of the last sign-in from localStorage, if the sign-in has the hash `over` or is
    /// older than ten minutes. With `None` it always removes them.
    pub(super) fn remove_last_sign_in(&self, over: Option<&str>) {
        if let Some((channel, page)) = self.last()
            && (page.is_none() || over.is_none_or(|over| over == channel))
        {
            self.platform.shared_set(LAST_KEY, Some(&channel));
        }
    }

    /// Handles a callback whose record is not in this tab: offers the response to the tab that has the record.
    ///
    /// # Errors
    /// - `SignInOver`: the response is for the last sign-in of this browser, which is over or older than ten minutes.
    /// - `StateUnknown`: no tab has accepted the response, for any other reason.
    pub(super) async fn finish_in_other_tab(
        &self,
        is_current: &dyn Fn() -> bool,
        callback: &Callback,
        authorization_response: &str,
    ) -> Result<ExchangeOutcome, SignInError> {
        let channel = callback.channel();
        if self.platform.offer(&channel, authorization_response).await {
            return Ok(ExchangeOutcome::HandedOver);
        }
        match self.last().filter(|(last, _)| *last == channel) {
            Some((_, None)) => return Err(Misbehaviour::SignInOver.into()),
            Some((_, Some(page))) if is_current() => {
                self.memory.page.wanted.replace(Some(ReturnTo::parse(&page, self.config)));
            }
            _ => {}
        }
        Err(Misbehaviour::StateUnknown.into())
    }

    /// Continues to offer the response while this page shows the error. The browser may resume the other tab, or the
    /// user may switch to it.
    pub(super) async fn keep_offering(&self, is_current: &dyn Fn() -> bool, authorization_response: &str) {
        let Ok(callback) = Callback::parse(authorization_response) else { return };
        // The button that starts a sign-in here needs the metadata.
        self.prepare().await;
        for _ in 0..OFFERS {
            if !is_current() {
                return;
            }
            if self.platform.offer(&callback.channel(), authorization_response).await {
                if is_current() {
                    self.hand_over();
                }
                return;
            }
        }
    }

    /// Ends the sign-in in this window and closes the window, because the other tab continues the sign-in.
    pub(super) fn hand_over(&self) {
        self.apply(Event::ResponseHandedOver);
        self.platform.close_window();
    }

    /// Listens for responses to the sign-ins of this tab that arrive in other tabs, and finishes these sign-ins. It
    /// listens only while the tab is signed out or its session has expired. Call it once. It returns after
    /// [`stop`](Self::stop).
    pub async fn listen(&self) {
        let is_idle = || match *self.memory.state.borrow() {
            SessionState::Unauthenticated(_) => true,
            SessionState::Expired => matches!(*self.memory.renewal.state.borrow(), Renewal::None | Renewal::Failed(_)),
            _ => false,
        };
        loop {
            self.until(&|| is_idle() || self.is_stopped.get()).await;
            if self.is_stopped.get() {
                return;
            }
            let mut all = Vec::new();
            for key in self.platform.tab_keys(STORAGE_PREFIX) {
                all.extend(self.platform.receive(&channel_of_key(&key)).map(Box::pin));
            }
            let waiter = self.waiters.waiter();
            let authorization_response = poll_fn(|context| {
                if !is_idle() || self.is_stopped.get() {
                    return Poll::Ready(None);
                }
                waiter.wait(context);
                for one in &mut all {
                    if let Poll::Ready(authorization_response) = one.as_mut().poll(context) {
                        return Poll::Ready(Some(authorization_response));
                    }
                }
                Poll::Pending
            })
            .await;
            drop(all);
            let Some(authorization_response) = authorization_response else { continue };
            // Check first whether the user has signed out in another tab.
            self.tick();
            if matches!(*self.memory.state.borrow(), SessionState::Expired) {
                self.renew_with(&authorization_response).await;
            } else {
                self.handle_callback(authorization_response).await;
            }
        }
    }

    /// Renews an expired session with this response. The response is handled like that of a renewal in a window: the
    /// page is not reloaded.
    async fn renew_with(&self, authorization_response: &str) {
        self.end_renewal();
        let generation = self.memory.renewal.generation.current();
        let is_current = || self.memory.renewal.generation.current() == generation;
        self.set_renewal(Renewal::Exchanging);
        let result = self.exchange(&is_current, authorization_response).await;
        self.memory.page.silent_from.take();
        match result {
            _ if !is_current() => {}
            Ok(ExchangeOutcome::Redeemed(redeemed)) => self.continue_session(redeemed).await,
            Ok(ExchangeOutcome::HandedOver) => self.cancel_renewal(),
            Err(error) => self.set_renewal(Renewal::Failed(error)),
        }
    }
}
