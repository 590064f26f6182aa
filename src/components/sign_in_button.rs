//! The way in.

use leptos::prelude::*;

use super::element::element;
use crate::context::use_session;

/// Leaves for the sign-in service and comes back to where the person is now. A page shows it once, or not at all.
#[component]
pub fn SignInButton(
    /// What the button says.
    #[prop(default = "Sign in")]
    label: &'static str,
) -> impl IntoView {
    let session = use_session()?;
    let button = element("button").class("button").attribute("type", "button").attribute("data-testid", "sign-in");
    Some(button.on_click(move || session.sign_in()).text(label).view())
}
