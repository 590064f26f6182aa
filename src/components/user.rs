//! The name and the e-mail address of the user.

use visma_connect::{Misbehaviour, ProfileState, Session, User, explain};

use super::details::details;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// The initial, the name and the e-mail address of the signed-in user. There are three elements in every
/// state, so that the layout does not change when the name arrives.
pub fn user(session: Session) -> Element {
    live(element("div").class("who"), move |lines| {
        let state = session.state();
        let content = match state.signed_in().map(User::profile) {
            Some(ProfileState::Loaded(profile)) => {
                let (name, email) = (profile.name.as_deref(), profile.email.as_deref());
                let initial: String = name.or(email).unwrap_or("?").chars().take(1).collect();
                [
                    face(&initial),
                    name_line(name.unwrap_or(text::USER_NO_NAME.text())).attribute("data-testid", "user-name"),
                    mail_line(email.unwrap_or(text::USER_NO_EMAIL.text())).attribute("data-testid", "user-email"),
                ]
            }
            Some(ProfileState::Unavailable(error)) => {
                // Every error means that the name is not available, so the text and the remedy are always those of
                // `UserInfoUnreadable`. The code and the details are those of the error that occurred.
                let words = explain(&Misbehaviour::UserInfoUnreadable.into(), session.config());
                let [face, name, why] = unnamed(words.title, words.happened);
                let why = why.attribute("data-testid", "profile-error").attribute("data-code", error.code());
                [face, name, why.child(details(session, error, words.remedy))]
            }
            Some(ProfileState::None) => {
                unnamed(text::USER_NAME_UNAVAILABLE_TITLE.text(), text::USER_NAME_UNAVAILABLE_TEXT.text())
            }
            Some(ProfileState::Loading) | None => unnamed(text::USER_NAME_LOADING.text(), "\u{a0}"),
        };
        lines.emptied().children(content);
    })
}

fn unnamed(title: &str, why: &str) -> [Element; 3] {
    [face(""), name_line(title), mail_line(why)]
}

fn face(initial: &str) -> Element {
    element("span").class("face").attribute("aria-hidden", "true").text(initial)
}

fn name_line(text: &str) -> Element {
    element("p").class("name").text(text)
}

fn mail_line(text: &str) -> Element {
    element("div").class("mail").text(text)
}
