//! Elements that are updated when a signal changes.

use leptos::prelude::*;

use super::element::Element;

/// Calls `draw` with the element, and again each time a signal changes that `draw` has read. Returns the element.
///
/// The updates end when the reactive owner that is current during this call is cleaned up. Each page has its own owner,
/// so the updates in a page end when the page is replaced.
pub fn live(place: Element, mut draw: impl FnMut(Element) + 'static) -> Element {
    let filled = place.clone();
    let effect = RenderEffect::new(move |_| draw(filled.clone()));
    on_cleanup(move || drop(effect));
    place
}

/// Keeps the text of an element equal to `text()`. An unchanged text is not set again, because a screen reader would
/// read it again.
pub fn live_text(element: Element, text: impl Fn() -> String + 'static) -> Element {
    let mut shown = String::new();
    live(element, move |place| {
        let text = text();
        if text != shown {
            place.emptied().text(&text);
            shown = text;
        }
    })
}
