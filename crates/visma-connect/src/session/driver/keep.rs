//! What the app has asked to keep over a renewal.

use super::{Driver, Parts};
use crate::protocol::fingerprints::Fingerprints;
use crate::session::renewal::Renewal;
use crate::session::snapshot::{self, Snapshot};

impl<P: Parts> Driver<P> {
    /// Keeps the value of a form's field for as long as this user is at it: over a renewal, and over the way to the
    /// provider and back. Never a password; what has the access token in it is not kept. Returns whether it was kept.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        let is_token = self.tokens.borrow().as_ref().is_some_and(|tokens| tokens.is_token_in(value));
        let is_kept = !is_token && self.owner.borrow().is_some() && self.page.kept.borrow_mut().keep(name, value);
        if is_kept && matches!(*self.renewal.state.borrow(), Renewal::Leaving { .. }) {
            // The provider's page takes its time, and the user types on.
            self.save_kept();
        }
        is_kept
    }

    /// What was kept under this name.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.page.kept.borrow().kept(name).map(str::to_owned)
    }

    /// Keeps what the user was doing for the way back, for this user at this company alone.
    pub(in crate::session) fn save_kept(&self) {
        let whose = self.owner.borrow();
        let (Some(whose), Ok(mut kept)) = (whose.as_ref(), self.page.kept.try_borrow_mut()) else { return };
        kept.scroll = self.platform.scrolled();
        let key = [snapshot::STORAGE_PREFIX, &whose.fingerprints.owner].concat();
        if kept.is_empty() && kept.scroll == 0 {
            let _ = self.platform.tab_take(&key);
            return;
        }
        // Without room for it the sign-in is still worth having.
        let _ = self.platform.tab_set(&key, &kept.to_record(self.platform.now().unix_time()));
    }

    /// Removes what was kept, unread.
    pub(super) fn forget_kept(&self) {
        for key in self.platform.tab_keys(snapshot::STORAGE_PREFIX) {
            let _ = self.platform.tab_take(&key);
        }
    }

    /// Takes back what this user was doing, once; what others were doing is removed unread.
    pub(super) fn take_kept(&self, whose: Option<&Fingerprints>) -> Option<Snapshot> {
        let own = whose.map(|whose| [snapshot::STORAGE_PREFIX, &whose.owner].concat());
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
