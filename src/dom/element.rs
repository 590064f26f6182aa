//! Elements of the page, made one call at a time.
//!
//! `view!` describes markup as a value with a type of its own, and every type brings code that builds, compares and
//! removes it. These few pages compare nothing: a page appears, and goes as a whole. So nothing is described here,
//! and each call goes to the browser at once: 12 kB brotli less than Leptos's own elements in their smallest form,
//! erased to `AnyView`.

use crate::messages::text::Around;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // Declared here and not taken from web_sys, where it can fail: for the fixed names of this app it cannot.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> web_sys::Element;
}

/// An element of the page. Text and attributes are only ever set as such; nothing is read as markup.
#[derive(Clone)]
pub struct Element(web_sys::Element);

/// A new element, in no document yet.
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

    /// Calls back when it is pressed, by whatever means.
    pub fn on_click(self, callback: impl FnMut() + 'static) -> Self {
        let callback: Box<dyn FnMut()> = Box::new(callback);
        // Held by the element alone: the garbage collector frees the callback together with it.
        let callback = Closure::wrap(callback).into_js_value();
        let _ = self.0.add_event_listener_with_callback("click", callback.unchecked_ref());
        self
    }

    /// Calls back with the text of this field whenever the user changes it.
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

    /// What is in this field now.
    pub fn value(&self) -> String {
        self.0.unchecked_ref::<web_sys::HtmlInputElement>().value()
    }

    /// Adds a child.
    pub fn child(self, child: Element) -> Self {
        let _ = self.0.append_with_node_1(&child.0);
        self
    }

    /// Adds any number of children; an `Option` is none or one.
    pub fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Adds text.
    pub fn text(self, text: &str) -> Self {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Adds a child with the text around it.
    pub fn around(self, around: Around, child: Element) -> Self {
        self.text(around.before.text()).child(child).text(around.after.text())
    }

    /// Puts it into an element of the page as the last child.
    #[cfg(test)]
    pub fn add_to(self, parent: &web_sys::Element) {
        let _ = parent.append_with_node_1(&self.0);
    }

    /// Adds a child before all others.
    pub fn first(self, child: &Element) {
        let _ = self.0.prepend_with_node_1(&child.0);
    }

    /// Puts another element in its place.
    pub fn replaced_by(self, other: &Element) {
        let _ = self.0.replace_with_with_node_1(&other.0);
    }

    /// As the browser has it.
    pub(super) fn node(&self) -> &web_sys::Element {
        &self.0
    }

    /// Takes everything out of it.
    pub fn emptied(self) -> Self {
        self.0.set_text_content(None);
        self
    }
}
