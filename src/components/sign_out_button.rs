//! The sign-out button.

use visma_connect::Session;

use crate::dom::element::{Element, element};
use crate::messages::text;

/// A button that ends the session in this app, and then at the provider.
pub fn sign_out_button(session: Session) -> Element {
    let button = element("button").class("button quiet").attribute("type", "button");
    button.attribute("data-testid", "sign-out").text(text::SIGN_OUT_BUTTON.text()).on_click(move || session.sign_out())
}
