//! A configuration with mistakes: every one of them with its remedy, and no way to leave the page.

use visma_connect::ConfigError;

use crate::components::notice::notice;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// Stands in place of the app: without a configuration there is no session.
pub fn misconfigured(error: &ConfigError) -> Element {
    let problems = error.problems().iter().map(|problem| {
        element("li")
            .child(element("strong").text(problem.key()))
            .child(element("p").text(&problem.problem()))
            .child(element("span").text(problem.remedy()))
    });
    notice("notice bad", text::MISCONFIGURED_TITLE.text(), text::MISCONFIGURED_TEXT.text())
        .attribute("data-testid", "config-error")
        .attribute("role", "alert")
        .child(element("ol").class("problems").children(problems))
}
