//! What follows a signal.

use leptos::prelude::*;

use super::element::Element;

/// Lets `draw` fill the element now, and again whenever a signal changes that it reads.
///
/// It lasts as long as what surrounds it: when a page goes, so does all that was live in it.
pub fn live(place: Element, mut draw: impl FnMut(Element) + 'static) -> Element {
    let filled = place.clone();
    let effect = RenderEffect::new(move |_| draw(filled.clone()));
    on_cleanup(move || drop(effect));
    place
}

/// Keeps the text of an element up to date. The same text is not set again, since it would be read out again.
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
