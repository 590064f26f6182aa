//! The session's time is up.

use visma_connect::{Renewal, Session};

use crate::components::notice::notice;
use crate::components::renewal::renewal;
use crate::components::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// Says why the session is gone; the token is gone already.
pub fn expired(session: Session) -> Element {
    // No way home here: it would load the page anew, and what was typed would be gone.
    notice("notice warn", text::EXPIRED_TITLE.text(), text::EXPIRED_TEXT.text())
        .child(sign_in_again(session))
        .child(renewal(session))
}

/// The button, but for the moments in which pressing it would do nothing.
fn sign_in_again(session: Session) -> Element {
    let mut is_shown = false;
    live(element("div").class("actions"), move |place| {
        let can_start = !matches!(session.renewal(), Renewal::Leaving { .. } | Renewal::Exchanging);
        if can_start != is_shown {
            is_shown = can_start;
            place.emptied().children(can_start.then(|| sign_in_button(session, text::SIGN_IN_AGAIN_BUTTON)));
        }
    })
}
