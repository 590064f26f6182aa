//! `application/x-www-form-urlencoded`: the format of the queries of the authorization request and response, and of
//! the body of the token request (RFC 6749 appendix B).

/// Appends `name=value`, both encoded. Writes `&` before it, unless `out` is empty or ends with `?` or `&`.
pub(crate) fn append(out: &mut String, name: &str, value: &str) {
    if !out.is_empty() && !out.ends_with(['?', '&']) {
        out.push('&');
    }
    encode(out, name);
    out.push('=');
    encode(out, value);
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => escape(out, byte),
        }
    }
}

/// Appends `%` and two hexadecimal digits.
pub(super) fn escape(out: &mut String, byte: u8) {
    out.push('%');
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 }));
    }
}

/// Splits a query into pairs, and decodes each name and each value once. `None` when a percent escape is broken or the
/// bytes are not UTF-8.
pub(crate) fn decode(query: &str) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode_one(name)?, decode_one(value)?))
        })
        .collect()
}

/// Decodes a name or a value once. `+` is a space.
pub(super) fn decode_one(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a09_a_value_cannot_become_another_parameter() {
        let mut out = String::from("https://a.example/?");
        append(&mut out, "login_hint", "a&prompt=none\r\n#é");
        append(&mut out, "scope", "openid email");
        assert_eq!(out, "https://a.example/?login_hint=a%26prompt%3Dnone%0D%0A%23%C3%A9&scope=openid+email");
    }

    #[test]
    fn an_encoded_value_decodes_to_the_original() {
        let nasty = "a+b c%2B&=?#/\\\u{0}\u{7f}é🦀";
        let mut out = String::new();
        append(&mut out, nasty, nasty);
        assert_eq!(decode(&out).unwrap(), [(nasty.to_owned(), nasty.to_owned())]);
    }

    #[test]
    fn c18_broken_escapes_and_bytes_are_refused() {
        for bad in ["a=%", "a=%4", "a=%zz", "%FF=a", "a=%C3", "a=%+1"] {
            assert!(decode(bad).is_none(), "{bad}");
        }
        assert_eq!(decode("").unwrap(), []);
        assert_eq!(decode("&a&&b=").unwrap().len(), 2);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use url::form_urlencoded::{Serializer, parse};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// `decode` and the `url` crate read back what `append` writes, and `decode` reads back what the crate
        /// writes. The crate follows the WHATWG URL standard.
        #[test]
        fn a09_encoded_pairs_decode_to_the_same_pairs(
            pairs in proptest::collection::vec(any::<(String, String)>(), 0..5),
        ) {
            let mut ours = String::new();
            for (name, value) in &pairs {
                append(&mut ours, name, value);
            }
            let theirs = Serializer::new(String::new()).extend_pairs(&pairs).finish();
            prop_assert_eq!(decode(&ours), Some(pairs.clone()));
            prop_assert_eq!(decode(&theirs), Some(pairs.clone()));
            prop_assert_eq!(parse(ours.as_bytes()).into_owned().collect::<Vec<_>>(), pairs);
        }

        #[test]
        fn c18_decode_agrees_with_browsers(text in "[ab%&=+C3a9F?#é]{0,12}|\\PC{0,12}") {
            if let Some(pairs) = decode(&text) {
                prop_assert_eq!(pairs, parse(text.as_bytes()).into_owned().collect::<Vec<_>>());
            }
        }
    }
}
