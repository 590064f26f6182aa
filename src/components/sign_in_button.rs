//! The way in.

use visma_connect::{Session, SignInOptions};

use crate::dom::element::{Element, element};
use crate::messages::text::Message;

/// Leaves for the sign-in service and comes back to where the user is now. A page shows it once, or not at all.
pub fn sign_in_button(session: Session, label: Message) -> Element {
    let button = element("button").class("button").attribute("type", "button").attribute("data-testid", "sign-in");
    button.text(label.text()).on_click(move || session.sign_in(SignInOptions::default()))
}
