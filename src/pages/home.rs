//! Home, while the user is signed out: what this is, one button, what will be asked for, and by whom.

use visma_connect::{ProviderStatus, Session};

use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::rest;

/// The same boxes as in index.html, in which nothing moves when the app takes over.
pub fn home(session: Session) -> Element {
    let config = session.config();
    let lead = "This app works with Visma on your behalf, entirely in your browser. You sign in at Visma Connect and \
        come straight back.";
    let ticks = [
        "This app never sees your password",
        "Your access is kept in memory, never stored",
        "It ends with the page, and one click brings it back",
    ];
    let hero = element("div")
        .class("hero")
        .child(heading("Sign in with your Visma account"))
        .child(element("p").class("lead").text(lead))
        .child(sign_in_button(session, if session.was_signed_in() { "Continue" } else { "Sign in" }))
        .child(trouble(session))
        .child(element("ul").class("ticks").children(ticks.map(|tick| element("li").text(tick))));
    let authority = element("b").text(config.authority().as_str());
    let card = element("div")
        .class("card")
        .child(element("h2").text("What this app asks for"))
        .child(permissions(config.scopes()))
        .child(element("p").class("at").text("By the sign-in service at ").child(authority));
    element("section").class("home").child(hero).child(card)
}

/// What is known to be wrong before a click. Without content it takes no room.
fn trouble(session: Session) -> Element {
    live(element("div"), move |trouble| {
        let trouble = trouble.emptied();
        if let ProviderStatus::Failed(error) = session.provider() {
            trouble.children(rest::trouble(session, &error));
        }
    })
}
