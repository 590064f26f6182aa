//! The page after a sign-out.

use visma_connect::{ProviderSession, Session};

use crate::components::next_steps::next_steps;
use crate::components::notice::notice;
use crate::components::sign_out_button::sign_out_button;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// States whether the user is also signed out at the provider: yes, not known, or no.
pub fn signed_out(session: Session, provider_session: ProviderSession) -> Element {
    match provider_session {
        ProviderSession::Ended => notice("notice good", text::SIGNED_OUT_TITLE.text(), text::SIGNED_OUT_TEXT.text()),
        ProviderSession::ConfirmationNeeded => {
            notice("notice warn", text::SIGNED_OUT_HERE_TITLE.text(), text::SIGNED_OUT_PROVIDER_ASKS_TEXT.text())
                .child(sign_out_button(session))
        }
        ProviderSession::MayRemain => {
            let authority = element("p")
                .class("note")
                .around(text::SIGNED_OUT_UNKNOWN_NOTE, element("b").text(session.config().authority().as_str()));
            notice("notice warn", text::SIGNED_OUT_HERE_TITLE.text(), text::SIGNED_OUT_UNKNOWN_TEXT.text())
                .child(authority)
        }
    }
    .child(next_steps(session, text::SIGN_IN_AGAIN_BUTTON))
}
