//! How long the session lasts, counting down.

use leptos::prelude::*;

use crate::context::use_session;

/// The time left in figures and as a bar. It is read out when asked for, not each second: `timer` is silent.
#[component]
pub fn TimeLeft() -> impl IntoView {
    let session = use_session()?;
    let left = move || session.expires_in().get().unwrap_or(0);
    // The page appears when the session begins, so what is left now is nearly the whole.
    let whole = untrack(left).to_string();
    Some(view! {
        <div>
            <span class="left" role="timer" data-testid="expires-in">{move || clock(left())}</span>
            <p class="soft small">"left. After that, sign in again."</p>
        </div>
        <progress max=whole value=move || left().to_string() aria-hidden="true"></progress>
    })
}

/// Minutes and seconds: `59:03`.
fn clock(seconds: u32) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    [minutes.to_string().as_str(), if seconds < 10 { ":0" } else { ":" }, &seconds.to_string()].concat()
}
