//! A strict JSON reader (RFC 8259), and a writer for flat objects.
//!
//! - A member name that occurs twice in an object is an error, because it is unclear which member is meant.
//! - The depth of nesting and the number of members are limited.
//! - A member of the wrong type is an error. It is not treated as absent: in another library this mistake made
//!   expired tokens valid (CVE-2026-25537).
//! - A member with the value `null` is treated as absent.
//!
//! serde_json is not used: this code is loaded before the user can sign in, and serde_json with a strict visitor is
//! 5 kB brotli larger. Tests compare this reader with serde_json. String values are overwritten when they are
//! dropped, because each of them can be a token.

use zeroize::Zeroizing;

/// The largest number of members in an object, or of elements in an array.
pub(crate) const MAX_MEMBERS: usize = 1_000;

/// The deepest nesting of arrays and objects.
const MAX_DEPTH: usize = 64;

/// One JSON value. It has no `Debug`, because values can be secrets.
#[derive(Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number with a fraction and without an exponent: the part before the point.
    Fraction(i64),
    /// A number with an exponent, or outside the range of `i64`. It is never accepted as a time or a lifetime.
    OtherNumber,
    Text(Zeroizing<String>),
    List(Vec<Json>),
    Object(Object),
}

/// The text is not one JSON value of the accepted form. The number is the byte offset at which reading stopped. For a
/// doubled member it is the offset of the second name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson(pub(crate) usize);

/// The member exists but does not have the required type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongType;

/// The members of a JSON object in their order. Each name occurs once.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Json {
    /// Parses exactly one JSON value in UTF-8 without a byte order mark. Text after the value is an error.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NotJson> {
        let text = std::str::from_utf8(bytes).map_err(|_| NotJson(0))?;
        let mut reader = JsonParser { text, at: 0 };
        let value = reader.value(MAX_DEPTH);
        if value.is_some() {
            reader.skip_space();
        }
        value.filter(|_| reader.at == text.len()).ok_or(NotJson(reader.at))
    }

    /// Whether the value is the string `text`.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        matches!(self, Self::Text(own) if own.as_str() == text)
    }
}

impl Object {
    /// Parses one JSON object.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NotJson> {
        match Json::parse(bytes)? {
            Json::Object(object) => Ok(object),
            _ => Err(NotJson(0)),
        }
    }

    /// The value of a member. `None` when it is absent or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value).filter(|value| **value != Json::Null)
    }

    /// Removes a member and returns its value, so that no second copy of a secret remains.
    pub(crate) fn take(&mut self, name: &str) -> Option<Json> {
        let index = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.swap_remove(index).1).filter(|value| *value != Json::Null)
    }

    /// The names of all members, including those with the value `null`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The value of a string member. `None` when it is absent or `null`.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, WrongType> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(WrongType),
        }
    }

    /// The value of an integer member. `None` when it is absent or `null`.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, WrongType> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(WrongType),
        }
    }

    /// A number of seconds without its fraction (NumericDate, RFC 7519 section 2). `None` when it is absent or
    /// `null`.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<i64>, WrongType> {
        match self.get(name) {
            Some(Json::Fraction(whole)) => Ok(Some(*whole)),
            _ => self.integer(name),
        }
    }
}

/// Reads the text once, from start to end. Its methods return `None` when the text is not accepted.
struct JsonParser<'a> {
    text: &'a str,
    at: usize,
}

impl JsonParser<'_> {
    /// The next byte, or 0 at the end. Outside a string, the byte 0 never occurs in JSON.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn consume(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte && self.at < self.text.len();
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.skip_space();
        match self.peek() {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.list(depth.checked_sub(1)?),
            b'"' => self.string().map(|text| Json::Text(Zeroizing::new(text))),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut object = Object::default();
        self.at += 1;
        self.skip_space();
        if self.consume(b'}') {
            return Some(Json::Object(object));
        }
        loop {
            self.skip_space();
            let start = self.at;
            let name = self.string()?;
            if object.names().any(|known| known == name) {
                self.at = start;
                return None;
            }
            self.skip_space();
            if !self.consume(b':') || object.0.len() == MAX_MEMBERS {
                return None;
            }
            object.0.push((name, self.value(depth)?));
            self.skip_space();
            if self.consume(b'}') {
                return Some(Json::Object(object));
            }
            if !self.consume(b',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut list = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.consume(b']') {
            return Some(Json::List(list));
        }
        loop {
            if list.len() == MAX_MEMBERS {
                return None;
            }
            list.push(self.value(depth)?);
            self.skip_space();
            if self.consume(b']') {
                return Some(Json::List(list));
            }
            if !self.consume(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.consume(b'"') {
            return None;
        }
        let mut string = String::new();
        loop {
            // Quotes, backslashes and control characters are single bytes, so the text between them ends at a
            // character boundary.
            let run = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            string.push_str(self.text.get(run..self.at)?);
            if self.consume(b'"') {
                return Some(string);
            }
            if !self.consume(b'\\') {
                return None;
            }
            let escape = self.peek();
            self.at += 1;
            string.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode_escape()?,
                _ => return None,
            });
        }
    }

    /// Reads what follows `\u`: one code unit, or both units of a surrogate pair. A lone surrogate is an error.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if !self.consume(b'\\') || !self.consume(b'u') {
            return None;
        }
        let second = self.code_unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)
    }

    fn code_unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(unit)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        self.consume(b'-');
        if !self.consume(b'0') {
            self.digits()?;
        }
        let whole = self.text.get(start..self.at)?.parse();
        let mut make: fn(i64) -> Json = Json::Integer;
        if self.consume(b'.') {
            self.digits()?;
            make = Json::Fraction;
        }
        if self.consume(b'e') || self.consume(b'E') {
            if !self.consume(b'+') {
                self.consume(b'-');
            }
            self.digits()?;
            return Some(Json::OtherNumber);
        }
        Some(whole.map_or(Json::OtherNumber, make))
    }
}

