//! Home, while nobody is signed in: what this is, one button, what will be asked for, and by whom.

use leptos::prelude::*;

use crate::components::element::{element, live};
use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::sign_in_button::SignInButton;
use crate::context::Session;
use crate::session::driver::ProviderStatus;
use crate::session::explanation::explain;

/// The same boxes as in index.html, in which nothing moves when the app takes over.
pub fn home(session: Session) -> AnyView {
    let config = session.config();
    let lead = "This app works with Visma for you, from your browser alone. You sign in at Visma Connect and come straight back.";
    let ticks = view! {
        <ul class="ticks">
            <li>"This app never sees your password"</li>
            <li>"Your access is kept in memory, never stored"</li>
            <li>"It ends when you close or reload the page"</li>
        </ul>
    };
    let authority = config.authority().as_str().to_owned();
    let hero = element("div")
        .class("hero")
        .child(heading("Sign in with your Visma account"))
        .child(element("p").class("lead").text(lead))
        .child(view! { <SignInButton/> }.into_any())
        .child(trouble(session))
        .child(ticks.into_any());
    let card = element("div")
        .class("card")
        .child(element("h2").text("What will be asked for"))
        .child(permissions(config.scopes()))
        .child(element("p").class("at").text("By the sign-in service at ").child(element("b").text(authority)));
    element("section").class("home").child(hero).child(card).view()
}

/// What is known to be wrong before anybody presses the button.
fn trouble(session: Session) -> AnyView {
    live(move || match session.provider() {
        ProviderStatus::Failed(error) => {
            let words = explain(&error, &session.config());
            element("div")
                .class("note warn")
                .attribute("role", "alert")
                .attribute("data-testid", "error")
                .attribute("data-code", error.code())
                .child(element("strong").text(words.title))
                .child(element("p").text(words.happened).text(" ").text(words.advice))
                .view()
        }
        ProviderStatus::Unknown | ProviderStatus::Ready => ().into_any(),
    })
}
