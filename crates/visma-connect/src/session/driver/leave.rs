//! Starts a sign-in: stores its record, and leaves for the provider's authorization endpoint.

use zeroize::Zeroizing;

use super::{Driver, Parts, SIGN_OUT_MARK};
use crate::protocol::authorize;
use crate::protocol::metadata::Metadata;
use crate::protocol::options::{Prompt, SignInOptions};
use crate::protocol::pending_sign_in::{PendingSignIn, Randomness, STORAGE_PREFIX};
use crate::protocol::return_to::ReturnTo;
use crate::session::deferred::Immediate;
use crate::session::driver::ProviderStatus;
use crate::session::error::SignInError;
use crate::session::snapshot::{self, Snapshot};
use crate::session::state::{Event, SessionState};

impl<P: Parts> Driver<P> {
    /// Leaves for the provider's sign-in page. A second call while the browser is already leaving does nothing.
    ///
    /// `return_to` is the page to show after the sign-in: a path of this app with query and fragment. Any other value
    /// is replaced with the home page.
    pub async fn sign_in(&self, return_to: &str) {
        self.sign_in_with(return_to, SignInOptions::default()).await;
    }

    /// Does what [`sign_in`](Self::sign_in) does, with options for this sign-in only.
    pub async fn sign_in_with(&self, return_to: &str, options: SignInOptions) {
        self.start(return_to, options, false).await;
    }

    pub(super) async fn start(&self, return_to: &str, options: SignInOptions, is_silent: bool) {
        if !self.apply(Event::SignInStarted(self.platform.now())) {
            return;
        }
        let attempt = self.begin_attempt();
        let wanted = self.memory.page.wanted.take().filter(|_| self.config.redirect_uri().is_page(return_to));
        let return_to = wanted.as_ref().map_or(return_to, ReturnTo::as_str);
        // While the metadata is fetched, a newer attempt may begin, or leaving may take too long.
        let is_current = || {
            self.attempt.current() == attempt && matches!(*self.memory.state.borrow(), SessionState::Redirecting { .. })
        };
        if let Err(error) = self.leave(&is_current, return_to, options, is_silent).await
            && self.attempt.current() == attempt
        {
            // The user did not start a silent sign-in, so show no error here. The home page reports an unreachable
            // provider.
            self.apply(if is_silent { Event::SilentSignInEnded } else { Event::SignInFailed(error) });
        }
    }

    pub(super) async fn leave(
        &self,
        is_current: &dyn Fn() -> bool,
        return_to: &str,
        options: SignInOptions,
        is_silent: bool,
    ) -> Result<(), SignInError> {
        self.platform.check()?;
        let metadata = self.metadata().await?;
        if self.memory.provider.status.replace(ProviderStatus::Ready) != ProviderStatus::Ready {
            self.changed();
        }
        if !is_current() {
            return Ok(());
        }
        P::run_now(self, Immediate::Sweep);
        let pending = self.pending(&metadata, return_to, options)?;
        let pending = if is_silent { pending.silent() } else { pending };
        let record = Zeroizing::new(pending.to_record());
        self.platform.tab_set(&pending.storage_key(), &record)?;
        self.store_last_sign_in(&pending);
        P::run_now(self, Immediate::SaveKept);
        if is_silent {
            self.remember_silent();
        }
        self.platform.navigate(&authorize::url(&pending, self.config))?;
        Ok(())
    }

    pub(super) fn pending(
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
        let return_to = ReturnTo::parse(options.return_to.as_deref().unwrap_or(return_to), self.config);
        let now = self.platform.now().unix_time();
        let owner = self.owner.borrow();
        let mut before = owner.as_ref().map(|owner| owner.fingerprints.clone());
        let company = owner.as_ref().and_then(|owner| owner.tenant_hint.as_deref());
        let is_switch = options.prompt == Some(Prompt::SelectAccount)
            || options.tenant_hint.is_some() && options.tenant_hint.as_deref() != company;
        if let (Some(before), true) = (&mut before, is_switch)
            && owner.as_ref().is_some_and(|owner| !owner.is_company_in_tokens)
        {
            // The tokens state no company, so a session for another company has the same fingerprint. Clear the
            // fingerprint, so that the new session does not count as a renewal.
            before.owner.clear();
        }
        let pending = PendingSignIn::new(self.config, metadata, randomness, now, return_to);
        let pending = pending.with_sign_out_mark(self.platform.shared_get(SIGN_OUT_MARK));
        Ok(pending.with_options(options, self.config).renewing(before, company))
    }

    /// Removes the expired and invalid records of sign-ins and of kept fields.
    pub(in crate::session) fn sweep(&self) {
        self.remove_last_sign_in(Some(""));
        let now = self.platform.now().unix_time();
        for key in self.platform.tab_keys(STORAGE_PREFIX) {
            let record = self.platform.tab_get(&key);
            let is_waiting = matches!(&record, Ok(Some(record))
                if PendingSignIn::from_record(record, self.config, now).is_ok());
            if !is_waiting {
                let _ = self.platform.tab_take(&key);
            }
        }
        for key in self.platform.tab_keys(snapshot::STORAGE_PREFIX) {
            let record = self.platform.tab_get(&key);
            if !matches!(&record, Ok(Some(record)) if Snapshot::from_record(record, now).is_some()) {
                let _ = self.platform.tab_take(&key);
            }
        }
    }
}
