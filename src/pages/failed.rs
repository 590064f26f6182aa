//! A sign-in that did not succeed: what happened, what to do, and the code to report.

use visma_connect::{Misbehaviour, Session, SignInError, explain};

use crate::components::details::details;
use crate::components::next_steps::next_steps;
use crate::components::notice::notice;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// The provider's own words are text, and are marked as its own.
pub fn failed(session: Session, error: &SignInError) -> Element {
    let words = explain(error, session.config());
    let tone = if error.is_cancelled() { "notice warn" } else { "notice bad" };
    let description = match error {
        SignInError::Provider(error) => error.description(),
        _ => None,
    };
    let description = description.map(|description| {
        element("p").class("note").around(text::FAILED_PROVIDER_TEXT, element("q").text(description))
    });
    let button = match error {
        SignInError::Misbehaved(Misbehaviour::StateUnknown) => text::CONTINUE_BUTTON,
        // No sign-in was begun.
        SignInError::Misbehaved(Misbehaviour::InitiateIssuerForeign | Misbehaviour::InitiateMalformed) => {
            text::SIGN_IN_BUTTON
        }
        _ => text::SIGN_IN_AGAIN_BUTTON,
    };
    let code = element("p").class("code").around(text::ERROR_CODE, element("code").text(error.code()));
    notice(tone, words.title, words.happened)
        .attribute("data-testid", "error")
        .attribute("data-code", error.code())
        .children(description)
        .child(element("p").text(words.advice))
        .child(next_steps(session, button))
        .child(code)
        .child(details(session, error, words.remedy))
}
