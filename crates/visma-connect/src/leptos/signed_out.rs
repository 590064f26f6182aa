//! Content for signed-out users.

use leptos::prelude::*;

use super::handle::use_session;

/// Shows its children while the user is signed out. While a callback is read, that is not known, and nothing is shown.
#[component]
pub fn SignedOut(
    /// Built anew each time that a session ends.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! { <Show when=move || session.is_authenticated() == Some(false)>{children()}</Show> })
}
