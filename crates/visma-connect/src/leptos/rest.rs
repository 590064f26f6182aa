//! The part of the page that comes later, for views.

use leptos::prelude::*;

use crate::browser::parts::{self, Part};

thread_local! {
    static CHANGED: ArcTrigger = {
        let changed = ArcTrigger::new();
        let notified = changed.clone();
        parts::on_change(move || notified.notify());
        changed
    };
}

/// Where the part of the page is that comes later, tracked. The first call asks for it.
///
/// Without the feature `split` it is always [`Part::Loaded`].
pub fn rest() -> Part {
    CHANGED.with(|changed| changed.track());
    parts::part()
}
