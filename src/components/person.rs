//! Name and e-mail address, as far as they have come.

use leptos::prelude::*;

use crate::context::use_session;
use crate::session::explanation::explain;
use crate::session::state::{ProfileState, SignedIn};

/// Who is signed in. The lines keep their place while the name is on its way.
#[component]
pub fn Person() -> impl IntoView {
    let session = use_session()?;
    let profile = Memo::new(move |_| session.state().with(|state| state.signed_in().map(SignedIn::profile).cloned()));
    Some(move || {
        let (name, email) = match profile.get()? {
            ProfileState::Loaded(profile) => (profile.name, profile.email),
            ProfileState::Loading => return Some(without_name("Fetching your name…", "", None)),
            ProfileState::Unavailable(error) => {
                let words = explain(&error, &session.config());
                return Some(without_name(words.title, words.happened, Some(error.code())));
            }
            ProfileState::None => {
                let why = "The sign-in service does not tell names. You are signed in all the same.";
                return Some(without_name("Your name is not available", why, None));
            }
        };
        let initial: String = name.iter().chain(&email).flat_map(|text| text.chars()).take(1).collect();
        let person = view! {
            <div class="who">
                <span class="face" aria-hidden="true">{initial.to_uppercase()}</span>
                <p class="name" data-testid="user-name">{name.unwrap_or_else(|| "No name given".to_owned())}</p>
                <p class="mail" data-testid="user-email">{email.unwrap_or_else(|| "No e-mail address given".to_owned())}</p>
            </div>
        };
        Some(person.into_any())
    })
}

fn without_name(title: &'static str, why: &'static str, code: Option<&'static str>) -> AnyView {
    view! {
        <div class="who" data-code=code>
            <span class="face" aria-hidden="true"></span>
            <p class="name">{title}</p>
            <p class="mail">{why}</p>
        </div>
    }
    .into_any()
}
