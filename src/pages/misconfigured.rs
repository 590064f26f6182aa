//! The page for a config.json with problems. It lists every problem with its remedy.

use visma_connect::ConfigError;

use crate::components::notice::notice;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// This page replaces the app, because no session can start without a valid configuration.
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
