//! What browsers leave as it is in a path, a query or a fragment, although RFC 3986 wants it percent-encoded.
//!
//! [`HttpsUrl`](super::https_url::HttpsUrl) accepts no such character, so that every parser reads the same. An address
//! of this app or of an API that has one is a usual address all the same: `?filter[status]=open`, `?a=b|c`.

use super::form;

/// Encodes `'[]^{|}` and the grave accent, and in a query the backslash too, which has a meaning in a path. Everything
/// else stays as it is.
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
    fn what_browsers_leave_raw_is_encoded_and_nothing_else() {
        assert_eq!(encode_raw("/it's/[1]?a=b|c&{d}^`"), "/it%27s/%5B1%5D?a=b%7Cc&%7Bd%7D%5E%60");
        assert_eq!(encode_raw("/a\\b?c\\d"), "/a\\b?c%5Cd");
        let others = "/a%20b é<>\"#\t\0%?~!$&()*+,;=:@%5b";
        assert_eq!(encode_raw(others), others);
    }
}
