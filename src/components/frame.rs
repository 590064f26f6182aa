//! What stands around every page: the bar above, the line below, and a place to say things to screen readers.

use leptos::prelude::*;

/// The boxes that index.html draws before the app arrives, with a page inside.
///
/// `status` is spoken politely when it changes. Its element is here from the start: one that appears together with
/// its text is not read out.
#[component]
pub fn Frame(#[prop(into)] status: Signal<&'static str>, children: Children) -> impl IntoView {
    view! {
        <header class="bar"><span class="brand">"Connect SPA"</span></header>
        <main>{children()}</main>
        <footer class="foot">"An open example in Rust and WebAssembly. No server of its own."</footer>
        <p class="spoken" role="status">{status}</p>
    }
}
