//! What is there while somebody is signed in.

use leptos::prelude::*;

use crate::context::use_session;

/// Shows what is inside while somebody is signed in. It stays as it is when the session changes in any other way, for
/// example when the name arrives or the token is renewed.
#[component]
pub fn SignedIn(
    /// Built anew for each person who signs in, and gone with the session.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! { <Show when=move || session.is_authenticated() == Some(true)>{children()}</Show> })
}
