//! Scopes in plain words.

use leptos::prelude::*;

/// One row for each scope: what it gives away, for the person who is asked.
#[component]
pub fn Permissions(scopes: Vec<String>) -> impl IntoView {
    let rows: Vec<_> = scopes
        .into_iter()
        .map(|scope| {
            let (what, more) = words(&scope);
            let more = more.map_or(scope, str::to_owned);
            view! { <li><strong>{what}</strong><span>{more}</span></li> }
        })
        .collect();
    view! { <ul class="asks">{rows}</ul> }
}

/// What a scope gives away, and the small print; a scope without small print is shown by its name.
fn words(scope: &str) -> (&'static str, Option<&'static str>) {
    match scope {
        "openid" => ("Who you are", Some("An id for your account")),
        "profile" => ("Your name", Some("And your language")),
        "email" => ("Your e-mail address", Some("And whether it is confirmed")),
        "tenants" => ("Your company", Some("The one you sign in for")),
        "address" => ("Your address", Some("Or your country alone")),
        "phone" => ("Your phone number", Some("And whether it is confirmed")),
        "roles" => ("Your roles", Some("What you may do at Visma")),
        _ => match scope.rsplit_once(':') {
            Some((_, "read")) => ("Read for you", None),
            Some((_, "create")) => ("Create for you", None),
            Some((_, "update")) => ("Change for you", None),
            Some((_, "delete")) => ("Delete for you", None),
            _ => ("Further access", None),
        },
    }
}
