//! After signing out: what is certain, and what is not.

use visma_connect::{ProviderSession, Session};

use crate::components::notice::notice;
use crate::components::sign_out_button::sign_out_button;
use crate::components::ways_on::ways_on;
use crate::dom::element::{Element, element};

/// Says whether the sign-in service has confirmed the sign-out.
pub fn signed_out(session: Session, at_provider: ProviderSession) -> Element {
    match at_provider {
        ProviderSession::Ended => {
            notice("notice good", "You are signed out", "You are signed out here and at the sign-in service.")
        }
        ProviderSession::Asks => notice(
            "notice warn",
            "You are signed out here",
            "You are still signed in at the sign-in service. Sign out there too: it asks you to confirm, and \
             does not lead back here.",
        )
        .child(sign_out_button(session)),
        ProviderSession::MayRemain => {
            let doubt = element("p")
                .class("note")
                .text("You may still be signed in at ")
                .child(element("b").text(session.config().authority().as_str()))
                .text(". On a shared computer, sign out there too, or close the browser.");
            notice("notice warn", "You are signed out here", "Nothing of your session is left in this tab.")
                .child(doubt)
        }
    }
    .child(ways_on(session, "Sign in again"))
}
