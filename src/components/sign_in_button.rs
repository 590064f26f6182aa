//! The way in.

use leptos::prelude::*;

use crate::browser::element::{Element, element};
use crate::context::{Session, use_session};
use crate::protocol::options::SignInOptions;

/// Leaves for the sign-in service and comes back to where the person is now. A page shows it once, or not at all.
pub fn sign_in_button(session: Session, label: &'static str) -> Element {
    let button = element("button").class("button").attribute("type", "button").attribute("data-testid", "sign-in");
    button.text(label).on_click(move || session.sign_in(SignInOptions::default()))
}

/// [`sign_in_button`] for `view!`, in other apps.
#[component]
pub fn SignInButton(
    /// What the button says; a signal will do.
    #[prop(into, default = "Sign in".into())]
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
            // The whole content and not a text in it, which the translator of a browser may have taken out.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
