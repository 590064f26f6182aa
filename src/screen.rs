//! Address and session -> what is on the screen, and what is announced of it. Every case is one line of a table.

use crate::messages::text;
use visma_connect::{ProviderSession, Route, SessionState, SignInError, SignedOutReason};

/// What is on the screen. Equal screens are not drawn again.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// The user is signed out: what this is, and the sign-in button.
    Home,
    /// The address is no page.
    NotFound,
    /// The browser is leaving for the sign-in page.
    Leaving,
    /// The callback is being read.
    SigningIn,
    /// The browser is leaving for the sign-out page.
    SigningOut,
    /// Who is signed in, and what they can do.
    SignedIn {
        /// Whether it is known for which company. UserInfo may say so a moment later.
        names_company: bool,
    },
    /// Signed out here; and at the provider, as far as it is known.
    SignedOut(ProviderSession),
    /// The session's time has passed.
    Expired,
    /// Something went wrong.
    Failed(SignInError),
    /// Too much has started by itself.
    Paused,
    /// The response went to another window.
    HandedOver,
    /// Whether to sign out.
    AskSignOut,
}

impl Screen {
    /// What is on the screen at this address.
    pub fn of(state: &SessionState, route: Route) -> Self {
        match (state, route) {
            (_, Route::SignOut) if !matches!(state, SessionState::SigningOut { .. }) => match state {
                SessionState::Unauthenticated(SignedOutReason::SignedOut(at_provider)) => Self::SignedOut(*at_provider),
                _ => Self::AskSignOut,
            },
            (SessionState::Authenticated(user) | SessionState::ExpiringSoon(user), _) => {
                Self::SignedIn { names_company: user.company().is_some() }
            }
            (SessionState::Expired, _) => Self::Expired,
            (SessionState::Redirecting { .. }, _) => Self::Leaving,
            (SessionState::Exchanging, _) => Self::SigningIn,
            (SessionState::SigningOut { .. }, _) => Self::SigningOut,
            (SessionState::Unauthenticated(why), route) => match (why, route) {
                (SignedOutReason::HandedOver, _) => Self::HandedOver,
                (SignedOutReason::Paused, _) => Self::Paused,
                (SignedOutReason::SignedOut(at_provider), _) => Self::SignedOut(*at_provider),
                (SignedOutReason::Failed(error), _) => Self::Failed(error.clone()),
                (SignedOutReason::NotYet | SignedOutReason::CameBack, Route::NotFound) => Self::NotFound,
                (SignedOutReason::NotYet | SignedOutReason::CameBack, _) => Self::Home,
            },
        }
    }
}

/// What changes without the screen changing, for people who do not see it. `expires_in` is in seconds.
pub fn spoken(state: &SessionState, expires_in: Option<u32>) -> &'static str {
    match (state, expires_in) {
        (SessionState::ExpiringSoon(_), Some(0..=60)) => text::SPOKEN_MINUTE_LEFT_STAY.text(),
        (SessionState::ExpiringSoon(_), _) => text::SPOKEN_ENDS_SOON.text(),
        (SessionState::Authenticated(_), Some(0..=60)) => text::SPOKEN_MINUTE_LEFT.text(),
        (SessionState::Authenticated(_), Some(61..=300)) => text::SPOKEN_FIVE_MINUTES_LEFT.text(),
        (SessionState::Expired, _) => text::SPOKEN_ENDED.text(),
        (SessionState::Unauthenticated(SignedOutReason::CameBack), _) => text::SPOKEN_CAME_BACK.text(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use visma_connect::PlatformError;
    use visma_connect::testing::{NOW, user as signed_in};

    #[test]
    fn every_session_at_every_address_is_one_screen() {
        let failed = SignInError::from(PlatformError::Unreachable);
        let signed_out = SessionState::Unauthenticated;
        let since = NOW;
        let home = Screen::SignedIn { names_company: false };
        let all = [Route::Home, Route::Callback, Route::SignedOut, Route::Initiate, Route::SignOut, Route::NotFound];
        for (state, elsewhere, at_no_page, at_sign_out) in [
            (signed_out(SignedOutReason::NotYet), Screen::Home, Screen::NotFound, Screen::AskSignOut),
            (signed_out(SignedOutReason::CameBack), Screen::Home, Screen::NotFound, Screen::AskSignOut),
            (signed_out(SignedOutReason::HandedOver), Screen::HandedOver, Screen::HandedOver, Screen::AskSignOut),
            (signed_out(SignedOutReason::Paused), Screen::Paused, Screen::Paused, Screen::AskSignOut),
            (
                signed_out(SignedOutReason::Failed(failed.clone())),
                Screen::Failed(failed.clone()),
                Screen::Failed(failed),
                Screen::AskSignOut,
            ),
            (
                signed_out(SignedOutReason::SignedOut(ProviderSession::Ended)),
                Screen::SignedOut(ProviderSession::Ended),
                Screen::SignedOut(ProviderSession::Ended),
                Screen::SignedOut(ProviderSession::Ended),
            ),
            (SessionState::Redirecting { since }, Screen::Leaving, Screen::Leaving, Screen::AskSignOut),
            (SessionState::Exchanging, Screen::SigningIn, Screen::SigningIn, Screen::AskSignOut),
            (SessionState::Authenticated(signed_in()), home.clone(), home.clone(), Screen::AskSignOut),
            (SessionState::ExpiringSoon(signed_in()), home.clone(), home, Screen::AskSignOut),
            (SessionState::Expired, Screen::Expired, Screen::Expired, Screen::AskSignOut),
            (SessionState::SigningOut { since }, Screen::SigningOut, Screen::SigningOut, Screen::SigningOut),
        ] {
            for route in all {
                let expected = match route {
                    Route::NotFound => &at_no_page,
                    Route::SignOut => &at_sign_out,
                    _ => &elsewhere,
                };
                assert_eq!(&Screen::of(&state, route), expected, "{state:?} at {route:?}");
            }
        }
    }

    #[test]
    fn the_end_is_announced_with_what_there_is_to_do() {
        let soon = || SessionState::ExpiringSoon(signed_in());
        let long = || SessionState::Authenticated(signed_in());
        for (state, expires_in, expected) in [
            (long(), Some(3_600), ""),
            (long(), Some(300), "Less than five minutes"),
            (soon(), Some(120), "Choose Stay signed in"),
            (soon(), Some(61), "Choose Stay signed in"),
            (soon(), Some(60), "Choose Stay signed in"),
            (soon(), Some(1), "Less than a minute"),
            (SessionState::Expired, None, "has ended"),
            (SessionState::Unauthenticated(SignedOutReason::CameBack), None, "came back"),
            (SessionState::Unauthenticated(SignedOutReason::NotYet), None, ""),
        ] {
            let words = spoken(&state, expires_in);
            assert!(words.contains(expected) && words.is_empty() == expected.is_empty(), "{state:?}: {words:?}");
        }
    }
}
