//! The stored snapshot of a page. Any code of this origin can change it.

use std::collections::BTreeMap;

use visma_connect::session::snapshot::Snapshot;

use super::NOW;
use super::callback::is_form;
use super::json::{integer, members, text};

/// A record is accepted exactly when it is one JSON object of this version, was written at most ten minutes before or
/// after now, and has a scroll position and fields within the limits. If a field occurs several times, the last value
/// counts.
pub fn check(record: &str) -> bool {
    let read = Snapshot::from_record(record, NOW);
    let expected = expected(record);
    assert_eq!(read.is_some(), expected.is_some(), "{record}");
    let (Some(snapshot), Some((scroll, fields))) = (read, expected) else { return false };
    assert_eq!(snapshot.scroll, scroll);
    assert_eq!(snapshot.is_empty(), fields.is_empty());
    for (name, value) in &fields {
        assert_eq!(snapshot.kept(name), Some(value.as_str()), "{name}");
    }
    assert_eq!(format!("{snapshot:?}"), format!("Snapshot of {} fields", fields.len()));
    assert_eq!(Snapshot::from_record(&snapshot.to_record(NOW), NOW).as_ref(), Some(&snapshot));
    true
}

fn expected(record: &str) -> Option<(i32, BTreeMap<String, String>)> {
    let members = members(record.as_bytes())?;
    let age = i128::from(NOW.as_seconds()) - i128::from(integer(&members, "kept_at")?);
    let scroll = i32::try_from(integer(&members, "scroll")?).ok()?;
    let text = text(&members, "fields")?;
    if integer(&members, "version") != Some(1) || !(-600..=600).contains(&age) || !is_form(text) {
        return None;
    }
    let mut fields = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()).into_owned() {
        if value.is_empty() {
            fields.remove(&name);
            continue;
        }
        let is_kept = name.len() <= 100;
        fields.insert(name, value);
        let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if !is_kept || fields.len() > 100 || bytes > 50_000 {
            return None;
        }
    }
    Some((scroll, fields))
}
