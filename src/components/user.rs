//! The name and the e-mail address of the user.

use visma_connect::{Misbehaviour, ProfileState, Session, User, explain};

use super::details::details;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// The initial, the name and the e-mail address of the signed-in user. There are three elements in every state, so that
/// the layout does not change when the name arrives.
pub fn user(session: Session) -> Element {
    live(element("div").class("who"), move |place| {
        let state = session.state();
        let content = match state.signed_in().map(User::profile) {
            Some(ProfileState::Loaded(profile)) => {
                let (name, email) = (profile.name.as_deref(), profile.email.as_deref());
                let initial: String = name.or(email).unwrap_or("?").chars().take(1).collect();
                [
                    avatar(&initial),
                    name_line(name.unwrap_or(text::USER_NO_NAME.text())).attribute("data-testid", "user-name"),
                    mail_line(email.unwrap_or(text::USER_NO_EMAIL.text())).attribute("data-testid", "user-email"),
                ]
            }
            Some(ProfileState::Unavailable(error)) => {
                // Every error means that the name is not available, so the text and the remedy are always those of
                // `UserInfoUnreadable`. The code and the details are those of the error that occurred.
                let explanation = explain(&Misbehaviour::UserInfoUnreadable.into(), session.config());
                let [avatar, name, message] = without_name(explanation.title, explanation.happened);
                let message = message.attribute("data-testid", "profile-error").attribute("data-code", error.code());
                [avatar, name, message.child(details(session, error, explanation.remedy))]
            }
            Some(ProfileState::None) => {
                without_name(text::USER_NAME_UNAVAILABLE_TITLE.text(), text::USER_NAME_UNAVAILABLE_TEXT.text())
            }
            Some(ProfileState::Loading) | None => without_name(text::USER_NAME_LOADING.text(), "\u{a0}"),
        };
        place.emptied().children(content);
    })
}

fn without_name(title: &str, message: &str) -> [Element; 3] {
    [avatar(""), name_line(title), mail_line(message)]
}

fn avatar(initial: &str) -> Element {
    element("span").class("face").attribute("aria-hidden", "true").text(initial)
}

fn name_line(text: &str) -> Element {
    element("p").class("name").text(text)
}

fn mail_line(text: &str) -> Element {
    element("div").class("mail").text(text)
}
