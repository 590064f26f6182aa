//! JSON objects as serde_json reads them, with two differences: a duplicate member is an error, and a member that is
//! null is left out.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The members of a text that is one JSON object, without those that are null. `None` if the text is something else,
/// or if any object in it has a duplicate member.
pub fn members(text: &[u8]) -> Option<Map<String, Value>> {
    let text = in_range(text);
    let mut reader = serde_json::Deserializer::from_slice(&text);
    let value = EachOnce.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// JSON has no largest number (RFC 8259 section 6), but serde_json has one. So this function replaces each number
/// that is too large for serde_json with a smaller number, which serde_json does not read as an integer. If the number
/// has a syntax error, the new number has the same error.
fn in_range(text: &[u8]) -> Vec<u8> {
    let mut shorter = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => text_length(rest),
            b'-' | b'0'..=b'9' => rest.iter().take_while(|byte| b"0123456789+-.eE".contains(byte)).count(),
            _ => 1,
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        let number = std::str::from_utf8(token).unwrap_or_default();
        if !number.parse::<f64>().is_ok_and(f64::is_infinite) {
            shorter.extend_from_slice(token);
        } else if let Some((significand, exponent)) = number.split_once(['e', 'E']) {
            let whole = significand.split('.').next().unwrap_or_default();
            // Keep the fraction. Keep a leading zero too: it is a syntax error.
            let fraction = significand.get(whole.len()..).unwrap_or_default();
            let sign = exponent.trim_end_matches(|c: char| c.is_ascii_digit());
            shorter.extend(format!("{whole:.30}{fraction}e{sign}1").bytes());
        } else {
            shorter.extend(format!("{number:.30}.5").bytes());
        }
    }
    shorter
}

/// The length of the string at the beginning of the text, including both quotes.
fn text_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let is_end = |byte: &u8| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    };
    text.iter().skip(1).position(is_end).map_or(text.len(), |behind| behind + 2)
}

pub fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name)?.as_str()
}

/// An integer number of seconds. `-0` is an integer, although serde_json reads it as the float `-0.0`. `0.0` is not
/// an integer.
pub fn integer(members: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = members.get(name)?;
    value.as_i64().or_else(|| value.as_f64().filter(|number| *number == 0.0 && number.is_sign_negative()).map(|_| 0))
}

/// A number of seconds, with its fraction removed. `None` for a number with an exponent.
#[expect(clippy::cast_possible_truncation, reason = "a cast drops the fraction, and stops at the ends of the range")]
pub fn seconds(members: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = members.get(name)?;
    let whole =
        || value.as_f64().filter(|_| value.is_f64() && !value.to_string().contains('e')).map(|seconds| seconds as i64);
    integer(members, name).or_else(whole)
}

/// Whether a time has a fraction and is so large that serde_json writes it with an exponent.
pub fn has_huge_time(members: &Map<String, Value>) -> bool {
    let times = ["exp", "iat", "nbf", "auth_time"].into_iter().filter_map(|name| members.get(name));
    times.filter_map(|time| time.as_f64().filter(|_| time.is_f64())).any(|number| number.abs() >= 1e15)
}

struct EachOnce;

impl<'de> DeserializeSeed<'de> for EachOnce {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EachOnce {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON without duplicate members")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Self)? {
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.insert(name, members.next_value_seed(Self)?).is_some() {
                return Err(A::Error::custom("a member occurs twice"));
            }
        }
        map.retain(|_, value| !value.is_null());
        Ok(map.into())
    }
}
