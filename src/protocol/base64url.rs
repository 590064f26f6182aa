//! base64url without padding (RFC 4648 section 5; RFC 7515 section 2). Decoding is strict: padding, a foreign
//! character or set trailing bits are errors, so that no two texts mean the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The octets and the text are those of RFC 7515 appendix C.
    #[test]
    fn rfc_7515_appendix_c() {
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
    }

    #[test]
    fn e07_only_the_canonical_text_decodes() {
        for bad in ["A-z_4ME=", "A+z/4ME", "A-z_4MF", "A-z_4M E", "A-z_4\n", "A"] {
            assert!(decode(bad).is_none(), "{bad:?}");
        }
    }
}
