//! Elements whose shape is data.
//!
//! `view!` gives every piece of markup a type of its own, and building, patching and removing it are compiled once
//! for each type: written so, these few pages were 43 kB of the first load. Here every element has the same type,
//! and the same pages are about half of that. What has nothing dynamic in it is written with `view!`, which makes
//! one string of it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute as _};
use leptos::attr::custom::custom_attribute;
use leptos::ev;
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// An element under construction.
pub struct Element {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// Begins an element.
pub fn element(tag: &'static str) -> Element {
    Element { tag, attributes: Vec::new(), children: Vec::new() }
}

/// Text of the app or of somebody else; never markup.
pub fn text(text: impl Into<Cow<'static, str>>) -> AnyView {
    let text: Cow<'static, str> = text.into();
    text.into_any()
}

/// Something that is drawn again whenever a signal changes that it reads.
pub fn live(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let view: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(view));
    IntoAny::into_any(view)
}

impl Element {
    /// Sets an attribute.
    pub fn attribute(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        let value: Cow<'static, str> = value.into();
        self.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// Sets the classes.
    pub fn class(self, class: &'static str) -> Self {
        self.attribute("class", class)
    }

    /// Calls back when it is pressed, by whatever means.
    pub fn on_click(mut self, mut callback: impl FnMut() + 'static) -> Self {
        let callback: Box<dyn FnMut(ev::MouseEvent)> = Box::new(move |_| callback());
        self.attributes.push(ev::on(ev::click, callback).into_any_attr());
        self
    }

    /// Adds a child.
    pub fn child(mut self, child: impl Into<AnyView>) -> Self {
        self.children.push(child.into());
        self
    }

    /// Adds any number of children; an `Option` is none or one.
    pub fn children<C: Into<AnyView>>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }

    /// Adds text.
    pub fn text(self, content: impl Into<Cow<'static, str>>) -> Self {
        self.child(text(content))
    }

    /// The finished element.
    pub fn view(self) -> AnyView {
        custom(self.tag).add_any_attr(self.attributes).child(self.children).into_any()
    }
}

impl From<Element> for AnyView {
    fn from(element: Element) -> Self {
        element.view()
    }
}
