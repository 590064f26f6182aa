//! Work whose code may be loaded later: everything except starting a sign-in.
//!
//! `driver/parts.rs` runs it, at once or when the code is loaded.

use zeroize::Zeroizing;

use super::renewal::RenewIn;
use crate::protocol::options::SignInOptions;

/// Work that can wait for its code.
pub enum Deferred {
    /// Finishes the sign-in of a callback that `Driver::open_callback` has opened.
    FinishCallback(Zeroizing<String>),
    /// `Driver::initiate`.
    Initiate(Zeroizing<String>),
    /// Starts a silent sign-in that returns to this page.
    StartSilently(String),
    /// `Driver::listen`.
    Listen,
    /// `Driver::on_tab_message`.
    HandleTabMessage(String),
    /// `Driver::renew`. Without options: `Driver::retry_renewal`.
    Renew(RenewIn, String, Option<SignInOptions>),
}

/// Work that runs now or, except for [`Sweep`](Self::Sweep), not at all. It concerns a signed-in user, and a user is
/// signed in only after the code is loaded.
pub enum Immediate<'a> {
    /// Removes expired and invalid records. If the code is missing, this runs when the code is loaded.
    Sweep,
    /// Stores what the user was doing, for the way back.
    SaveKept,
    /// `Driver::keep`: a name and a value.
    Keep(&'a str, &'a str),
    /// Handles the last message of the front-channel logout page.
    ReadFrontChannelLogout,
    /// `Driver::sign_out`.
    SignOut,
}
