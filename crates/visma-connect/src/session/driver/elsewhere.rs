//! A sign-in whose response arrives in another tab than the one where it began: after the switch to an app of a bank,
//! or from a link in an e-mail. Nothing is redeemed by a tab without the record.
//!
//! ```text
//! the tab where it began, back in the app        the tab with the callback page: no record
//! listens on the hash of the state   <──offer──  every two seconds, ten minutes long
//! takes, checks, redeems                         says what is known; a press starts a new sign-in to the same page
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

/// Where all tabs remember the last sign-in that has left: the hash of its `state`, the time, and the page that it
/// returns to. Of a sign-in that is over, the hash alone.
const LAST_KEY: &str = "visma-connect-spa:last";

/// How often a response is offered again, for two seconds each time: as long as a record lives. A page that sleeps
/// hears nothing until it wakes.
const OFFERS: u32 = 300;

impl<P: Parts> Driver<P> {
    /// Remembers a sign-in that leaves, so that another tab can finish what the user wanted.
    pub(super) fn remember_last(&self, pending: &PendingSignIn) {
        let now = self.platform.now().wall_ms.to_string();
        let last = [&*pending.channel(), " ", &now, " ", pending.return_to().as_str()].concat();
        self.platform.shared_set(LAST_KEY, Some(&last));
    }

    /// The hash of the last sign-in, and while it may go on, the page that it returns to.
    fn last(&self) -> Option<(String, Option<String>)> {
        let last = self.platform.shared_get(LAST_KEY)?;
        let Some((channel, rest)) = last.split_once(' ') else { return Some((last, None)) };
        let page = rest.split_once(' ').filter(|(at, _)| {
            let age = at.parse::<i64>().map(|at| self.platform.now().wall_ms.saturating_sub(at));
            age.is_ok_and(|age| (0..PENDING_MAX_AGE_SECONDS * 1_000).contains(&age))
        });
        Some((channel.to_owned(), page.map(|(_, page)| page.to_owned())))
    }

    /// Forgets the page of the last sign-in when it has this channel, or is too old; without a channel in any case.
    pub(super) fn end_last(&self, over: Option<&str>) {
        if let Some((channel, page)) = self.last()
            && (page.is_none() || over.is_none_or(|over| over == channel))
        {
            self.platform.shared_set(LAST_KEY, Some(&channel));
        }
    }

    /// There is no record of this callback in this tab: another tab may wait for it.
    pub(super) async fn finish_elsewhere(
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
                self.page.wanted.replace(Some(ReturnTo::parse(&page, self.config)));
            }
            _ => {}
        }
        Err(Misbehaviour::StateUnknown.into())
    }

    /// The page says already that the sign-in began elsewhere. That tab may still wake up, or the user go back to it.
    pub(super) async fn keep_offering(&self, is_current: &dyn Fn() -> bool, authorization_response: &str) {
        let Ok(callback) = Callback::parse(authorization_response) else { return };
        // For the press that starts a sign-in here.
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

    /// The other tab goes on.
    pub(super) fn hand_over(&self) {
        self.apply(Event::ResponseHandedOver);
        self.platform.close_window();
    }

    /// Waits for the responses to this tab's own sign-ins that arrive in other tabs, whenever the user is back here
    /// without a session, or with one whose time has passed. Run it once; it ends with [`stop`](Self::stop).
    pub async fn listen(&self) {
        let is_idle = || match *self.state.borrow() {
            SessionState::Unauthenticated(_) => true,
            SessionState::Expired => matches!(*self.renewal.state.borrow(), Renewal::None | Renewal::Failed(_)),
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
            // A sign-out elsewhere may not have been heard yet.
            self.tick();
            if matches!(*self.state.borrow(), SessionState::Expired) {
                self.renew_with(&authorization_response).await;
            } else {
                self.handle_callback(authorization_response).await;
            }
        }
    }

    /// The page of a session whose time has passed stays: the response renews it, as that of a small window does.
    async fn renew_with(&self, authorization_response: &str) {
        self.end_renewal();
        let round = self.renewal.generation.current();
        let is_current = || self.renewal.generation.current() == round;
        self.set_renewal(Renewal::Exchanging);
        let result = self.exchange(&is_current, authorization_response).await;
        self.page.silent_from.take();
        match result {
            _ if !is_current() => {}
            Ok(ExchangeOutcome::Redeemed(redeemed)) => self.continue_session(redeemed).await,
            Ok(ExchangeOutcome::HandedOver) => self.cancel_renewal(),
            Err(error) => self.set_renewal(Renewal::Failed(error)),
        }
    }
}
