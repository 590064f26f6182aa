//! The status of the later part of the app, as a tracked value for views.

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

/// The status of the later part of the app. Tracked. The first call starts to load the part.
///
/// Only the app of this repository needs it. Without the feature `split` it is always [`Part::Loaded`].
pub fn rest() -> Part {
    CHANGED.with(|changed| changed.track());
    parts::part()
}
