//! Where a link for signing out leads. Anyone can make such a link, so the page asks first.

use visma_connect::Session;

use crate::components::notice::notice;
use crate::components::sign_out_button::sign_out_button;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// Signs out in every tab of this browser when the button is pressed, and not before.
pub fn ask_sign_out(session: Session) -> Element {
    let home = element("a")
        .attribute("href", session.config().base().path_and_query())
        .text(text::ASK_SIGN_OUT_BACK_LINK.text());
    let actions = element("div").class("actions").child(sign_out_button(session)).child(home);
    notice("notice", text::ASK_SIGN_OUT_TITLE.text(), text::ASK_SIGN_OUT_TEXT.text()).child(actions)
}
