//! What the app keeps over a renewal: values of form fields, and the scroll position.

use super::{Driver, Parts};
use crate::protocol::fingerprints::Fingerprints;
use crate::session::renewal::Renewal;
use crate::session::snapshot::{self, Snapshot};

impl<P: Parts> Driver<P> {
    /// Keeps the value of a form field over a renewal, and on the way to the provider and back, for this user only.
    /// Never pass a password. A value that contains the access token is not kept. Returns whether the value was kept.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        let is_token = self.tokens.borrow().as_ref().is_some_and(|tokens| tokens.is_token_in(value));
        let is_kept =
            !is_token && self.owner.borrow().is_some() && self.memory.page.kept.borrow_mut().keep(name, value);
        if is_kept && matches!(*self.memory.renewal.state.borrow(), Renewal::Leaving { .. }) {
            // The browser has not left yet, and the user continues to type.
            self.save_kept();
        }
        is_kept
    }

    /// Stores what the user was doing, for the way back. Only the same user at the same company gets it back.
    pub(in crate::session) fn save_kept(&self) {
        let owner = self.owner.borrow();
        let (Some(owner), Ok(mut kept)) = (owner.as_ref(), self.memory.page.kept.try_borrow_mut()) else { return };
        kept.scroll = self.platform.scrolled();
        let key = [snapshot::STORAGE_PREFIX, &owner.fingerprints.owner].concat();
        if kept.is_empty() && kept.scroll == 0 {
            let _ = self.platform.tab_take(&key);
            return;
        }
        // If storage has no room, the sign-in continues without it.
        let _ = self.platform.tab_set(&key, &kept.to_record(self.platform.now().unix_time()));
    }

    /// Removes the records of everything that was kept, without using them.
    pub(super) fn forget_kept(&self) {
        for key in self.platform.tab_keys(snapshot::STORAGE_PREFIX) {
            let _ = self.platform.tab_take(&key);
        }
    }

    /// Reads what was kept for this user, and removes the records. Records of other users are removed without being
    /// used.
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
