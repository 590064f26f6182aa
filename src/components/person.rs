//! Name and e-mail address, as far as they have come.

use leptos::prelude::*;

use super::element::{Element, element, live};
use crate::context::Session;
use crate::session::explanation::explain;
use crate::session::state::{ProfileState, SignedIn};

/// Who is signed in. The lines keep their place while the name is on its way.
pub fn person(session: Session) -> AnyView {
    live(move || {
        let state = session.state();
        let lines = match state.signed_in().map(SignedIn::profile) {
            Some(ProfileState::Loaded(profile)) => {
                let (name, email) = (profile.name.as_deref(), profile.email.as_deref());
                let initial: String = name.or(email).unwrap_or("?").chars().take(1).collect();
                let name = name.unwrap_or("No name given").to_owned();
                let email = email.unwrap_or("No e-mail address given").to_owned();
                [
                    face(initial),
                    element("p").class("name").attribute("data-testid", "user-name").text(name),
                    element("p").class("mail").attribute("data-testid", "user-email").text(email),
                ]
            }
            Some(ProfileState::Unavailable(error)) => {
                let words = explain(error, &session.config());
                unnamed(words.title, words.happened)
            }
            Some(ProfileState::None) => unnamed(
                "Your name is not available",
                "The sign-in service does not tell names. You are signed in all the same.",
            ),
            Some(ProfileState::Loading) | None => unnamed("Fetching your name…", "\u{a0}"),
        };
        element("div").class("who").children(lines).view()
    })
}

fn face(initial: String) -> Element {
    element("span").class("face").attribute("aria-hidden", "true").text(initial)
}

fn unnamed(title: &'static str, why: &'static str) -> [Element; 3] {
    [face(String::new()), element("p").class("name").text(title), element("p").class("mail").text(why)]
}
