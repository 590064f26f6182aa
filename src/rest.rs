//! The functions in the part `rest`, the second wasm module: the code that is not needed to show home and to start a
//! sign-in.
//!
//! ```text
//! main module ── home, the pages that only wait, the start of a sign-in, the frame of every page
//! rest        ── every other page, the forms that call APIs, almost all texts about errors
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
            (Screen::SignedOut(provider_session), _) => pages::signed_out::signed_out(session, *provider_session),
            (Screen::Expired, _) => pages::expired::expired(session),
            (Screen::Failed(error), _) => pages::failed::failed(session, error),
            (Screen::Paused, _) => pages::paused::paused(session),
            (Screen::HandedOver, _) => pages::handed_over::handed_over(),
            (Screen::AskSignOut, _) => pages::ask_sign_out::ask_sign_out(session),
            (Screen::NotFound | Screen::Home | Screen::Leaving | Screen::SigningIn | Screen::SigningOut, _)
            | (Screen::SignedIn { .. }, None) => pages::not_found::not_found(session),
        }
    }

    "52" fn api_forms_in(session: Session) -> Vec<Element> {
        try_apis(session).collect()
    }

    "53" fn provider_error_in(session: Session, error: &SignInError) -> Element {
        let explanation = explain(error, session.config());
        element("div")
            .class("note warn")
            .attribute("role", "alert")
            .attribute("data-testid", "error")
            .attribute("data-code", error.code())
            .child(element("strong").text(explanation.title))
            .child(element("p").text(explanation.happened).text(" ").text(explanation.advice))
            .child(details(session, error, explanation.remedy))
    }

    "54" fn misconfigured_in(base: &str, config: Option<String>, status: u16) -> Option<Element> {
        read_config(base, config, status).err().map(|error| pages::misconfigured::misconfigured(&error))
    }
}

/// The page of a screen, drawn by the part `rest`. A message is shown while the part is being loaded, and an error if
/// it could not be loaded.
pub fn page(part: Part, screen: &Screen, session: Session, state: &SessionState) -> Element {
    match part {
        Part::Loaded => page_in(screen, session, state),
        Part::Loading => notice("notice busy", text::LOADING_TITLE.text(), text::LOADING_TEXT.text()),
        Part::Missing => missing(session.config().base().path_and_query()),
    }
}

/// The forms that call APIs, for the signed-in user. Call it only when the part is loaded.
pub fn api_forms(session: Session) -> Vec<Element> {
    api_forms_in(session)
}

/// The error of the request for the provider's metadata, which is sent before the user presses the sign-in button.
/// `None` while the part is being loaded.
pub fn provider_error(session: Session, error: &SignInError) -> Option<Element> {
    match rest() {
        Part::Loaded => Some(provider_error_in(session, error)),
        Part::Loading => None,
        Part::Missing => Some(missing(session.config().base().path_and_query())),
    }
}

/// Waits for the part. Then adds a page with the problems of the configuration to `main`, or the error `part_missing`
/// if the part could not be loaded.
pub async fn misconfigured(main: Element, base: String, config: Option<String>, status: u16) {
    let shown = if rest_settled().await { misconfigured_in(&base, config, status) } else { Some(missing(&base)) };
    main.children(shown);
}

/// The error `part_missing`, with a button that loads the part again. The provider's response stays in memory and is
/// used when the part is loaded.
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
