//! The way out.

use leptos::prelude::*;

use crate::browser::element::{Element, element};
use crate::context::{Session, use_session};

/// Ends the session here, and then at the sign-in service.
pub fn sign_out_button(session: Session) -> Element {
    let button = element("button").class("button quiet").attribute("type", "button");
    button.attribute("data-testid", "sign-out").text("Sign out").on_click(move || session.sign_out())
}

/// [`sign_out_button`] for `view!`, in other apps.
#[component]
pub fn SignOutButton(
    /// What the button says; a signal will do.
    #[prop(into, default = "Sign out".into())]
    label: TextProp,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button
            class="button quiet"
            type="button"
            data-testid="sign-out"
            on:click=move |_| session.sign_out()
            // The whole content and not a text in it, which the translator of a browser may have taken out.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
