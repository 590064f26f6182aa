//! Content for signed-out users.

use leptos::prelude::*;

use super::handle::use_session;

/// Shows its children while the user is signed out. This includes the states `Expired`, `Redirecting` and `SigningOut`.
/// While an authorization response is being processed, it shows nothing. Without a session from
/// [`provide_session`](super::handle::provide_session) it shows nothing.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{SignInButton, SignedOut};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <SignedOut>
///         <p>"Sign in to see your invoices."</p>
///         <SignInButton/>
///     </SignedOut>
/// }
/// # }
/// ```
#[component]
pub fn SignedOut(
    /// Built when the app starts without a session, and each time that a session ends. Removed when an authorization
    /// response is being processed or a user signs in.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! { <Show when=move || session.is_authenticated() == Some(false)>{children()}</Show> })
}
