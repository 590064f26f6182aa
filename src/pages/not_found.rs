//! An address that is not a page of this app.

use leptos::prelude::*;

use crate::components::{Heading, SignInButton};
use crate::context::use_session;

/// Offers the two ways on.
#[component]
pub fn NotFound() -> impl IntoView {
    let base = use_session()?.config().base().path_and_query().to_owned();
    Some(view! {
        <section class="notice">
            <Heading text="Nothing is here"/>
            <p class="lead">"This address is not a page of this app."</p>
            <div class="actions"><SignInButton/><a href=base>"Home"</a></div>
        </section>
    })
}
