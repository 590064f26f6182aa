//! Generators of inputs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};

/// The number of cases. The environment variable `PROPERTY_TIMES` multiplies this number. Failing cases are not saved
/// to a file. Turn each of them into a seed or a test.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let times = std::env::var("PROPERTY_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig { cases: cases * times, failure_persistence: None, ..ProptestConfig::default() }
}

/// A text that is joined from pieces: mostly the given ones, sometimes any characters.
pub(crate) fn joined(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => select(pieces).prop_map(str::to_owned), 1 => "\\PC{0,3}", 1 => any::<char>().prop_map(String::from)];
    vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

/// Any JSON value of small depth.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-10_i64..10).prop_map(Value::from),
        // -0.0 is left out: serde_json cannot distinguish it from -0, which is an integer.
        any::<f64>().prop_map(|number| Value::from(if number == 0.0 { 0.5 } else { number })),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z_]{1,6}", inner), 0..4).prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// The members of an object with up to three changes. Each change removes a member, or gives it one of `values` or
/// any JSON value.
pub(crate) fn changed(
    good: Map<String, Value>,
    names: &'static [&'static str],
    values: Vec<Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![select(values).prop_map(Some), json().prop_map(Some), Just(None)];
    vec((select(names), value), 0..4).prop_map(move |changes| {
        let mut members = good.clone();
        for (name, value) in changes {
            match value {
                Some(value) => members.insert(name.to_owned(), value),
                None => members.remove(name),
            };
        }
        members
    })
}

/// Every single change of an object: each name removed, and each name with each value. Random changes could miss
/// some.
pub(crate) fn each_change(
    good: &Map<String, Value>,
    names: &[&str],
    values: &[Value],
) -> impl Iterator<Item = Map<String, Value>> {
    names.iter().flat_map(move |name| {
        values.iter().map(Some).chain([None]).map(move |value| {
            let mut members = good.clone();
            match value {
                Some(value) => members.insert((*name).to_owned(), value.clone()),
                None => members.remove(*name),
            };
            members
        })
    })
}

/// A text with up to four edits. Each edit removes up to 11 bytes and inserts a piece.
pub(crate) fn edited(text: String) -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "\"", "{", "}", "[", "]", ":", ",", "\\", "\\u0000", "null", "1e9", "-1", "\u{feff}", "https://", "?", "#", "@",
    ];
    let piece = prop_oneof![select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()), vec(any::<u8>(), 0..4)];
    vec((any::<Index>(), 0_usize..12, piece), 0..5).prop_map(move |edits| {
        let mut bytes = text.clone().into_bytes();
        for (at, removed, piece) in edits {
            let start = at.index(bytes.len() + 1);
            let end = (start + removed).min(bytes.len());
            bytes.splice(start..end, piece);
        }
        bytes
    })
}
