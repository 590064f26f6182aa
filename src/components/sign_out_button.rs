//! The way out.

use leptos::prelude::*;

use super::element::element;
use crate::context::use_session;

/// Ends the session here, and then at the sign-in service.
#[component]
pub fn SignOutButton() -> impl IntoView {
    let session = use_session()?;
    let button =
        element("button").class("button quiet").attribute("type", "button").attribute("data-testid", "sign-out");
    Some(button.on_click(move || session.sign_out()).text("Sign out").view())
}
