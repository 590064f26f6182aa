//! The way out.

use visma_connect::Session;

use crate::dom::element::{Element, element};

/// Ends the session here, and then at the sign-in service.
pub fn sign_out_button(session: Session) -> Element {
    let button = element("button").class("button quiet").attribute("type", "button");
    button.attribute("data-testid", "sign-out").text("Sign out").on_click(move || session.sign_out())
}
