//! The time until the session ends.

use visma_connect::Session;

use crate::dom::element::{Element, element};
use crate::dom::live::{live, live_text};
use crate::messages::text;

/// The time left, as minutes and seconds and as a bar. Screen readers do not announce the changes of an element with
/// the role `timer`. They read its text when the user moves to it.
pub fn time_left(session: Session) -> Element {
    let seconds_left = move || session.expires_in().unwrap_or(0);
    let digits = element("span").class("left").attribute("role", "timer");
    let digits = digits.attribute("aria-label", text::TIME_LEFT_LABEL.text()).attribute("data-testid", "expires-in");
    // The maximum of the bar is the complete lifetime of the session. The first value is almost that, because the page
    // is drawn when the session begins. Only a renewal makes the time left longer. Then the new value is the maximum.
    let mut previous = 0;
    let bar = live(element("progress").attribute("aria-hidden", "true"), move |bar| {
        let seconds = seconds_left();
        let value = i64::from(seconds).to_string();
        let bar = bar.attribute("value", &value);
        if seconds > previous {
            bar.attribute("max", &value);
        }
        previous = seconds;
    });
    element("div")
        .child(live_text(digits, move || clock(seconds_left())))
        .child(element("p").class("soft small").text(text::TIME_LEFT_TEXT.text()))
        .child(bar)
}

/// The time as minutes and seconds, in the form `59:03`.
fn clock(seconds: u32) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    [&*i64::from(minutes).to_string(), if seconds < 10 { ":0" } else { ":" }, &i64::from(seconds).to_string()].concat()
}
