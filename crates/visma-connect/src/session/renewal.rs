//! A new token for who is signed in: how far that has come. The session itself stays as it is until the new token has
//! passed every check.

use super::error::SignInError;
use super::moment::Moment;
use super::state::SessionState;

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
    /// The user is at the provider in another window, which may be open, forgotten or closed: the app cannot know.
    InWindow {
        /// When this began.
        since: Moment,
    },
    /// The response has come and is being checked.
    Exchanging,
    /// It did not work. The session is what it was.
    Failed(SignInError),
}

/// Where a renewal asks the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewIn {
    /// In a small window: this page stays as it is.
    Window,
    /// In this tab: the page is left, and comes back with what `Session::keep` has kept.
    Tab,
}

/// What there is to say, and to do, about how long a session lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum RenewalNotice {
    /// Nothing.
    Nothing,
    /// The end is near.
    EndsSoon,
    /// The browser is leaving for the provider.
    Leaving,
    /// The user is at the provider in another window.
    InWindow,
    /// The response is being checked.
    Checking,
    /// The renewal did not work.
    Failed(SignInError),
    /// The session is over.
    Ended,
}

impl RenewalNotice {
    /// A renewal that is under way comes before everything else.
    pub fn of(renewal: &Renewal, state: &SessionState) -> Self {
        match (renewal, state) {
            (Renewal::Leaving { .. }, _) => Self::Leaving,
            (Renewal::InWindow { .. }, _) => Self::InWindow,
            (Renewal::Exchanging, _) => Self::Checking,
            (Renewal::Failed(error), _) => Self::Failed(error.clone()),
            (Renewal::None, SessionState::ExpiringSoon(_)) => Self::EndsSoon,
            (Renewal::None, SessionState::Expired) => Self::Ended,
            (Renewal::None, _) => Self::Nothing,
        }
    }
}

impl Renewal {
    /// Since when the user must act in another window.
    pub(super) fn since(&self) -> Option<Moment> {
        match self {
            Self::Leaving { since } | Self::InWindow { since } => Some(*since),
            Self::None | Self::Exchanging | Self::Failed(_) => None,
        }
    }
}
