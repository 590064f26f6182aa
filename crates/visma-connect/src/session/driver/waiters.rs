//! Futures that wait for a change of the session.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};

/// All futures that wait for a change.
#[derive(Default)]
pub(super) struct Waiters {
    all: RefCell<Vec<(u32, Waker)>>,
    last_id: Cell<u32>,
}

impl Waiters {
    /// Creates the registration of one future. It is empty until [`Waiter::wait`] is called.
    pub(super) fn waiter(&self) -> Waiter<'_> {
        self.last_id.set(self.last_id.get().wrapping_add(1));
        Waiter { all: &self.all, id: self.last_id.get() }
    }

    /// Wakes all registered futures. It must not panic, because it also runs after a panic of the app.
    pub(super) fn wake(&self) {
        let all = self.all.try_borrow_mut().map(|mut all| std::mem::take(&mut *all));
        all.unwrap_or_default().into_iter().for_each(|(_, waker)| waker.wake());
    }
}

/// The registration of one future. Dropping it removes the future from the list.
pub(super) struct Waiter<'a> {
    all: &'a RefCell<Vec<(u32, Waker)>>,
    id: u32,
}

impl Waiter<'_> {
    /// Registers the future for the next change.
    pub(super) fn wait(&self, context: &Context<'_>) {
        let mut all = self.all.borrow_mut();
        all.retain(|(id, _)| *id != self.id);
        all.push((self.id, context.waker().clone()));
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.all.try_borrow_mut() {
            all.retain(|(id, _)| *id != self.id);
        }
    }
}
