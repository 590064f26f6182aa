//! Work whose code may be loaded later: everything but the way to the sign-in page.
//!
//! `driver/parts.rs` does these, at once or when the code is here.

use zeroize::Zeroizing;

use super::renewal::RenewIn;
use crate::protocol::options::SignInOptions;

/// What may wait for the code that does it.
pub enum Deferred {
    /// Finishes the sign-in of a callback that `Driver::open_callback` has opened.
    FinishCallback(Zeroizing<String>),
    /// `Driver::initiate`.
    Initiate(Zeroizing<String>),
    /// Goes to the provider without a click, and comes back to this page.
    StartSilently(String),
    /// `Driver::listen`.
    Listen,
    /// `Driver::on_tab_message`.
    Heard(String),
    /// `Driver::renew`; without options `Driver::retry_renewal`.
    Renew(RenewIn, String, Option<SignInOptions>),
}

/// What is done now or not at all: it concerns a signed-in user, and a user is signed in only where the code is here.
pub enum Immediate<'a> {
    /// Removes what older sign-ins have left. Done later where the code is missing.
    Sweep,
    /// Keeps what the user was doing for the way back.
    SaveKept,
    /// `Driver::keep`: a name, and a value.
    Keep(&'a str, &'a str),
    /// Hears what the page of the front channel has said last.
    HearFrontChannel,
    /// `Driver::sign_out`.
    SignOut,
}
