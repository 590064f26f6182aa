//! The heading of a page, which also names the document and takes the focus.

use leptos::html::H1;
use leptos::prelude::*;

/// Whether no page has been shown yet: the first one leaves the focus where the browser put it.
#[derive(Clone, Copy)]
pub struct FirstHeading(StoredValue<bool>);

impl FirstHeading {
    /// Lets every [`Heading`] below know which one is the first.
    pub fn provide() {
        provide_context(Self(StoredValue::new(true)));
    }

    fn is_first(&self) -> bool {
        let first = self.0.get_value();
        self.0.set_value(false);
        first
    }
}

/// The one `h1` of a page. When the page replaces another, keyboard and screen reader go on from here.
#[component]
pub fn Heading(text: &'static str) -> impl IntoView {
    document().set_title(&[text, " · Connect SPA"].concat());
    let heading = NodeRef::<H1>::new();
    if use_context::<FirstHeading>().is_some_and(|heading| !heading.is_first()) {
        heading.on_load(|heading| {
            let _ = heading.focus();
        });
    }
    view! { <h1 tabindex="-1" node_ref=heading>{text}</h1> }
}
