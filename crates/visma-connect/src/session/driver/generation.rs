//! A counter that distinguishes current work from older work.

use std::cell::Cell;

/// The current number. The result of work that began under another number is dropped.
#[derive(Default)]
pub(super) struct Generation(Cell<u32>);

impl Generation {
    /// The current number.
    pub(super) fn current(&self) -> u32 {
        self.0.get()
    }

    /// Starts the next number. Work that is on its way is then out of date.
    pub(super) fn next(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}