/// Writes one flat JSON object: a record in sessionStorage, or a message to other tabs.
pub(crate) struct ObjectWriter(String);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        // The buffer is large, because growing it would leave copies of secrets in memory.
        let mut text = String::with_capacity(2_048);
        text.push('{');
        Self(text)
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

    pub(crate) fn optional_integer(self, name: &str, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.integer(name, value),
            None => self,
        }
    }

    pub(crate) fn integer(mut self, name: &str, value: i64) -> Self {
        self.name(name);
        self.0.push_str(&value.to_string());
        self
    }

    pub(crate) fn boolean(mut self, name: &str, value: bool) -> Self {
        self.name(name);
        self.0.push_str(if value { "true" } else { "false" });
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
    fn d15_e19_a_member_named_twice_is_refused_at_every_depth() {
        assert!(!parses(r#"{"access_token":"a","access_token":"b"}"#));
        assert!(!parses(r#"{"x":[{"a":1,"\u0061":2}]}"#));
        assert!(parses(r#"{"x":{"a":1},"y":{"a":1}}"#));
    }

    #[test]
    fn d05_only_one_whole_json_value_is_accepted() {
        for text in [
            "",
            " ",
            "{",
            "{}{}",
            "{} x",
            "\u{feff}{}",
            "NaN",
            "{'a':1}",
            "<html>",
            "01",
            "1.",
            "+1",
            "[1,]",
            "{\"a\":1,}",
            "\"\t\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\x\"",
            "tru",
            "\0",
        ] {
            assert!(!parses(text), "{text:?}");
        }
        assert!(Json::parse(b"{\"a\":\"\xff\"}").is_err(), "invalid UTF-8");
        assert!(parses(" {\"a\":null} "));
    }

    #[test]
    fn e19_depth_and_members_are_bounded() {
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
    fn e12_a_wrong_type_is_not_an_absent_member() {
        let object = Object::parse(br#"{"n":"1","f":1.5,"big":18446744073709551615,"t":7}"#).unwrap();
        assert_eq!(object.integer("n"), Err(WrongType));
        assert_eq!(object.integer("f"), Err(WrongType));
        assert_eq!(object.integer("big"), Err(WrongType));
        assert_eq!(object.integer("absent"), Ok(None));
        assert_eq!(object.integer("t"), Ok(Some(7)));
        assert_eq!(object.text("t"), Err(WrongType));
    }

    #[test]
    fn a_null_member_counts_as_absent_but_not_as_unused() {
        let mut object = Object::parse(br#"{"a":null,"b":[null]}"#).unwrap();
        assert!(object.get("a").is_none() && object.take("a").is_none());
        assert_eq!((object.text("a"), object.integer("a"), object.seconds("a")), (Ok(None), Ok(None), Ok(None)));
        assert!(object.get("b").is_some_and(|list| matches!(list, Json::List(list) if list.len() == 1)));
        assert!(!parses(r#"{"a":null,"a":"x"}"#) && !parses(r#"{"a":"x","a":null}"#));
    }

    #[test]
    fn e12_seconds_may_have_a_fraction_and_nothing_else() {
        let object = Object::parse(
            br#"{"a":5.999,"b":-5.5,"c":5,"d":5e0,"e":5.0e1,"f":"5.5","g":9223372036854775808.5,"h":-0.5}"#,
        )
        .unwrap();
        let seconds = |name| object.seconds(name);
        for (name, whole) in [("a", 5), ("b", -5), ("c", 5), ("h", 0)] {
            assert_eq!(seconds(name), Ok(Some(whole)), "{name}");
        }
        for name in ["d", "e", "f", "g"] {
            assert_eq!(seconds(name), Err(WrongType), "{name}");
        }
        assert_eq!(object.integer("a"), Err(WrongType));
    }

    /// Compares this reader with serde_json: both accept the same texts with the same values. The exceptions are
    /// marked below.
    #[test]
    fn it_agrees_with_serde_json() {
        fn same(ours: &Json, theirs: &serde_json::Value) -> bool {
            use serde_json::Value;
            match (ours, theirs) {
                (Json::Null, Value::Null) => true,
                (Json::Bool(a), Value::Bool(b)) => a == b,
                // serde_json reads minus zero as a float.
                (Json::Integer(a), Value::Number(b)) => b.as_i64().unwrap_or(0) == *a,
                #[expect(clippy::cast_precision_loss, reason = "serde_json loses the same precision")]
                (Json::Fraction(a), Value::Number(b)) => {
                    b.as_f64().is_some_and(|b| (b - *a as f64).abs() <= 1.0 + b.abs() / 1e15)
                }
                (Json::OtherNumber, Value::Number(b)) => b.as_i64().is_none(),
                (Json::Text(a), Value::String(b)) => a.as_str() == b,
                (Json::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
                (Json::Object(a), Value::Object(b)) => {
                    a.0.len() == b.len() && a.0.iter().all(|(name, value)| b.get(name).is_some_and(|b| same(value, b)))
                }
                _ => false,
            }
        }
        let seed = br#" {"a":[1,-0,2.5e-3,"q\"\\\/\b\f\n\r\t\u00e9\ud83e\udd80",true,false,null,[],{}],"b":{"c":9223372036854775807}} "#;
        // Every text that differs from the seed in one changed, added or removed byte.
        let bytes = b"\"\\{}[]:,0123456789eE+-.truefalsn \x00\x1f\x7f\xc3\xa9du";
        let mut texts = vec![seed.to_vec()];
        for index in 0..seed.len() {
            let mut removed = seed.to_vec();
            removed.remove(index);
            texts.push(removed);
            for byte in bytes {
                let mut changed = seed.to_vec();
                changed[index] = *byte;
                texts.push(changed);
                let mut added = seed.to_vec();
                added.insert(index, *byte);
                texts.push(added);
            }
        }
        let mut accepted = 0;
        for text in texts {
            let shown = String::from_utf8_lossy(&text).into_owned();
            match (Json::parse(&text), serde_json::from_slice(&text)) {
                (Ok(ours), Ok(theirs)) => {
                    accepted += 1;
                    assert!(same(&ours, &theirs), "different values: {shown}");
                }
                (Err(NotJson(_)), Err(_)) => {}
                // A doubled member. `serde_json::Value` accepts it.
                (Err(NotJson(_)), Ok(_)) => {
                    let is_doubled = ["\"a\"", "\"b\""].iter().any(|name| shown.matches(name).count() == 2);
                    assert!(is_doubled, "refused: {shown}");
                }
                // A number outside the range of `f64`. serde_json refuses it.
                (Ok(_), Err(error)) => assert!(error.to_string().contains("out of range"), "accepted: {shown}"),
            }
        }
        assert!(accepted > 1_000, "too few of these texts are JSON: {accepted}");
    }

    #[test]
    fn the_reader_reads_what_the_writer_wrote() {
        let nasty = "quote \" backslash \\ control \u{1}\n\u{1f} \u{fffd} \u{2028} 🦀";
        let written = ObjectWriter::new().text("a\"b", nasty).integer("n", -5).optional_text("none", None).finish();
        let object = Object::parse(written.as_bytes()).unwrap();
        assert_eq!(object.text("a\"b"), Ok(Some(nasty)));
        assert_eq!(object.integer("n"), Ok(Some(-5)));
        assert!(object.get("none").is_none());
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// This reader and serde_json read back what the writer wrote.
        #[test]
        fn a_written_object_is_read_as_it_was(
            name in any::<String>(),
            text in "[\\x00-\\x22\\\\/a\u{7f}é🦀]{0,12}",
            number in any::<i64>(),
        ) {
            let written =
                ObjectWriter::new().text(&name, &text).integer("an integer", number).boolean("yes", true).finish();
            let object = Object::parse(written.as_bytes()).unwrap();
            prop_assert_eq!(object.text(&name), Ok(Some(text.as_str())));
            prop_assert_eq!(object.integer("an integer"), Ok(Some(number)));
            let value: serde_json::Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(value[&name].as_str(), Some(text.as_str()));
        }

        /// `it_agrees_with_serde_json` changes one byte of a valid text. This test generates texts from characters that
        /// JSON uses, and arbitrary bytes.
        #[test]
        fn e19_the_parser_agrees_with_serde_json_for_any_text(
            text in r#"[\[\]{}:,"\\ut0-9eE+. -]{0,10}"#,
            bytes in any::<Vec<u8>>(),
        ) {
            for input in [text.as_bytes(), &bytes] {
                match (Json::parse(input), serde_json::from_slice::<serde_json::Value>(input)) {
                    (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range"), "{text}"),
                    // A doubled member.
                    (Err(NotJson(_)), Ok(_)) => prop_assert!(text.matches(':').count() > 1, "{text}"),
                    (Ok(_), Ok(_)) | (Err(NotJson(_)), Err(_)) => {}
                }
            }
        }
    }
}
