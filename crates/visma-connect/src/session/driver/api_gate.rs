//! Which APIs may be called now. An API may not be called while it refuses the current token (401), or before its
//! waiting time has passed (429).

use std::cell::RefCell;

use crate::session::api::ApiError;
use crate::session::moment::Moment;

/// The refusals and waiting times of APIs.
#[derive(Default)]
pub(super) struct ApiGate {
    /// The names of the APIs that have refused the current token (401).
    refused: RefCell<Vec<String>>,
    /// The APIs that have responded with 429: the name, the end of the waiting time, and whether `Retry-After` stated
    /// that time.
    waits: RefCell<Vec<(String, Moment, bool)>>,
}

impl ApiGate {
    /// Whether this API has refused the current token.
    pub(super) fn is_refused(&self, name: &str) -> bool {
        self.refused.borrow().iter().any(|refused| refused == name)
    }

    /// Stores that this API has refused the current token. Returns `false` if that was already stored.
    pub(super) fn refuse(&self, name: &str) -> bool {
        let is_new = !self.is_refused(name);
        if is_new {
            self.refused.borrow_mut().push(name.to_owned());
        }
        is_new
    }

    /// Removes the refusal of this API.
    pub(super) fn accept(&self, name: &str) {
        self.refused.borrow_mut().retain(|refused| refused != name);
    }

    /// Removes all refusals, when the token is replaced or removed. It must not panic, because it also runs after a
    /// panic of the app.
    pub(super) fn accept_all(&self) {
        if let Ok(mut refused) = self.refused.try_borrow_mut() {
            refused.clear();
        }
    }

    /// If `error` is `TooManyRequests`, stores until when this API must not be called.
    pub(super) fn hold_back(&self, name: &str, error: &ApiError, now: Moment) {
        if let ApiError::TooManyRequests { retry_after_seconds, is_stated } = error {
            let until = now.plus_ms(i64::from(*retry_after_seconds) * 1_000);
            let mut waits = self.waits.borrow_mut();
            waits.retain(|(known, ..)| known != name);
            waits.push((name.to_owned(), until, *is_stated));
        }
    }

    /// Checks that the waiting time of this API has passed.
    ///
    /// # Errors
    /// `TooManyRequests` with the seconds that are left.
    pub(super) fn may_call(&self, name: &str, now: Moment) -> Result<(), ApiError> {
        let waits = self.waits.borrow();
        let Some((_, until, is_stated)) = waits.iter().find(|(known, ..)| known == name) else { return Ok(()) };
        let ms = until.ms_from(now).max(0).unsigned_abs();
        match u32::try_from(ms.div_ceil(1_000)) {
            Ok(0) => Ok(()),
            seconds => Err(ApiError::TooManyRequests {
                retry_after_seconds: seconds.unwrap_or(u32::MAX),
                is_stated: *is_stated,
            }),
        }
    }
}
