//! The progress of a renewal: a new token for the signed-in user. The session does not change until the new token has
//! passed every check.

use super::error::SignInError;
use super::moment::Moment;
use super::state::SessionState;

/// The progress of a renewal.
#[derive(Clone, Debug, PartialEq)]
pub enum Renewal {
    /// No renewal is running.
    None,
    /// The browser is leaving for the provider in this tab.
    Leaving {
        /// When this began.
        since: Moment,
    },
    /// The user signs in at the provider in another window. The app cannot know whether that window is still open.
    InWindow {
        /// When this began.
        since: Moment,
    },
    /// The response has arrived and is being checked.
    Exchanging,
    /// The renewal failed. The session has not changed.
    Failed(SignInError),
}

/// Where a renewal opens the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewIn {
    /// In a small window. This page does not change.
    Window,
    /// In this tab. The browser leaves the page, and returns with the fields that `Session::keep` has kept.
    Tab,
}

/// What a page shows about the end and the renewal of a session.
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
    /// The renewal failed.
    Failed(SignInError),
    /// The session has ended.
    Ended,
}

impl RenewalNotice {
    /// The notice for this state. A running or failed renewal takes precedence over the end of the session.
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
    /// When the browser began to leave, or when the window was opened.
    pub(super) fn since(&self) -> Option<Moment> {
        match self {
            Self::Leaving { since } | Self::InWindow { since } => Some(*since),
            Self::None | Self::Exchanging | Self::Failed(_) => None,
        }
    }
}
