//! Home, while the user is signed out: what this is, one button, what will be asked for, and by whom.

use visma_connect::{ProviderStatus, Session};

use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;
use crate::rest;

/// The same boxes as in index.html, in which nothing moves when the app takes over.
pub fn home(session: Session) -> Element {
    let config = session.config();
    let ticks = [text::HOME_TICK_PASSWORD, text::HOME_TICK_MEMORY, text::HOME_TICK_ONE_CLICK];
    let hero = element("div")
        .class("hero")
        .child(heading(text::HOME_TITLE.text()))
        .child(element("p").class("lead").text(text::HOME_TEXT.text()))
        .child(sign_in_button(
            session,
            if session.was_signed_in() { text::CONTINUE_BUTTON } else { text::SIGN_IN_BUTTON },
        ))
        .child(provider_error(session))
        .child(element("ul").class("ticks").children(ticks.map(|tick| element("li").text(tick.text()))));
    let authority = element("b").text(config.authority().as_str());
    let card = element("div")
        .class("card")
        .child(element("h2").text(text::HOME_PERMISSIONS_TITLE.text()))
        .child(permissions(config.scopes()))
        .child(element("p").class("at").around(text::HOME_AUTHORITY, authority));
    element("section").class("home").child(hero).child(card)
}

/// What is known to be wrong before a click. Without content it takes no room.
fn provider_error(session: Session) -> Element {
    live(element("div"), move |place| {
        let place = place.emptied();
        if let ProviderStatus::Failed(error) = session.provider() {
            place.children(rest::provider_error(session, &error));
        }
    })
}
