//! A page with one message.

use super::heading::heading;
use crate::dom::element::{Element, element};

/// A heading and a text. `class` is `notice`, and can have a second class for the kind of message, as in `notice bad`.
pub fn notice(class: &'static str, title: &'static str, lead: &'static str) -> Element {
    element("section").class(class).child(heading(title)).child(element("p").class("lead").text(lead))
}
