//! Checks the parts of the page: each part exists, and the glue loads it with its integrity.

use super::rule::{Finding, Rule};
use crate::files::{Files, bytes_of, part_in};
use crate::hash::integrity;
use crate::html::tags;

/// Checks the parts of a dist against the glue that loads them.
pub(super) fn check(files: &Files) -> Vec<Finding> {
    let finding = |file: &str, what: String| Finding { rule: Rule::Integrity, file: file.to_owned(), what };
    let page = String::from_utf8_lossy(bytes_of(files, "index.html").unwrap_or_default());
    let url = tags(&page).iter().find_map(|tag| tag.attribute(&page, "data-js")).unwrap_or_default();
    let glue = url.rsplit('/').next().unwrap_or_default();
    let text = String::from_utf8_lossy(bytes_of(files, glue).unwrap_or_default());
    let parts = || files.iter().filter(|(file, _)| part_in(file).is_some());
    let unasked = parts().filter(|(file, bytes)| !text.contains(&format!("\"{file}\",\"{}\"", integrity(bytes))));
    let unasked = unasked.map(|(file, _)| finding(file, format!("{glue} does not load it with its integrity")));
    let named = text.split(['"', '\'', '`']).filter(|word| part_in(word).is_some());
    let missing = named.filter(|name| bytes_of(files, name).is_none());
    unasked.chain(missing.map(|name| finding(glue, format!("it loads {name}, which does not exist")))).collect()
}
