//! What follows a signal.

use leptos::prelude::*;

use crate::browser::element::Element;

/// Runs `draw` now, and again whenever a signal changes that it reads.
///
/// It lasts as long as what surrounds it: when a page goes, so does all that was live in it.
pub fn live(draw: impl FnMut() + 'static) {
    let mut draw: Box<dyn FnMut()> = Box::new(draw);
    let effect = RenderEffect::new(move |_| draw());
    on_cleanup(move || drop(effect));
}

/// Keeps the text of an element up to date. The same text is not set again, since it would be read out again.
pub fn live_text(element: Element, text: impl Fn() -> String + 'static) -> Element {
    let (place, mut shown) = (element.clone(), String::new());
    live(move || {
        let text = text();
        if text != shown {
            place.clone().emptied().text(&text);
            shown = text;
        }
    });
    element
}
