//! Futures that wait for a change of the session.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};

/// All that wait.
#[derive(Default)]
pub(super) struct Waiters {
    all: RefCell<Vec<(u32, Waker)>>,
    last_id: Cell<u32>,
}

impl Waiters {
    /// A new place among those that wait.
    pub(super) fn waiter(&self) -> Waiter<'_> {
        self.last_id.set(self.last_id.get().wrapping_add(1));
        Waiter { all: &self.all, id: self.last_id.get() }
    }

    /// Wakes all. It cannot fail: it runs when the app has broken, too.
    pub(super) fn wake(&self) {
        let all = self.all.try_borrow_mut().map(|mut all| std::mem::take(&mut *all));
        all.unwrap_or_default().into_iter().for_each(|(_, waker)| waker.wake());
    }
}

/// One that waits for a change, until it is dropped.
pub(super) struct Waiter<'a> {
    all: &'a RefCell<Vec<(u32, Waker)>>,
    id: u32,
}

impl Waiter<'_> {
    /// Asks to be woken on the next change.
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
