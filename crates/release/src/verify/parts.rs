//! Checks the parts of the page: each part exists, and the script loads it with its integrity.

use super::rule::{Finding, Rule};
use crate::files::{Files, bytes_of, part_in};
use crate::hash::integrity;
use crate::html::{script, tags};

/// Checks the parts of a dist against the script that loads them.
pub(super) fn check(files: &Files) -> Vec<Finding> {
    let finding = |file: &str, what: String| Finding { rule: Rule::Integrity, file: file.to_owned(), what };
    let page = String::from_utf8_lossy(bytes_of(files, "index.html").unwrap_or_default());
    let tags = tags(&page);
    let url = script(&page, &tags).and_then(|tag| tag.attribute(&page, "src")).unwrap_or_default();
    let script = url.rsplit('/').next().unwrap_or_default();
    let text = String::from_utf8_lossy(bytes_of(files, script).unwrap_or_default());
    let parts = || files.iter().filter(|(file, _)| part_in(file).is_some());
    let unasked = parts().filter(|(file, bytes)| !text.contains(&format!("\"{file}\",\"{}\"", integrity(bytes))));
    let unasked = unasked.map(|(file, _)| finding(file, format!("{script} does not load it with its integrity")));
    let named = text.split(['"', '\'', '`']).filter(|word| part_in(word).is_some());
    let missing = named.filter(|name| bytes_of(files, name).is_none());
    unasked.chain(missing.map(|name| finding(script, format!("it loads {name}, which does not exist")))).collect()
}
