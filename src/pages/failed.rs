//! The page of a sign-in that failed: what happened, what the user can do, and the error code.

use visma_connect::{Misbehaviour, Session, SignInError, explain};

use crate::components::details::details;
use crate::components::next_steps::next_steps;
use crate::components::notice::notice;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// Explains the error. The provider's own description of the error is shown as plain text and as a quotation, so that
/// the user can see that it is a text of the provider.
pub fn failed(session: Session, error: &SignInError) -> Element {
    let explanation = explain(error, session.config());
    let class = if error.is_cancelled() { "notice warn" } else { "notice bad" };
    let description = match error {
        SignInError::Provider(error) => error.description(),
        _ => None,
    };
    let description = description.map(|description| {
        element("p").class("note").around(text::FAILED_PROVIDER_TEXT, element("q").text(description))
    });
    let button = match error {
        SignInError::Misbehaved(Misbehaviour::StateUnknown) => text::CONTINUE_BUTTON,
        // These errors occur before a sign-in starts, so the label is not "Sign in again".
        SignInError::Misbehaved(Misbehaviour::InitiateIssuerForeign | Misbehaviour::InitiateMalformed) => {
            text::SIGN_IN_BUTTON
        }
        _ => text::SIGN_IN_AGAIN_BUTTON,
    };
    let code = element("p").class("code").around(text::ERROR_CODE, element("code").text(error.code()));
    notice(class, explanation.title, explanation.happened)
        .attribute("data-testid", "error")
        .attribute("data-code", error.code())
        .children(description)
        .child(element("p").text(explanation.advice))
        .child(next_steps(session, button))
        .child(code)
        .child(details(session, error, explanation.remedy))
}
