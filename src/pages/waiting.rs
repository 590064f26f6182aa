//! Nothing to do but wait: on the way to the sign-in service, and back from it.

use leptos::prelude::*;

use crate::components::Heading;
use crate::context::use_session;

/// The browser is leaving.
#[component]
pub fn Leaving() -> impl IntoView {
    let authority = use_session()?.config().authority().as_str().to_owned();
    Some(view! {
        <section class="notice busy">
            <Heading text="Taking you to sign in"/>
            <p class="lead">"You are on your way to "<b>{authority}</b></p>
        </section>
    })
}

/// The callback is being read. boot.js shows the same words before the app arrives.
#[component]
pub fn SigningIn() -> impl IntoView {
    view! {
        <section class="notice busy">
            <Heading text="Signing you in"/>
            <p class="lead">"The answer is being checked. This takes a moment."</p>
        </section>
    }
}
