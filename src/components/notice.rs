//! What pages with one thing to say have in common.

use super::heading::heading;
use crate::dom::element::{Element, element};

/// A heading and a sentence; `class` is `notice` with a tone.
pub fn notice(class: &'static str, title: &'static str, lead: &'static str) -> Element {
    element("section").class(class).child(heading(title)).child(element("p").class("lead").text(lead))
}
