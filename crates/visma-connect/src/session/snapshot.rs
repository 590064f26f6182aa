//! The data that this tab stores while the browser is at the provider: the form fields that the app keeps, and the
//! scroll position. It never contains the access token. The app must not keep passwords.

use crate::protocol::form;
use crate::protocol::json::{Object, ObjectWriter};
use crate::protocol::pending_sign_in::PENDING_MAX_AGE_SECONDS;
use crate::protocol::time::UnixTime;

/// Prefix of the storage keys of these records. The fingerprint of user and company follows the prefix.
pub const STORAGE_PREFIX: &str = "visma-connect-spa:kept:";

/// How long a record is valid, in seconds: as long as a sign-in may take.
const MAX_AGE_SECONDS: i64 = PENDING_MAX_AGE_SECONDS;

/// Maximum number of fields.
const MAX_FIELDS: usize = 100;

/// Maximum length of a field's name, in bytes.
const MAX_NAME: usize = 100;

/// Maximum length of all names and values together, in bytes.
const MAX_BYTES: usize = 50_000;

/// Form fields by name, and a scroll position.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    fields: Vec<(String, String)>,
    /// The vertical scroll position, in CSS pixels.
    pub scroll: i32,
}

impl Snapshot {
    /// Stores the value of a field, in place of an older value. An empty value removes the field. Returns `false` and
    /// changes nothing when a limit is exceeded: 100 fields, 100 bytes for a name, and 50 000 bytes for all names and
    /// values together.
    pub fn keep(&mut self, name: &str, value: &str) -> bool {
        let others = || self.fields.iter().filter(|(known, _)| known != name);
        let bytes: usize = others().map(|(name, value)| name.len() + value.len()).sum();
        let has_room = value.is_empty()
            || others().count() < MAX_FIELDS
                && name.len() <= MAX_NAME
                && bytes.saturating_add(name.len() + value.len()) <= MAX_BYTES;
        if has_room {
            self.fields.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.fields.push((name.to_owned(), value.to_owned()));
            }
        }
        has_room
    }

    /// The value of the field with this name.
    pub fn kept(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Writes the record for this tab's storage.
    pub fn to_record(&self, now: UnixTime) -> String {
        let mut fields = String::new();
        for (name, value) in &self.fields {
            form::append(&mut fields, name, value);
        }
        ObjectWriter::new()
            .integer("version", 1)
            .integer("kept_at", now.as_seconds())
            .integer("scroll", i64::from(self.scroll))
            .text("fields", &fields)
            .finish()
    }

    /// Reads a record. `None` if it is not a record of this version, if it exceeds the limits of [`keep`](Self::keep),
    /// or if it was written more than ten minutes before or after `now`.
    pub fn from_record(record: &str, now: UnixTime) -> Option<Self> {
        let object = Object::parse(record.as_bytes()).ok()?;
        let integer = |name| object.integer(name).ok().flatten();
        let kept_at = UnixTime::from_seconds(integer("kept_at")?);
        let is_recent = now <= kept_at.plus(MAX_AGE_SECONDS) && now >= kept_at.plus(-MAX_AGE_SECONDS);
        if integer("version") != Some(1) || !is_recent {
            return None;
        }
        let mut snapshot = Self { fields: Vec::new(), scroll: i32::try_from(integer("scroll")?).ok()? };
        let fields = form::decode(object.text("fields").ok()??)?;
        fields.iter().all(|(name, value)| snapshot.keep(name, value)).then_some(snapshot)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Snapshot of {} fields", self.fields.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn snapshot() -> Snapshot {
        let mut snapshot = Snapshot { scroll: 340, ..Snapshot::default() };
        assert!(snapshot.keep("note", "half a \"sentence\" & æøå\n+ 1"));
        assert!(snapshot.keep("path", "organization"));
        snapshot
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let back = Snapshot::from_record(&snapshot().to_record(NOW), NOW.plus(599)).unwrap();
        assert_eq!(back, snapshot());
        assert_eq!((back.kept("path"), back.scroll), (Some("organization"), 340));
        let mut changed = back;
        assert!(changed.keep("path", "currency") && changed.keep("note", ""));
        assert_eq!((changed.kept("path"), changed.kept("note")), (Some("currency"), None));
    }

    #[test]
    fn an_expired_or_invalid_record_is_refused() {
        let record = snapshot().to_record(NOW);
        assert_eq!(Snapshot::from_record(&record, NOW.plus(601)), None);
        assert_eq!(Snapshot::from_record(&record, NOW.plus(-601)), None);
        for record in ["", "{}", "[]", r#"{"version":2,"kept_at":1800000000,"scroll":0,"fields":""}"#] {
            assert_eq!(Snapshot::from_record(record, NOW), None, "{record}");
        }
        assert!(Snapshot::from_record(&record.replace("340", "34000000000"), NOW).is_none());
    }

    #[test]
    fn a_snapshot_has_limits() {
        let mut snapshot = Snapshot::default();
        assert!(!snapshot.keep("note", &"x".repeat(MAX_BYTES)));
        assert!(!snapshot.keep(&"x".repeat(MAX_NAME + 1), "x"));
        assert!(snapshot.is_empty());
        for index in 0..MAX_FIELDS {
            assert!(snapshot.keep(&index.to_string(), "x"));
        }
        assert!(!snapshot.keep("one more", "x"));
        assert!(!snapshot.keep("7", &"x".repeat(MAX_BYTES)));
        assert_eq!(snapshot.kept("7"), Some("x"), "a value that is too long does not replace the older value");
        assert_eq!(format!("{snapshot:?}"), "Snapshot of 100 fields");
    }
}
