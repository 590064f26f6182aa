//! The way in.

use leptos::prelude::*;

use super::handle::use_session;
use crate::messages::text;
use crate::protocol::options::SignInOptions;

/// Leaves for the sign-in service and comes back to where the user is now. A page shows it once, or not at all.
#[component]
pub fn SignInButton(
    /// What the button says; a signal will do.
    #[prop(into, default = text::SIGN_IN_BUTTON.text().into())]
    label: TextProp,
    /// What the sign-in asks for, and where it ends.
    #[prop(optional)]
    options: SignInOptions,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button
            class="button"
            type="button"
            data-testid="sign-in"
            on:click=move |_| session.sign_in(options.clone())
            // The whole content: the translator of a browser may have replaced the text node.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
