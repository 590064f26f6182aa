//! What is there while somebody is signed in.

use leptos::prelude::*;

use super::handle::use_session;
use crate::session::state::SessionState;

/// Shows what is inside while somebody is signed in. It stays as it is when the session changes in any other way, for
/// example when the name arrives or the token is renewed.
#[component]
pub fn SignedIn(
    /// Built anew for each user who signs in, and gone with the session.
    children: ChildrenFn,
    /// Stay when the session's time has passed, too: what somebody was doing is kept until they sign in again, and goes
    /// when they turn out to be somebody else. The token is gone all the same.
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
