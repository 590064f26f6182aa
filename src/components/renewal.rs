//! Staying signed in: the warning before the end, the one button, and what there is to do while a window is open.

use leptos::prelude::*;

use super::details::details;
use super::live::live;
use crate::browser::document;
use crate::browser::element::{Element, element};
use crate::context::Session;
use crate::session::explanation::explain;
use crate::session::renewal::{RenewIn, Renewal};
use crate::session::state::SessionState;

/// The place for it, in which exactly one of these things stands.
pub fn renewal(session: Session) -> Element {
    let mut shown = None;
    live(element("div").class("renewal"), move |place| {
        let when = match session.state() {
            SessionState::ExpiringSoon(_) => When::Soon,
            SessionState::Expired => When::Over,
            _ => When::Later,
        };
        let now = (session.renewal(), when);
        if shown.as_ref() == Some(&now) {
            return;
        }
        // A keyboard that was in here finds itself on the first button again.
        let had_focus = document::has_focus(&place);
        let place = place.emptied();
        let (renewal, when) = &now;
        let inside = untrack(|| match renewal {
            Renewal::None => stay(session, *when),
            Renewal::Leaving { .. } => note("note", "Taking you to the sign-in service…", ""),
            Renewal::Exchanging => note("note", "Checking the answer…", ""),
            Renewal::InWindow { .. } => note(
                "note",
                "Finish in the other window",
                "This page stays as it is meanwhile. If that window is gone, try again.",
            )
            .child(ways(session)),
            Renewal::Failed(error) => {
                let words = explain(error, session.config());
                note("note warn", words.title, words.happened)
                    .attribute("role", "alert")
                    .attribute("data-testid", "renewal-error")
                    .attribute("data-code", error.code())
                    .child(element("p").text(words.advice))
                    .child(ways(session))
                    .child(details(session, error, words.remedy))
            }
        });
        place.clone().child(inside);
        if had_focus {
            document::focus_button(&place);
        }
        shown = Some(now);
    })
}

/// How near the end of the session is.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Later,
    Soon,
    Over,
}

fn stay(session: Session, when: When) -> Element {
    let (class, text) = match when {
        When::Later => ("button quiet", "Stay signed in"),
        When::Soon => ("button", "Stay signed in"),
        When::Over => ("button quiet", "Sign in in a small window"),
    };
    let button = element("button").class(class).attribute("type", "button").attribute("data-testid", "renew");
    let button = button.text(text).on_click(move || session.renew());
    if when == When::Soon {
        note("note warn", "Your session ends soon", "Stay signed in to go on with what you are doing.").child(button)
    } else {
        element("div").child(button)
    }
}

fn note(class: &'static str, title: &str, text: &str) -> Element {
    element("div").class(class).child(element("strong").text(title)).child(element("p").text(text))
}

fn ways(session: Session) -> Element {
    let again = quiet("renew-again", "Try again").on_click(move || session.renew_again(RenewIn::Window));
    let here = quiet("renew-here", "Continue in this tab").on_click(move || session.renew_again(RenewIn::Tab));
    let cancel = quiet("renew-cancel", "Cancel").on_click(move || session.cancel_renewal());
    element("div").class("actions").child(again).child(here).child(cancel)
}

/// A button of the second rank.
pub(super) fn quiet(testid: &str, text: &str) -> Element {
    let button = element("button").class("button quiet small").attribute("type", "button");
    button.attribute("data-testid", testid).text(text)
}
