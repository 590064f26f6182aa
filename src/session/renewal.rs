//! A new token for who is signed in: how far that has come. The session itself stays as it is until the new token has
//! passed every check.

use super::error::SignInError;
use super::moment::Moment;

/// How far a renewal has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Renewal {
    /// None is under way.
    None,
    /// The browser is leaving for the provider in this tab.
    Leaving {
        /// When this began.
        since: Moment,
    },
    /// The person is at the provider in another window, which may be open, forgotten or closed: nobody can tell.
    InWindow {
        /// When this began.
        since: Moment,
    },
    /// The answer has come and is being checked.
    Exchanging,
    /// It did not work. The session is what it was.
    Failed(SignInError),
}

/// Where a renewal asks the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewIn {
    /// In a small window: this page stays as it is.
    Window,
    /// In this tab: the page is left, and comes back with what it has [kept](super::driver::Driver::keep).
    Tab,
}

impl Renewal {
    /// Since when somebody has to do something elsewhere.
    pub(super) fn since(&self) -> Option<Moment> {
        match self {
            Self::Leaving { since } | Self::InWindow { since } => Some(*since),
            Self::None | Self::Exchanging | Self::Failed(_) => None,
        }
    }
}
