//! What the tests of the flow share.

use visma_connect::session::driver::Driver;
use visma_connect::session::state::{SessionState, SignedOutReason};
use zeroize::Zeroizing;

use super::fake;

pub(crate) fn taken(query: impl Into<String>) -> Zeroizing<String> {
    Zeroizing::new(query.into())
}

/// The code of the failure that the session shows.
pub(crate) fn failure(driver: &Driver<fake::Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("no failure: {other:?}"),
    }
}
