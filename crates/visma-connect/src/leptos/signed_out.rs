//! What is there while nobody is signed in.

use leptos::prelude::*;

use super::handle::use_session;

/// Shows what is inside while nobody is signed in. While a callback is read, nobody knows yet, and nothing is shown.
#[component]
pub fn SignedOut(
    /// Built anew each time that a session ends.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! { <Show when=move || session.is_authenticated() == Some(false)>{children()}</Show> })
}
