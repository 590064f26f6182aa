//! The page of a session that has expired.

use visma_connect::{Renewal, Session};

use crate::components::notice::notice;
use crate::components::renewal::renewal;
use crate::components::sign_in_button::sign_in_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// States that the session has ended, and offers to sign in again. The app has already deleted the token.
pub fn expired(session: Session) -> Element {
    // There is no link to home: it would load the app again, and what the user has typed would be lost.
    notice("notice warn", text::EXPIRED_TITLE.text(), text::EXPIRED_TEXT.text())
        .child(sign_in_again(session))
        .child(renewal(session))
}

/// The sign-in button. It is removed while the browser leaves for the provider and while a response is checked, because
/// pressing it would do nothing then.
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
