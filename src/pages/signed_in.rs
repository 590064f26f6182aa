//! Home, while somebody is signed in: who, for which company, what they agreed to, for how long, and the way out.

use leptos::prelude::*;

use crate::components::{Heading, Permissions, Person, SignOutButton, TimeLeft};
use crate::context::use_session;
use crate::protocol::company::Company;

/// Exists only while somebody is signed in.
#[component]
pub fn SignedIn() -> impl IntoView {
    let session = use_session()?;
    let authority = session.config().authority().as_str().to_owned();
    let (company, granted, refresh_token_dropped) = session.state().with_untracked(|state| {
        let person = state.signed_in()?;
        let company = person.company().map(Company::tenant_id).unwrap_or("Not stated").to_owned();
        Some((company, person.granted().to_vec(), person.refresh_token_dropped()))
    })?;
    let warning = refresh_token_dropped.then(|| {
        view! {
            <p class="note warn">
                "The sign-in service also sent a refresh token, which was thrown away: a browser app must not have one. Developers: register this client as a Single-Page-App."
            </p>
        }
    });
    Some(view! {
        <section class="home" data-testid="session">
            <div class="hero">
                <Heading text="You are signed in"/>
                <Person/>
                <dl class="facts">
                    <div><dt>"Company"</dt><dd>{company}</dd></div>
                    <div><dt>"Signed in at"</dt><dd>{authority}</dd></div>
                </dl>
                {warning}
                <SignOutButton/>
            </div>
            <div class="card">
                <h2>"Your access"</h2>
                <TimeLeft/>
                <h2>"What you agreed to"</h2>
                <Permissions scopes=granted/>
            </div>
        </section>
    })
}
