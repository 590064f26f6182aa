//! The way out.

use leptos::prelude::*;

use super::handle::use_session;
use crate::messages::text;

/// Ends the session here, and then at the sign-in service.
#[component]
pub fn SignOutButton(
    /// What the button says; a signal will do.
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
            // The whole content: the translator of a browser may have replaced the text node.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
