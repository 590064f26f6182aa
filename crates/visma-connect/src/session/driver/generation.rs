//! A counter with which async work detects that newer work has replaced it.

use std::cell::Cell;

/// The number of the current generation. Work stores the number when it begins. If the number has changed when the work
/// finishes, its result is dropped.
#[derive(Default)]
pub(super) struct Generation(Cell<u32>);

impl Generation {
    /// The current number.
    pub(super) fn current(&self) -> u32 {
        self.0.get()
    }

    /// Starts the next generation. The results of all work that is still running are then dropped.
    pub(super) fn next(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}
