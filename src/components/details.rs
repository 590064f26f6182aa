//! The details of an error, for the developer.

use std::rc::Rc;

use leptos::task::spawn_local;

use visma_connect::{Session, SignInError};

use crate::dom::element::{Element, element};
use crate::dom::{clipboard, page};
use crate::messages::text;

/// The remedy and the facts about the error. The user can copy the facts and send them to the developer. The element is
/// closed until the user opens it.
pub fn details(session: Session, error: &SignInError, remedy: &str) -> Element {
    let facts: Rc<str> = facts(session, error).into();
    let copy_result = element("span").attribute("role", "status");
    let copy = element("button").class("button quiet").attribute("type", "button");
    let copy = copy.text(text::DETAILS_COPY_BUTTON.text()).on_click({
        let (facts, copy_result) = (Rc::clone(&facts), copy_result.clone());
        move || {
            let (facts, copy_result) = (Rc::clone(&facts), copy_result.clone());
            spawn_local(async move {
                let is_copied = clipboard::copy(&facts).await;
                let result = if is_copied { text::DETAILS_COPIED } else { text::DETAILS_NOT_COPIED };
                copy_result.emptied().text(result.text());
            });
        }
    });
    element("details")
        .class("details")
        .attribute("data-testid", "error-details")
        .child(element("summary").text(text::DETAILS_TITLE.text()))
        .child(element("p").text(remedy))
        .child(element("pre").attribute("tabindex", "0").text(&facts))
        .child(element("div").class("actions").child(copy).child(copy_result))
}

/// The facts about the error, one per line, as `name: value`. They contain no secret: only the error, public settings
/// of the client, the time, the page without query and fragment, the browser and the version of the app.
fn facts(session: Session, error: &SignInError) -> String {
    let config = session.config();
    let reported = match error {
        SignInError::Provider(error) => error.reported(),
        SignInError::Misbehaved(error) => error.member().unwrap_or_default(),
        _ => "",
    };
    let mut facts = String::new();
    for (name, value) in [
        ("code", error.code()),
        ("about", reported),
        ("time", &page::now_iso()),
        ("authority", config.authority().as_str()),
        ("client_id", config.client_id()),
        ("redirect_uri", config.redirect_uri().as_str()),
        ("scopes", &config.scope()),
        ("id_token_signed_response_alg", config.id_token_algorithm().name()),
        ("page", &page::address()),
        ("browser", &page::user_agent()),
        ("app", concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
    ] {
        if !value.is_empty() {
            facts.extend([name, ": ", value, "\n"]);
        }
    }
    facts
}
