//! The sign-in button.

use visma_connect::{Session, SignInOptions};

use crate::dom::element::{Element, element};
use crate::messages::text::Message;

/// A button that starts a sign-in. After the sign-in, the browser returns to the current page. A page has at most one
/// such button.
pub fn sign_in_button(session: Session, label: Message) -> Element {
    let button = element("button").class("button").attribute("type", "button").attribute("data-testid", "sign-in");
    button.text(label.text()).on_click(move || session.sign_in(SignInOptions::default()))
}
