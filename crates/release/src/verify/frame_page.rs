//! Checks the page that the provider opens in a frame: it has its own policy and one script with its integrity, and it
//! shows nothing.

use super::rule::Rule;
use super::{page, text};
use crate::files::{Files, bytes_of};
use crate::front_channel::{POLICY, SCRIPT};
use crate::hash::integrity;
use crate::html::tags;
use crate::policy;

/// The elements that the page may have.
const ELEMENTS: [&str; 6] = ["html", "head", "meta", "title", "script", "body"];

/// Checks the page.
pub(super) fn check(html: &str, files: &Files, add: &mut impl FnMut(Rule, String)) {
    let tags = tags(html);
    for tag in &tags {
        page::inline(html, tag, add);
        if !ELEMENTS.into_iter().any(|name| tag.is(name)) {
            add(Rule::Inline, format!("it has the element <{}>, but must show nothing", tag.name));
        }
    }
    match policy::read(html) {
        Ok(policy) if policy == POLICY => {}
        Ok(policy) => add(Rule::Policy, format!("its policy is {policy}")),
        Err(problem) => add(Rule::Policy, problem.to_string()),
    }
    page::check_order(html, &tags, add);

    let scripts: Vec<_> = tags.iter().filter(|tag| tag.is("script")).collect();
    let [script] = scripts.as_slice() else {
        return add(Rule::Inline, format!("it has {} scripts instead of one", scripts.len()));
    };
    let expected = bytes_of(files, SCRIPT).map(integrity);
    if script.attribute(html, "src").as_deref() != Some(SCRIPT)
        || expected.is_none()
        || script.attribute(html, "integrity") != expected
    {
        add(Rule::Integrity, format!("it does not load {SCRIPT} with its integrity"));
    }
    for address in text::addresses(html) {
        add(Rule::ForeignOrigin, format!("it names {address}"));
    }
}
