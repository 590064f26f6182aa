//! The progress of a renewal. A renewal gets a new access token for the user of the session. The session does not
//! change until the new token has passed every check.

use super::error::SignInError;
use super::moment::Moment;
use super::state::SessionState;

/// The progress of a renewal.
#[derive(Clone, Debug, PartialEq)]
pub enum Renewal {
    /// No renewal is running, and there is no error to show.
    None,
    /// The browser is leaving for the provider in this tab.
    Leaving {
        /// When the renewal began.
        since: Moment,
    },
    /// The provider is open in another window. The app cannot detect whether the user closes that window.
    InWindow {
        /// When the renewal began.
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
    /// In a small window. This page stays open.
    Window,
    /// In this tab. The browser leaves the page. After the return, the app can read the fields that it has kept with
    /// `Session::keep`.
    Tab,
}

/// What a page shows about the end and the renewal of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum RenewalNotice {
    /// Nothing.
    Nothing,
    /// The session ends soon.
    EndsSoon,
    /// The browser is leaving for the provider.
    Leaving,
    /// The provider is open in another window.
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
    /// When the renewal began. `None` unless the browser is leaving for the provider, or the provider is open in
    /// another window.
    pub(super) fn since(&self) -> Option<Moment> {
        match self {
            Self::Leaving { since } | Self::InWindow { since } => Some(*since),
            Self::None | Self::Exchanging | Self::Failed(_) => None,
        }
    }
}
