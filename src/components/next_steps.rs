//! What the user can do on a page with one message.

use visma_connect::Session;

use super::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::messages::text::{self, Message};

/// The sign-in button with this label, and a link to home.
pub fn next_steps(session: Session, label: Message) -> Element {
    element("div")
        .class("actions")
        .child(sign_in_button(session, label))
        .child(element("a").attribute("href", session.config().base().path_and_query()).text(text::HOME_LINK.text()))
}
