//! A counter that tells what is current from what is older.

use std::cell::Cell;

/// The number of the current one. What began under another number is dropped.
#[derive(Default)]
pub(super) struct Generation(Cell<u32>);

impl Generation {
    /// The current number.
    pub(super) fn current(&self) -> u32 {
        self.0.get()
    }

    /// Begins the next one: what is on its way does not count any more.
    pub(super) fn next(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}
