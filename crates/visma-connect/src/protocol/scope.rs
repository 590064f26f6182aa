//! The syntax of a scope, in the configuration and in a response.

/// The longest scope that is accepted, in bytes.
const MAX_CHARS: usize = 200;

/// Whether the text is a scope-token (RFC 6749 section 3.3) of limited length.
pub(crate) fn is_scope(text: &str) -> bool {
    let is_part = |b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.len() <= MAX_CHARS && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d13_a_scope_is_printable_ascii_without_space_quote_and_backslash() {
        for good in ["openid", "vismanet_erp_interactive_api:read", "!", "~", &"x".repeat(MAX_CHARS)] {
            assert!(is_scope(good), "{good}");
        }
        for bad in ["", "a b", "a\"b", "a\\b", "a\n", "\u{202e}", "\u{a0}", "\u{7f}", &"x".repeat(MAX_CHARS + 1)] {
            assert!(!is_scope(bad), "{bad:?}");
        }
    }
}
