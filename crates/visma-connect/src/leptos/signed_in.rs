//! Content for signed-in users.

use leptos::prelude::*;

use super::handle::use_session;
use crate::session::state::SessionState;

/// Shows its children while the user is signed in. Other changes of the session do not rebuild them, for example the
/// arrival of the user's name or a renewal of the token. Without a session from
/// [`provide_session`](super::handle::provide_session) it shows nothing.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{SignInButton, SignedIn, SignedOut};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <SignedOut><SignInButton/></SignedOut>
///     // The form stays on the page after the session has expired, so that the user loses no text.
///     <SignedIn while_expired=true>
///         <textarea name="note"></textarea>
///     </SignedIn>
/// }
/// # }
/// ```
#[component]
pub fn SignedIn(
    /// Built each time that a user signs in, and removed when the session ends.
    children: ChildrenFn,
    /// Whether the children also stay in the state `Expired`, so that the user's work is not lost. A renewal for the
    /// same user and company does not rebuild them. For another user or company they are removed first. The access
    /// token is dropped at the end of the session in either case.
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
