//! Which screen is shown for an address and a session, and what screen readers announce. Each function is one `match`.

use crate::messages::text;
use visma_connect::{ProviderSession, Route, SessionState, SignInError, SignedOutReason};

/// What the app shows. A screen that is equal to the current one is not drawn again.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// Home while the user is signed out: a description of the app, and the sign-in button.
    Home,
    /// The address is not a page of this app.
    NotFound,
    /// The browser is leaving for the provider's sign-in page.
    Leaving,
    /// The provider's response is being checked.
    SigningIn,
    /// The browser is leaving for the provider's sign-out page.
    SigningOut,
    /// The user is signed in: name, company, permissions, time left.
    SignedIn {
        /// Whether the company is known. If the ID token does not state it, the UserInfo response may.
        is_company_known: bool,
    },
    /// The user has signed out of this app. The value states what is known about the provider's session.
    SignedOut(ProviderSession),
    /// The session has expired.
    Expired,
    /// A sign-in failed.
    Failed(SignInError),
    /// A sign-in without a click was not started. The next sign-in needs a click.
    Paused,
    /// The response was handed over to the window that waits for it. This window can be closed.
    HandedOver,
    /// The page `/sign-out` asks whether to sign out.
    AskSignOut,
}

impl Screen {
    /// The screen for this state at this address.
    pub fn of(state: &SessionState, route: Route) -> Self {
        match (state, route) {
            (_, Route::SignOut) if !matches!(state, SessionState::SigningOut { .. }) => match state {
                SessionState::Unauthenticated(SignedOutReason::SignedOut(provider_session)) => {
                    Self::SignedOut(*provider_session)
                }
                _ => Self::AskSignOut,
            },
            (SessionState::Authenticated(user) | SessionState::ExpiringSoon(user), _) => {
                Self::SignedIn { is_company_known: user.company().is_some() }
            }
            (SessionState::Expired, _) => Self::Expired,
            (SessionState::Redirecting { .. }, _) => Self::Leaving,
            (SessionState::Exchanging, _) => Self::SigningIn,
            (SessionState::SigningOut { .. }, _) => Self::SigningOut,
            (SessionState::Unauthenticated(reason), route) => match (reason, route) {
                (SignedOutReason::HandedOver, _) => Self::HandedOver,
                (SignedOutReason::Paused, _) => Self::Paused,
                (SignedOutReason::SignedOut(provider_session), _) => Self::SignedOut(*provider_session),
                (SignedOutReason::Failed(error), _) => Self::Failed(error.clone()),
                (SignedOutReason::NotYet | SignedOutReason::NavigatedBack, Route::NotFound) => Self::NotFound,
                (SignedOutReason::NotYet | SignedOutReason::NavigatedBack, _) => Self::Home,
            },
        }
    }
}

/// The text of the live region, which screen readers announce when it changes. Empty if there is nothing to announce.
/// `expires_in` is the time until the session ends, in seconds.
pub fn spoken(state: &SessionState, expires_in: Option<u32>) -> &'static str {
    match (state, expires_in) {
        (SessionState::ExpiringSoon(_), Some(0..=60)) => text::SPOKEN_MINUTE_LEFT_STAY.text(),
        (SessionState::ExpiringSoon(_), _) => text::SPOKEN_ENDS_SOON.text(),
        (SessionState::Authenticated(_), Some(0..=60)) => text::SPOKEN_MINUTE_LEFT.text(),
        (SessionState::Authenticated(_), Some(61..=300)) => text::SPOKEN_FIVE_MINUTES_LEFT.text(),
        (SessionState::Expired, _) => text::SPOKEN_ENDED.text(),
        (SessionState::Unauthenticated(SignedOutReason::NavigatedBack), _) => text::SPOKEN_CAME_BACK.text(),
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
        let home = Screen::SignedIn { is_company_known: false };
        let all = [Route::Home, Route::Callback, Route::SignedOut, Route::Initiate, Route::SignOut, Route::NotFound];
        for (state, at_other_pages, at_unknown_address, at_sign_out) in [
            (signed_out(SignedOutReason::NotYet), Screen::Home, Screen::NotFound, Screen::AskSignOut),
            (signed_out(SignedOutReason::NavigatedBack), Screen::Home, Screen::NotFound, Screen::AskSignOut),
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
                    Route::NotFound => &at_unknown_address,
                    Route::SignOut => &at_sign_out,
                    _ => &at_other_pages,
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
            (SessionState::Unauthenticated(SignedOutReason::NavigatedBack), None, "came back"),
            (SessionState::Unauthenticated(SignedOutReason::NotYet), None, ""),
        ] {
            let words = spoken(&state, expires_in);
            assert!(words.contains(expected) && words.is_empty() == expected.is_empty(), "{state:?}: {words:?}");
        }
    }
}
