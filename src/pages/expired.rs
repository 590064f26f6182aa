//! The session's time is up.

use leptos::prelude::*;

use crate::components::{Heading, SignInButton};

/// Says why the session is gone; the token is gone already.
#[component]
pub fn Expired() -> impl IntoView {
    view! {
        <section class="notice warn">
            <Heading text="Your session has ended"/>
            <p class="lead">"Access lasts for a limited time, and that time is up. Sign in again to go on."</p>
            <div class="actions"><SignInButton label="Sign in again"/></div>
        </section>
    }
}
