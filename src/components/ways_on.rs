//! Where to go from a page with one thing to say.

use leptos::prelude::*;

use super::element::{Element, element};
use super::sign_in_button::SignInButton;
use crate::context::Session;

/// The button, and the way home.
pub fn ways_on(session: Session, label: &'static str) -> Element {
    let home = session.config().base().path_and_query().to_owned();
    element("div")
        .class("actions")
        .child(view! { <SignInButton label=label/> }.into_any())
        .child(element("a").attribute("href", home).text("Home"))
}
