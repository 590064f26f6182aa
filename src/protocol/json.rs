//! JSON as the protocol wants it: strict where `serde_json::Value` is lenient.
//!
//! A member that is named twice is an error (which one would count?), nesting is bounded by serde_json,
//! the number of members by [`MAX_MEMBERS`]. A member of the wrong type is an error of its own and never
//! the same as an absent one: that confusion let expired tokens pass elsewhere (CVE-2026-25537).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Members of one object, or elements of one array.
pub(crate) const MAX_MEMBERS: usize = 1_000;

/// One JSON value. It has no `Debug`: the values can be secrets.
#[derive(Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    /// Fractions, exponents, and integers beyond `i64`: never a time or a lifetime.
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

/// The text is not one JSON value of the accepted shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// The member is there, but is not what the protocol says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongType;

/// The members of a JSON object, in their order, each name once.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Json {
    /// Reads exactly one JSON value in UTF-8 without a byte order mark; anything after it is an error.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NotJson> {
        serde_json::from_slice(bytes).map_err(|_| NotJson)
    }

    /// What this value is, in the words of the JSON specification, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl Object {
    /// Reads one JSON object.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NotJson> {
        match Json::parse(bytes)? {
            Json::Object(object) => Ok(object),
            _ => Err(NotJson),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Moves a member out, so that no second copy of a secret stays behind.
    pub(crate) fn take(&mut self, name: &str) -> Option<Json> {
        let index = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.swap_remove(index).1)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// A string member; `None` when it is absent.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, WrongType> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(WrongType),
        }
    }

    /// An integer member; `None` when it is absent.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, WrongType> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(WrongType),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Float(f64::MAX), Json::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = sequence.next_element()? {
            if list.len() == MAX_MEMBERS {
                return Err(A::Error::custom(""));
            }
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Object::default();
        while let Some(name) = map.next_key::<String>()? {
            if object.0.len() == MAX_MEMBERS || object.get(&name).is_some() {
                return Err(A::Error::custom(""));
            }
            let value = map.next_value()?;
            object.0.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

/// Writes one flat JSON object of strings and integers: the record that waits in sessionStorage.
pub(crate) struct ObjectWriter(String);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        Self(String::from("{"))
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.quoted(name);
        self.0.push(':');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                c if u32::from(c) < 0x20 => {
                    const HEX: [char; 16] =
                        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
                    let code = u32::from(c) as usize;
                    self.0.push_str("\\u00");
                    self.0.extend([HEX.get(code >> 4), HEX.get(code & 15)].into_iter().flatten());
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.quoted(value);
        self
    }

    pub(crate) fn optional_text(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn integer(mut self, name: &str, value: i64) -> Self {
        self.name(name);
        self.0.push_str(&value.to_string());
        self
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(text: &str) -> bool {
        Json::parse(text.as_bytes()).is_ok()
    }

    #[test]
    fn a_member_named_twice_is_refused_at_every_depth() {
        assert!(!parses(r#"{"access_token":"a","access_token":"b"}"#));
        assert!(!parses(r#"{"x":[{"a":1,"\u0061":2}]}"#));
        assert!(parses(r#"{"x":{"a":1},"y":{"a":1}}"#));
    }

    #[test]
    fn only_one_whole_json_value_is_accepted() {
        for text in ["", " ", "{", "{}{}", "{} x", "\u{feff}{}", "NaN", "{'a':1}", "<html>", "1e309"] {
            assert!(!parses(text), "{text:?}");
        }
        assert!(Json::parse(b"{\"a\":\"\xff\"}").is_err(), "invalid UTF-8");
        assert!(parses(" {\"a\":null} "));
    }

    #[test]
    fn depth_and_members_are_bounded() {
        assert!(!parses(&"[".repeat(10_000)));
        let members = |n: usize| {
            let list: Vec<_> = (0..n).map(|i| format!("\"m{i}\":0")).collect();
            format!("{{{}}}", list.join(","))
        };
        assert!(parses(&members(MAX_MEMBERS)));
        assert!(!parses(&members(MAX_MEMBERS + 1)));
        assert!(!parses(&format!("[{}0]", "0,".repeat(MAX_MEMBERS))));
    }

    #[test]
    fn a_wrong_type_is_not_an_absent_member() {
        let object = Object::parse(br#"{"n":"1","f":1.5,"big":18446744073709551615,"t":7}"#).unwrap();
        assert_eq!(object.integer("n"), Err(WrongType));
        assert_eq!(object.integer("f"), Err(WrongType));
        assert_eq!(object.integer("big"), Err(WrongType));
        assert_eq!(object.integer("absent"), Ok(None));
        assert_eq!(object.integer("t"), Ok(Some(7)));
        assert_eq!(object.text("t"), Err(WrongType));
    }

    #[test]
    fn what_the_writer_writes_the_reader_reads() {
        let nasty = "quote \" backslash \\ control \u{1}\n\u{1f} \u{fffd} \u{2028} 🦀";
        let written = ObjectWriter::new().text("a\"b", nasty).integer("n", -5).optional_text("none", None).finish();
        let object = Object::parse(written.as_bytes()).unwrap();
        assert_eq!(object.text("a\"b"), Ok(Some(nasty)));
        assert_eq!(object.integer("n"), Ok(Some(-5)));
        assert!(object.get("none").is_none());
    }
}
