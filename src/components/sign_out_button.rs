//! The way out.

use leptos::prelude::*;

use crate::context::use_session;

/// Ends the session here, and then at the sign-in service.
#[component]
pub fn SignOutButton() -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button class="button quiet" type="button" data-testid="sign-out" on:click=move |_| session.sign_out()>
            "Sign out"
        </button>
    })
}
