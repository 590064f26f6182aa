//! Home, while nobody is signed in: what this is, one button, what will be asked for, and by whom.

use crate::browser::element::{Element, element};
use crate::components::details::details;
use crate::components::heading::heading;
use crate::components::live::live;
use crate::components::permissions::permissions;
use crate::components::sign_in_button::sign_in_button;
use crate::context::Session;
use crate::session::driver::ProviderStatus;
use crate::session::explanation::explain;

/// The same boxes as in index.html, in which nothing moves when the app takes over.
pub fn home(session: Session) -> Element {
    let config = session.config();
    let lead = "This app works with Visma for you, from your browser alone. You sign in at Visma Connect and come straight back.";
    let was_signed_in = session.was_signed_in();
    let ticks = [
        "This app never sees your password",
        "Your access is kept in memory, never stored",
        if was_signed_in {
            "It ended with the page: one click brings you back"
        } else {
            "It ends when you close or reload the page"
        },
    ];
    let hero = element("div")
        .class("hero")
        .child(heading("Sign in with your Visma account"))
        .child(element("p").class("lead").text(lead))
        .child(sign_in_button(session, if was_signed_in { "Continue" } else { "Sign in" }))
        .child(trouble(session))
        .child(element("ul").class("ticks").children(ticks.map(|tick| element("li").text(tick))));
    let authority = element("b").text(config.authority().as_str());
    let card = element("div")
        .class("card")
        .child(element("h2").text("What will be asked for"))
        .child(permissions(config.scopes()))
        .child(element("p").class("at").text("By the sign-in service at ").child(authority));
    element("section").class("home").child(hero).child(card)
}

/// What is known to be wrong before anybody presses the button. Without content it takes no room.
fn trouble(session: Session) -> Element {
    live(element("div"), move |trouble| {
        let trouble = trouble.emptied();
        if let ProviderStatus::Failed(error) = session.provider() {
            let words = explain(&error, session.config());
            let note = element("div")
                .class("note warn")
                .attribute("role", "alert")
                .attribute("data-testid", "error")
                .attribute("data-code", error.code())
                .child(element("strong").text(words.title))
                .child(element("p").text(words.happened).text(" ").text(words.advice))
                .child(details(session, &error, words.remedy));
            trouble.child(note);
        }
    })
}
