//! Home while the user is signed out: a description of the app, the sign-in button, the permissions that the app
//! requests, and the address of the provider.

use visma_connect::{ProviderStatus, Session};

use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;
use crate::rest;

/// Draws elements with the same positions and sizes as those in index.html, so that the layout does not change when the
/// app starts.
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

/// The error of the request for the provider's metadata, which is sent before the user presses the button. Without an
/// error, the element is empty and takes no space.
fn provider_error(session: Session) -> Element {
    live(element("div"), move |place| {
        let place = place.emptied();
        if let ProviderStatus::Failed(error) = session.provider() {
            place.children(rest::provider_error(session, &error));
        }
    })
}
