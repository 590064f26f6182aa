//! Home, while nobody is signed in: what this is, one button, what will be asked for, and by whom.

use leptos::prelude::*;

use crate::components::{Heading, Permissions, SignInButton};
use crate::context::use_session;
use crate::session::driver::ProviderStatus;
use crate::session::explanation::explain;

/// The same boxes as in index.html, in which nothing moves when the app takes over.
#[component]
pub fn Home() -> impl IntoView {
    let session = use_session()?;
    let config = session.config();
    let authority = config.authority().as_str().to_owned();
    let scopes = config.scopes().to_vec();
    let trouble = move || {
        let ProviderStatus::Failed(error) = session.provider().get() else { return None };
        let words = explain(&error, &config);
        Some(view! {
            <div class="note warn" role="alert" data-testid="error" data-code=error.code()>
                <strong>{words.title}</strong>
                <p>{words.happened}" "{words.advice}</p>
            </div>
        })
    };
    Some(view! {
        <section class="home">
            <div class="hero">
                <Heading text="Sign in with your Visma account"/>
                <p class="lead">
                    "This app works with Visma for you, from your browser alone. You sign in at Visma Connect and come straight back."
                </p>
                <SignInButton/>
                {trouble}
                <ul class="ticks">
                    <li>"This app never sees your password"</li>
                    <li>"Your access is kept in memory, never stored"</li>
                    <li>"It ends when you close or reload the page"</li>
                </ul>
            </div>
            <div class="card">
                <h2>"What will be asked for"</h2>
                <Permissions scopes=scopes/>
                <p class="at">"By the sign-in service at "<b>{authority}</b></p>
            </div>
        </section>
    })
}
