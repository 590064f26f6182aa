//! The button that signs out.

use leptos::prelude::*;

use super::handle::use_session;
use crate::messages::text;

/// A button that ends the session in all tabs of this browser. Then the browser leaves for the provider, to sign the
/// user out there too. Without a session from [`provide_session`](super::handle::provide_session) it shows nothing.
///
/// The button has the classes `button` and `quiet`. A click calls
/// [`Session::sign_out`](super::handle::Session::sign_out).
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{SignOutButton, SignedIn};
/// # #[component]
/// # fn Corner() -> impl IntoView {
/// view! {
///     <SignedIn>
///         <SignOutButton label="Log out"/>
///     </SignedIn>
/// }
/// # }
/// ```
#[component]
pub fn SignOutButton(
    /// The label of the button: a text or a signal.
    #[prop(into, default = text::SIGN_OUT_BUTTON.text().into())]
    label: TextProp,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button
            class="button quiet"
            type="button"
            data-testid="sign-out"
            on:click=move |_| session.sign_out()
            // Set `textContent`, because the page translator of a browser may have replaced the text node.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
