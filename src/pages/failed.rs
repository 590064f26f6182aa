//! A sign-in that did not succeed: what happened, what to do, and the code to report.

use leptos::prelude::*;

use crate::components::{Heading, SignInButton};
use crate::context::use_session;
use crate::session::error::SignInError;
use crate::session::explanation::explain;

/// The provider's own words are text, and are marked as its own.
#[component]
pub fn Failed(error: SignInError) -> impl IntoView {
    let config = use_session()?.config();
    let base = config.base().path_and_query().to_owned();
    let words = explain(&error, &config);
    let tone = if error.is_cancelled() { "notice warn" } else { "notice bad" };
    let code = error.code();
    let (theirs, member) = match error {
        SignInError::Provider(error) => (error.description().map(str::to_owned), None),
        SignInError::Misbehaved(error) => (None, error.member()),
        _ => (None, None),
    };
    let theirs = theirs.map(|theirs| view! { <p class="note">"The sign-in service says: "<q>{theirs}</q></p> });
    let member = member.map(|member| [": ", member].concat());
    Some(view! {
        <section class=tone data-testid="error" data-code=code>
            <Heading text=words.title/>
            <p class="lead">{words.happened}</p>
            {theirs}
            <p>{words.advice}</p>
            <div class="actions"><SignInButton label="Sign in again"/><a href=base>"Home"</a></div>
            <p class="code">"Code: "<code>{code}{member}</code></p>
        </section>
    })
}
