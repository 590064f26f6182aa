//! Renewal without a refresh token. A second authorization request gets a new token, in another window or in this tab.
//! The session then continues with the new token. The old token is used until the new one has passed every check.
//!
//! ```text
//! this tab                                   the other window
//! keeps the record in memory   ──opens──>    the provider, then the callback page without a record
//! redeems the code           <──response──   offers the response, and closes
//! ```

use std::future::poll_fn;
use std::task::Poll;

use super::callback::Redeemed;
use super::{Driver, Parts};
use crate::protocol::authorize;
use crate::protocol::callback::Callback;
use crate::protocol::options::{Prompt, SignInOptions};
use crate::protocol::pending_sign_in::PENDING_MAX_AGE_SECONDS;
use crate::session::error::{PlatformError, SignInError};
use crate::session::moment::Moment;
use crate::session::renewal::{RenewIn, Renewal};
use crate::session::state::{LEAVING_MAX_MS, SessionState};

/// How long to wait for a response from the other window, in milliseconds: as long as a sign-in may take.
const WINDOW_MAX_MS: i64 = PENDING_MAX_AGE_SECONDS * 1_000;

impl<P: Parts> Driver<P> {
    /// Gets a new token for the signed-in user, or for the user of an expired session. `return_to` is the page to show
    /// after a renewal in this tab. Call this method in a click handler, because browsers open a window only then.
    ///
    /// A renewal that waits for another window is replaced. While the browser is leaving for a renewal in this tab, the
    /// call does nothing. [`SessionMemory::renewal`](super::SessionMemory::renewal) reports the result.
    pub async fn renew(&self, place: RenewIn, return_to: &str, options: SignInOptions) {
        self.tick();
        let can_renew = matches!(
            *self.memory.state.borrow(),
            SessionState::Authenticated(_) | SessionState::ExpiringSoon(_) | SessionState::Expired
        );
        if !can_renew
            || self.owner.borrow().is_none()
            || matches!(*self.memory.renewal.state.borrow(), Renewal::Leaving { .. })
        {
            return;
        }
        self.end_renewal();
        let generation = self.memory.renewal.generation.current();
        let since = self.platform.now();
        self.memory.renewal.options.replace(options.clone());
        let options = self.with_hints(options);
        let result = match place {
            RenewIn::Tab => {
                self.set_renewal(Renewal::Leaving { since });
                let is_current = || self.memory.renewal.generation.current() == generation;
                self.leave(&is_current, return_to, options, false).await
            }
            RenewIn::Window => self.renew_in_window(generation, since, return_to, options).await,
        };
        if let Err(error) = result
            && self.memory.renewal.generation.current() == generation
        {
            self.set_renewal(Renewal::Failed(error));
        }
    }

    /// Calls [`renew`](Self::renew) again with the options of the last call.
    pub async fn retry_renewal(&self, place: RenewIn, return_to: &str) {
        let options = self.memory.renewal.options.borrow().clone();
        self.renew(place, return_to, options).await;
    }

    /// Stops waiting for the other window, or removes the error of the last renewal.
    pub fn cancel_renewal(&self) {
        if self.memory.renewal.state.replace(Renewal::None) != Renewal::None {
            self.end_renewal();
            self.changed();
        }
    }

    async fn renew_in_window(
        &self,
        generation: u32,
        since: Moment,
        return_to: &str,
        options: SignInOptions,
    ) -> Result<(), SignInError> {
        let is_current = || self.memory.renewal.generation.current() == generation;
        self.platform.check()?;
        let metadata = self.metadata().await?;
        if !is_current() {
            return Ok(());
        }
        // Do not write the record to sessionStorage: the new window would get a copy of it.
        let pending = self.pending(&metadata, return_to, options)?;
        let response = self.platform.receive(&pending.channel()).ok_or(PlatformError::ChannelUnavailable)?;
        let mut response = Box::pin(response);
        self.platform.open_window(&authorize::url(&pending, self.config))?;
        self.store_last_sign_in(&pending);
        self.set_renewal(Renewal::InWindow { since });

        let waiter = self.waiters.waiter();
        let authorization_response = poll_fn(|context| {
            if !is_current() {
                return Poll::Ready(None);
            }
            waiter.wait(context);
            response.as_mut().poll(context).map(Some)
        });
        let Some(authorization_response) = authorization_response.await else { return Ok(()) };
        self.remove_last_sign_in(Some(&pending.channel()));
        self.set_renewal(Renewal::Exchanging);
        let redeemed = self.redeem(&is_current, pending, Callback::parse(&authorization_response)?).await?;
        if is_current() {
            self.continue_session(redeemed).await;
        }
        Ok(())
    }

    /// Continues the session with these tokens. The page is not reloaded.
    pub(super) async fn continue_session(&self, redeemed: Box<Redeemed>) {
        self.cancel_renewal();
        // Never replace a valid token with an expired one. The page continues to show the time that is left.
        if !redeemed.is_over(self.platform.now()) {
            self.establish_session(*redeemed, true).await;
        }
    }

    /// Adds the expected user and company as hints, if the user does not choose an account and the configuration
    /// allows it.
    fn with_hints(&self, mut options: SignInOptions) -> SignInOptions {
        if self.config.sends_hints()
            && options.prompt != Some(Prompt::SelectAccount)
            && let Some(owner) = &*self.owner.borrow()
        {
            options.login_hint = options.login_hint.or_else(|| owner.login_hint.clone());
            options.tenant_hint = options.tenant_hint.or_else(|| owner.tenant_hint.clone());
        }
        options
    }

    pub(super) fn set_renewal(&self, renewal: Renewal) {
        self.memory.renewal.state.replace(renewal);
        self.changed();
    }

    /// Ends the current renewal. If its response arrives later, the response is dropped.
    pub(super) fn end_renewal(&self) {
        self.memory.renewal.generation.next();
        self.memory.renewal.state.replace(Renewal::None);
        self.wake();
    }

    /// Ends a renewal that has taken too long.
    pub(super) fn check_renewal(&self, now: Moment) {
        let over = match &*self.memory.renewal.state.borrow() {
            Renewal::Leaving { since } if since.plus_ms(LEAVING_MAX_MS).is_reached(now) => Some(Renewal::None),
            Renewal::InWindow { since } if since.plus_ms(WINDOW_MAX_MS).is_reached(now) => {
                Some(Renewal::Failed(PlatformError::WindowForgotten.into()))
            }
            _ => None,
        };
        if let Some(over) = over {
            self.end_renewal();
            self.set_renewal(over);
        }
    }

    /// Ends a renewal in this tab when the browser restores the page from its back/forward cache: the user has
    /// navigated back from the provider.
    pub(super) fn on_page_restored(&self) {
        let is_leaving = matches!(*self.memory.renewal.state.borrow(), Renewal::Leaving { .. });
        if is_leaving {
            self.forget_kept();
            self.end_renewal();
            self.changed();
        }
    }
}
