//! The renewal of the session: a warning before the session ends, the button that starts a renewal, and what the user
//! can do while a renewal runs or after it has failed.

use leptos::prelude::*;

use visma_connect::{RenewIn, RenewalNotice, Session, explain};

use super::details::details;
use crate::dom::document;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// An element that shows the current [`RenewalNotice`]. It is drawn again only when the notice changes.
pub fn renewal(session: Session) -> Element {
    let mut shown = None;
    live(element("div").class("renewal"), move |place| {
        let notice = RenewalNotice::of(&session.renewal(), &session.state());
        if shown.as_ref() == Some(&notice) {
            return;
        }
        // If the focus was inside the old content, it moves to the first button of the new content.
        let had_focus = document::has_focus(&place);
        let place = place.emptied();
        place.clone().child(untrack(|| draw(session, &notice)));
        if had_focus {
            document::focus_button(&place);
        }
        shown = Some(notice);
    })
}

fn draw(session: Session, notice: &RenewalNotice) -> Element {
    let (title, text) = notice.title_and_text(session.config());
    match notice {
        RenewalNotice::Nothing => {
            element("div").child(renew_button(session, "button quiet", text::RENEWAL_STAY_BUTTON.text()))
        }
        RenewalNotice::Ended => {
            element("div").child(renew_button(session, "button quiet", text::RENEWAL_WINDOW_BUTTON.text()))
        }
        RenewalNotice::EndsSoon => {
            note("note warn", title, text).child(renew_button(session, "button", text::RENEWAL_STAY_BUTTON.text()))
        }
        RenewalNotice::Leaving | RenewalNotice::Checking => note("note", title, text),
        RenewalNotice::InWindow => note("note", title, text).child(choices(session)),
        RenewalNotice::Failed(error) => {
            let explanation = explain(error, session.config());
            note("note warn", title, explanation.happened)
                .attribute("role", "alert")
                .attribute("data-testid", "renewal-error")
                .attribute("data-code", error.code())
                .child(element("p").text(text))
                .child(choices(session))
                .child(details(session, error, explanation.remedy))
        }
    }
}

fn renew_button(session: Session, class: &'static str, text: &str) -> Element {
    let button = element("button").class(class).attribute("type", "button").attribute("data-testid", "renew");
    button.text(text).on_click(move || session.renew())
}

fn note(class: &'static str, title: &str, text: &str) -> Element {
    element("div").class(class).child(element("strong").text(title)).child(element("p").text(text))
}

fn choices(session: Session) -> Element {
    let again = small_button("renew-again", text::TRY_AGAIN_BUTTON.text())
        .on_click(move || session.retry_renewal(RenewIn::Window));
    let here = small_button("renew-here", text::RENEWAL_HERE_BUTTON.text())
        .on_click(move || session.retry_renewal(RenewIn::Tab));
    let cancel =
        small_button("renew-cancel", text::RENEWAL_CANCEL_BUTTON.text()).on_click(move || session.cancel_renewal());
    element("div").class("actions").child(again).child(here).child(cancel)
}

/// A small button for a less important action.
pub(super) fn small_button(testid: &str, text: &str) -> Element {
    let button = element("button").class("button quiet small").attribute("type", "button");
    button.attribute("data-testid", testid).text(text)
}
