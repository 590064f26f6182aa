//! What there is to say and to press while a session nears its end, is renewed, or is over.
//!
//! It is drawn by direct calls, and anew for each change. The translator of a browser takes every text out of the page
//! and puts its own in its place: a text that is only updated would stay as it was translated.

use leptos::html::Div;
use leptos::prelude::*;

use super::live::live;
use crate::browser::document;
use crate::browser::element::{Element, element};
use crate::context::{Session, use_session};
use crate::session::renewal::{RenewIn, Topic};

/// Warns before the session ends and keeps it going: empty most of the time, to be put once above everything else.
///
/// Its words are read out politely. The classes are `session-banner`, `actions`, and `button` with `small`; `data-code`
/// has the code of a renewal that failed.
#[component]
pub fn SessionBanner() -> impl IntoView {
    let session = use_session()?;
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| fill(session, Element::from_html(&place)));
    Some(view! { <div class="session-banner" data-testid="session-banner" node_ref=place></div> })
}

fn fill(session: Session, place: Element) {
    // It is here from the start: what appears together with its text is not read out.
    let status = element("div").attribute("role", "status");
    let buttons = element("div");
    let mut shown = Topic::Nothing;
    live(place.child(status.clone()).child(buttons.clone()), move |place| {
        let topic = Topic::of(&session.renewal(), &session.state());
        if topic == shown {
            return;
        }
        // A keyboard that was on a button here finds itself on the first of the new ones.
        let had_focus = document::has_focus(&buttons);
        let status = status.clone().emptied();
        if topic != Topic::Nothing {
            let (title, text) = topic.words(session.config());
            status.child(element("strong").text(title)).text(" ").child(element("p").text(text));
        }
        let buttons = buttons.clone().emptied().children(actions(session, &topic));
        if had_focus {
            document::focus_button(&buttons);
        }
        match &topic {
            Topic::Failed(error) => place.attribute("data-code", error.code()),
            _ => place.without_attribute("data-code"),
        };
        shown = topic;
    });
}

fn actions(session: Session, topic: &Topic) -> Option<Element> {
    let stay = || button("renew", "Stay signed in").on_click(move || session.renew());
    let again = |text| button("renew-again", text).on_click(move || session.renew_again(RenewIn::Window));
    let here = || button("renew-here", "Continue in this tab").on_click(move || session.renew_again(RenewIn::Tab));
    let cancel = || button("renew-cancel", "Cancel").on_click(move || session.cancel_renewal());
    let actions = element("div").class("actions");
    match topic {
        Topic::Nothing | Topic::Leaving | Topic::Checking => None,
        Topic::EndsSoon => Some(actions.child(stay())),
        Topic::InWindow | Topic::Failed(_) => Some(actions.child(again("Try again")).child(here()).child(cancel())),
        Topic::Ended => Some(actions.child(again("Sign in again")).child(here())),
    }
}

fn button(testid: &str, text: &str) -> Element {
    let button = element("button").class("button small").attribute("type", "button");
    button.attribute("data-testid", testid).text(text)
}
