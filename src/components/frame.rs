//! What stands around every page: the bar above, the line below, and a place to say things to screen readers.

use leptos::prelude::*;

use super::element::{element, live, text};

/// The boxes that index.html draws before the app arrives, with a page inside.
///
/// `spoken` is read out politely when it changes. Its element is here from the start: one that appears together with
/// its text is not read out.
pub fn frame(page: AnyView, spoken: impl Fn() -> &'static str + Send + 'static) -> AnyView {
    let boxes: Vec<AnyView> = vec![
        view! { <header class="bar"><span class="brand">"Connect SPA"</span></header> }.into_any(),
        element("main").child(page).view(),
        view! { <footer class="foot">"An open example in Rust and WebAssembly. No server of its own."</footer> }
            .into_any(),
        element("p").class("spoken").attribute("role", "status").child(live(move || text(spoken()))).view(),
    ];
    boxes.into_any()
}
