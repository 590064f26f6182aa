//! What one tab tells the others: that somebody signed out. The browser's `storage` event wakes them (`wake.rs`); a page
//! that comes out of the back/forward cache has missed it and looks for itself.

use super::storage;

const KEY: &str = "visma-connect-spa:signed-out";

/// The mark of the last sign-out; `None` when there was none, or nothing can be remembered.
pub fn last_sign_out() -> Option<String> {
    storage::shared()?.get_item(KEY).ok().flatten()
}

/// Leaves a new mark.
pub fn mark_sign_out(mark: &str) {
    if let Some(storage) = storage::shared() {
        let _ = storage.set_item(KEY, mark);
    }
}
