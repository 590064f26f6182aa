//! After signing out: what is certain, and what is not.

use leptos::prelude::*;

use crate::components::{Heading, SignInButton};
use crate::context::use_session;
use crate::session::state::AtProvider;

/// Says whether the sign-in service has confirmed the sign-out.
#[component]
pub fn SignedOut(at_provider: AtProvider) -> impl IntoView {
    let config = use_session()?.config();
    let base = config.base().path_and_query().to_owned();
    let (tone, title, lead, doubt) = match at_provider {
        AtProvider::Ended => (
            "notice good",
            "You are signed out",
            "Here and at the sign-in service. Nothing of your session is left in this tab.",
            None,
        ),
        AtProvider::MayRemain => (
            "notice warn",
            "You are signed out here",
            "Nothing of your session is left in this tab.",
            Some(config.authority().as_str().to_owned()),
        ),
    };
    let doubt = doubt.map(|authority| {
        view! {
            <p class="note">
                "You may still be signed in at "<b>{authority}</b>
                ". On a shared computer, sign out there too, or close the browser."
            </p>
        }
    });
    Some(view! {
        <section class=tone>
            <Heading text=title/>
            <p class="lead">{lead}</p>
            {doubt}
            <div class="actions"><SignInButton label="Sign in again"/><a href=base>"Home"</a></div>
        </section>
    })
}
