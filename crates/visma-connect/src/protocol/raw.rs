//! Percent-encodes characters that browsers leave unencoded in a path, a query or a fragment.
//!
//! [`HttpsUrl`](super::https_url::HttpsUrl) refuses these characters, so that every parser reads a URL in the same
//! way. But usual addresses contain them, such as `?filter[status]=open` and `?a=b|c`. So addresses of this
//! app and of APIs are encoded before they are checked.

use super::form;

/// Percent-encodes `'[]^{|}` and the grave accent. In a query it also encodes the backslash. In a path the backslash
/// stays, because browsers read it as a slash there. All other characters stay unchanged.
pub(super) fn encode_raw(path_and_query: &str) -> String {
    let mut encoded = String::with_capacity(path_and_query.len());
    let mut is_query = false;
    for c in path_and_query.chars() {
        is_query |= c == '?';
        match c {
            '\'' | '[' | ']' | '^' | '`' | '{' | '|' | '}' => form::escape(&mut encoded, c as u8),
            '\\' if is_query => form::escape(&mut encoded, b'\\'),
            _ => encoded.push(c),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_browsers_leave_unencoded_are_encoded() {
        assert_eq!(encode_raw("/it's/[1]?a=b|c&{d}^`"), "/it%27s/%5B1%5D?a=b%7Cc&%7Bd%7D%5E%60");
        assert_eq!(encode_raw("/a\\b?c\\d"), "/a\\b?c%5Cd");
        let others = "/a%20b é<>\"#\t\0%?~!$&()*+,;=:@%5b";
        assert_eq!(encode_raw(others), others);
    }
}
