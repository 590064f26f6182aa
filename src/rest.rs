//! What is not needed for home and the way to the sign-in page: it comes with the second part of the page.
//!
//! ```text
//! main ── home, the way to the sign-in page, and what every page has
//! rest ── every other page, the user's work, and every word about what is wrong
//! ```

use visma_connect::{Part, Session, SessionState, SignInError, explain, in_the_rest, read_config, rest, rest_settled};

use crate::components::details::details;
use crate::components::notice::notice;
use crate::components::try_api::try_apis;
use crate::dom::element::{Element, element};
use crate::messages::text;
use crate::pages;
use crate::screen::Screen;

in_the_rest! {
    "51" fn page_in(screen: &Screen, session: Session, state: &SessionState) -> Element {
        match (screen, state.signed_in()) {
            (Screen::SignedIn { .. }, Some(user)) => pages::signed_in::signed_in(session, user),
            (Screen::SignedOut(at_provider), _) => pages::signed_out::signed_out(session, *at_provider),
            (Screen::Expired, _) => pages::expired::expired(session),
            (Screen::Failed(error), _) => pages::failed::failed(session, error),
            (Screen::Paused, _) => pages::paused::paused(session),
            (Screen::HandedOver, _) => pages::handed_over::handed_over(),
            (Screen::AskSignOut, _) => pages::ask_sign_out::ask_sign_out(session),
            (Screen::NotFound | Screen::Home | Screen::Leaving | Screen::SigningIn | Screen::SigningOut, _)
            | (Screen::SignedIn { .. }, None) => pages::not_found::not_found(session),
        }
    }

    "52" fn work_in(session: Session) -> Vec<Element> {
        try_apis(session).collect()
    }

    "53" fn provider_error_in(session: Session, error: &SignInError) -> Element {
        let words = explain(error, session.config());
        element("div")
            .class("note warn")
            .attribute("role", "alert")
            .attribute("data-testid", "error")
            .attribute("data-code", error.code())
            .child(element("strong").text(words.title))
            .child(element("p").text(words.happened).text(" ").text(words.advice))
            .child(details(session, error, words.remedy))
    }

    "54" fn misconfigured_in(base: &str, config: Option<String>, status: u16) -> Option<Element> {
        read_config(base, config, status).err().map(|error| pages::misconfigured::misconfigured(&error))
    }
}

/// A page of the rest, or what stands for it until it is here.
pub fn page(at: Part, screen: &Screen, session: Session, state: &SessionState) -> Element {
    match at {
        Part::Loaded => page_in(screen, session, state),
        Part::Loading => notice("notice busy", text::LOADING_TITLE.text(), text::LOADING_TEXT.text()),
        Part::Missing => missing(session.config().base().path_and_query()),
    }
}

/// The user's work, for who is signed in.
pub fn work(session: Session) -> Vec<Element> {
    work_in(session)
}

/// What is wrong before the button is pressed.
pub fn provider_error(session: Session, error: &SignInError) -> Option<Element> {
    match rest() {
        Part::Loaded => Some(provider_error_in(session, error)),
        Part::Loading => None,
        Part::Missing => Some(missing(session.config().base().path_and_query())),
    }
}

/// Adds what is wrong with a configuration.
pub async fn misconfigured(main: Element, base: String, config: Option<String>, status: u16) {
    let shown = if rest_settled().await { misconfigured_in(&base, config, status) } else { Some(missing(&base)) };
    main.children(shown);
}

/// Stands for what did not come. What the provider sent back is in memory: it is used when the part is here.
fn missing(base: &str) -> Element {
    let again = element("button").class("button").attribute("type", "button").attribute("data-testid", "load-again");
    let home = element("a").attribute("href", base).text(text::HOME_LINK.text());
    notice("notice bad", text::PART_MISSING_TITLE.text(), text::PART_MISSING_TEXT.text())
        .attribute("role", "alert")
        .attribute("data-testid", "error")
        .attribute("data-code", "part_missing")
        .child(
            element("div")
                .class("actions")
                .child(again.text(text::TRY_AGAIN_BUTTON.text()).on_click(visma_connect::try_rest_again))
                .child(home),
        )
        .child(element("p").class("code").around(text::ERROR_CODE, element("code").text("part_missing")))
}
