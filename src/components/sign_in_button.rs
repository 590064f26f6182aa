//! The way in.

use leptos::prelude::*;

use crate::context::use_session;

/// Leaves for the sign-in service and comes back to where the person is now. A page shows it once, or not at all.
#[component]
pub fn SignInButton(
    /// What the button says.
    #[prop(default = "Sign in")]
    label: &'static str,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button class="button" type="button" data-testid="sign-in" on:click=move |_| session.sign_in()>{label}</button>
    })
}
