//! Set-up that all tests of the flow use.

use std::rc::Rc;

use visma_connect::session::driver::Driver;
use visma_connect::session::state::{SessionState, SignedOutReason};
use zeroize::Zeroizing;

use super::fake::{self, World, callback, driver, run};

pub(crate) fn authorization_response(query: impl Into<String>) -> Zeroizing<String> {
    Zeroizing::new(query.into())
}

/// The code of the failure that the session shows.
pub(crate) fn failure(driver: &Driver<fake::Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("not a failure: {other:?}"),
    }
}

/// Opens the callback page with a successful authorization response.
pub(crate) fn callback_page(world: &Rc<World>) -> Driver<fake::Fake> {
    callback_page_with(world, authorization_response(callback()))
}

/// Opens the callback page with the given response.
pub(crate) fn callback_page_with(world: &Rc<World>, response: Zeroizing<String>) -> Driver<fake::Fake> {
    let driver = driver(world);
    run(driver.handle_callback(response));
    driver
}
