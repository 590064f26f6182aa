//! Creates elements with direct calls of the DOM.
//!
//! `view!` gives each piece of markup its own type, with code that builds, compares and removes it. The pages of this
//! app do not need the comparison, because they add and remove complete pages. So each method here changes the DOM at
//! once. This saves 12 kB brotli compared with Leptos's elements in their smallest form, erased to `AnyView`.

use crate::messages::text::Around;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // The binding in web_sys returns a `Result`. This binding does not, because the fixed tag names of this app are
    // valid.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> web_sys::Element;
}

/// A DOM element. Text and attribute values are set as plain text. Nothing is parsed as HTML.
#[derive(Clone)]
pub struct Element(web_sys::Element);

/// Creates an element that is not in the document yet.
pub fn element(tag: &'static str) -> Element {
    Element(create_element(tag))
}

impl From<web_sys::HtmlElement> for Element {
    fn from(element: web_sys::HtmlElement) -> Self {
        Self(element.into())
    }
}

impl Element {
    /// Sets an attribute.
    pub fn attribute(self, name: &'static str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets the classes.
    pub fn class(self, class: &'static str) -> Self {
        self.attribute("class", class)
    }

    /// Calls `callback` on each `click` event, whether it comes from a mouse, a finger or the keyboard.
    pub fn on_click(self, callback: impl FnMut() + 'static) -> Self {
        let callback: Box<dyn FnMut()> = Box::new(callback);
        // Only the element refers to the callback, so the garbage collector frees both together.
        let callback = Closure::wrap(callback).into_js_value();
        let _ = self.0.add_event_listener_with_callback("click", callback.unchecked_ref());
        self
    }

    /// Calls `callback` with the text of this input field each time the user changes it.
    pub fn on_input(self, mut callback: impl FnMut(String) + 'static) -> Self {
        let callback: Box<dyn FnMut(web_sys::Event)> = Box::new(move |event: web_sys::Event| {
            if let Some(field) = event.target() {
                callback(field.unchecked_into::<web_sys::HtmlInputElement>().value());
            }
        });
        let callback = Closure::wrap(callback).into_js_value();
        let _ = self.0.add_event_listener_with_callback("input", callback.unchecked_ref());
        self
    }

    /// The current text of this input field.
    pub fn value(&self) -> String {
        self.0.unchecked_ref::<web_sys::HtmlInputElement>().value()
    }

    /// Adds a child at the end.
    pub fn child(self, child: Element) -> Self {
        let _ = self.0.append_with_node_1(&child.0);
        self
    }

    /// Adds children at the end. An `Option` adds one child or none.
    pub fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Adds text at the end.
    pub fn text(self, text: &str) -> Self {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Adds a message at the end, with `child` in the place of its placeholder.
    pub fn around(self, around: Around, child: Element) -> Self {
        self.text(around.before.text()).child(child).text(around.after.text())
    }

    /// Adds this element to `parent`, at the end.
    #[cfg(test)]
    pub fn add_to(self, parent: &web_sys::Element) {
        let _ = parent.append_with_node_1(&self.0);
    }

    /// Adds a child before all others.
    pub fn first(self, child: &Element) {
        let _ = self.0.prepend_with_node_1(&child.0);
    }

    /// Replaces this element in the document with another one.
    pub fn replaced_by(self, other: &Element) {
        let _ = self.0.replace_with_with_node_1(&other.0);
    }

    /// The element as a type of web_sys.
    pub(super) fn node(&self) -> &web_sys::Element {
        &self.0
    }

    /// Removes all children and text. Attributes stay.
    pub fn emptied(self) -> Self {
        self.0.set_text_content(None);
        self
    }
}
