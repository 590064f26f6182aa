//! Work of the driver whose code may be loaded later. The code that starts a sign-in is always loaded first.
//!
//! The trait `Parts` decides when this work runs. `driver/parts.rs` runs it.

use zeroize::Zeroizing;

use super::renewal::RenewIn;
use crate::protocol::options::SignInOptions;

/// Work that waits until its code is loaded.
pub enum Deferred {
    /// Finishes the sign-in after `Driver::open_callback`. The text is the authorization response.
    FinishCallback(Zeroizing<String>),
    /// `Driver::initiate`, with query and fragment of the address.
    Initiate(Zeroizing<String>),
    /// Starts a silent sign-in that returns to this page.
    StartSilently(String),
    /// `Driver::listen`.
    Listen,
    /// `Driver::on_tab_message`, with the message.
    HandleTabMessage(String),
    /// `Driver::renew`, with the place, the page to return to and the options. Without options,
    /// `Driver::retry_renewal`.
    Renew(RenewIn, String, Option<SignInOptions>),
}

/// Work that cannot wait. While its code is not loaded, it is skipped. That is safe: except for [`Sweep`](Self::Sweep),
/// this work is needed only after a sign-in, and a sign-in finishes only when the code is loaded.
pub enum Immediate<'a> {
    /// Removes expired and invalid records. If it was skipped, it runs when the code has been loaded.
    Sweep,
    /// Stores the kept form fields and the scroll position, before the browser leaves for the provider.
    SaveKept,
    /// `Driver::keep`, with a name and a value.
    Keep(&'a str, &'a str),
    /// Handles the message that the front-channel logout page stored last.
    ReadFrontChannelLogout,
    /// `Driver::sign_out`.
    SignOut,
}
