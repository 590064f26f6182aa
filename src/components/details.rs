//! What a developer needs to mend an error.

use std::rc::Rc;

use leptos::task::spawn_local;

use visma_connect::{Session, SignInError};

use crate::dom::element::{Element, element};
use crate::dom::{clipboard, page};
use crate::messages::text;

/// The remedy, and everything about the error that may be shared, to be read or copied. Closed until the user opens it.
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

/// Nothing in it is secret: a public client's settings, the time, the page and the browser.
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
