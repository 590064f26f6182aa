//! The page at `/sign-out`. Any website can link to it, so the user must confirm before the sign-out.

use visma_connect::Session;

use crate::components::notice::notice;
use crate::components::sign_out_button::sign_out_button;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// The question whether to sign out. The button signs the user out in every tab of this browser.
pub fn ask_sign_out(session: Session) -> Element {
    let home = element("a")
        .attribute("href", session.config().base().path_and_query())
        .text(text::ASK_SIGN_OUT_BACK_LINK.text());
    let actions = element("div").class("actions").child(sign_out_button(session)).child(home);
    notice("notice", text::ASK_SIGN_OUT_TITLE.text(), text::ASK_SIGN_OUT_TEXT.text()).child(actions)
}
