//! Keeps values of form fields and the scroll position during a renewal, and while this tab is at the provider.

use super::{Driver, Parts};
use crate::protocol::fingerprints::Fingerprints;
use crate::session::renewal::Renewal;
use crate::session::snapshot::{self, Snapshot};

impl<P: Parts> Driver<P> {
    /// Keeps the value of a form field during a renewal, and while this tab is at the provider. Only the same user at
    /// the same company can read it again. Never pass a password.
    ///
    /// Returns `false` if the value is not kept: there is no session, the value contains the access token, or a limit
    /// of [`Snapshot::keep`] is exceeded.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        let is_token = self.tokens.borrow().as_ref().is_some_and(|tokens| tokens.is_token_in(value));
        let is_kept =
            !is_token && self.owner.borrow().is_some() && self.memory.page.kept.borrow_mut().keep(name, value);
        if is_kept && matches!(*self.memory.renewal.state.borrow(), Renewal::Leaving { .. }) {
            // The record is already stored, but the user can type until the browser has left. Store it again.
            self.save_kept();
        }
        is_kept
    }

    /// Writes the kept fields and the scroll position to sessionStorage, before the browser leaves for the provider.
    /// The key contains the fingerprint of user and company, so that no other user can read the record.
    pub(in crate::session) fn save_kept(&self) {
        let owner = self.owner.borrow();
        let (Some(owner), Ok(mut kept)) = (owner.as_ref(), self.memory.page.kept.try_borrow_mut()) else { return };
        kept.scroll = self.platform.scrolled();
        let key = [snapshot::STORAGE_PREFIX, &owner.fingerprints.owner].concat();
        if kept.is_empty() && kept.scroll == 0 {
            let _ = self.platform.tab_take(&key);
            return;
        }
        // If the record cannot be stored, the sign-in continues without it.
        let _ = self.platform.tab_set(&key, &kept.to_record(self.platform.now().unix_time()));
    }

    /// Removes all records of kept fields from sessionStorage.
    pub(super) fn forget_kept(&self) {
        for key in self.platform.tab_keys(snapshot::STORAGE_PREFIX) {
            let _ = self.platform.tab_take(&key);
        }
    }

    /// Reads the record of kept fields for this user and company, and removes the records of all users. With `None` it
    /// only removes them.
    pub(super) fn take_kept(&self, fingerprints: Option<&Fingerprints>) -> Option<Snapshot> {
        let own = fingerprints.map(|fingerprints| [snapshot::STORAGE_PREFIX, &fingerprints.owner].concat());
        let mut found = None;
        for key in self.platform.tab_keys(snapshot::STORAGE_PREFIX) {
            let record = self.platform.tab_take(&key);
            if own.as_ref() == Some(&key)
                && let Ok(Some(record)) = record
            {
                found = Snapshot::from_record(&record, self.platform.now().unix_time());
            }
        }
        found
    }
}
