//! Which APIs may be called now: those that have not refused the present token, and whose Retry-After has passed.

use std::cell::RefCell;

use crate::session::api::ApiError;
use crate::session::moment::Moment;

/// What APIs have said.
#[derive(Default)]
pub(super) struct ApiGate {
    /// The APIs that have refused the present token (401).
    refused: RefCell<Vec<String>>,
    /// The APIs that have asked to wait (429): until when, and whether they said so themselves.
    waits: RefCell<Vec<(String, Moment, bool)>>,
}

impl ApiGate {
    /// Whether this API has refused the present token.
    pub(super) fn is_refused(&self, name: &str) -> bool {
        self.refused.borrow().iter().any(|refused| refused == name)
    }

    /// Stores that this API has refused the present token. Returns whether that is new.
    pub(super) fn refuse(&self, name: &str) -> bool {
        let is_new = !self.is_refused(name);
        if is_new {
            self.refused.borrow_mut().push(name.to_owned());
        }
        is_new
    }

    /// Drops the refusal of this API.
    pub(super) fn accept(&self, name: &str) {
        self.refused.borrow_mut().retain(|refused| refused != name);
    }

    /// Drops all refusals: they were for another token. It cannot fail: it runs when the app has broken, too.
    pub(super) fn accept_all(&self) {
        if let Ok(mut refused) = self.refused.try_borrow_mut() {
            refused.clear();
        }
    }

    /// Stores how long this API wants no request, where the error says so.
    pub(super) fn hold_back(&self, name: &str, error: &ApiError, now: Moment) {
        if let ApiError::TooManyRequests { retry_after_seconds, is_stated } = error {
            let until = now.plus_ms(i64::from(*retry_after_seconds) * 1_000);
            let mut waits = self.waits.borrow_mut();
            waits.retain(|(known, ..)| known != name);
            waits.push((name.to_owned(), until, *is_stated));
        }
    }

    /// Whether Retry-After of this API has passed.
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
