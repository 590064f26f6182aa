//! Content for signed-in users.

use leptos::prelude::*;

use super::handle::use_session;
use crate::session::state::SessionState;

/// Shows its children while the user is signed in. They stay as they are when the session changes in any other way, for
/// example when the name arrives or the token is renewed.
#[component]
pub fn SignedIn(
    /// Built anew for each user who signs in, and gone with the session.
    children: ChildrenFn,
    /// Stay when the session's time has passed, too: what the user was doing is kept until the next sign-in, and
    /// removed when another user signs in. The token is gone all the same.
    #[prop(optional)]
    while_expired: bool,
) -> impl IntoView {
    let session = use_session()?;
    let is_shown = move || {
        let state = session.state();
        state.is_authenticated() == Some(true) || while_expired && matches!(state, SessionState::Expired)
    };
    Some(view! { <Show when=is_shown>{children()}</Show> })
}
