//! base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
//!
//! Decoding is strict. Padding, a character outside the alphabet, and unused trailing bits that are not zero are
//! errors. So no two texts decode to the same bytes.
//!
//! `decode` is written here because the decoder of the `base64` crate adds 2 kB to the first load. A test compares
//! the two decoders.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    // Encode into our own buffer: `encode` of the `base64` crate can panic, and its panic message adds 0.8 kB.
    let mut text = vec![0; bytes.len() / 3 * 4 + 4];
    let length = URL_SAFE_NO_PAD.encode_slice(bytes, &mut text).unwrap_or_default();
    text.truncate(length);
    String::from_utf8(text).unwrap_or_default()
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits: u32 = 0;
        for character in group {
            bits = bits << 6 | sextet(*character)?;
        }
        // Two, three or four characters encode one, two or three bytes. The remaining bits must be zero.
        let (count, rest) = match group.len() {
            2 => (1, 4),
            3 => (2, 2),
            4 => (3, 0),
            _ => return None,
        };
        if bits & ((1 << rest) - 1) != 0 {
            return None;
        }
        let whole = (bits >> rest).to_be_bytes();
        bytes.extend_from_slice(whole.get(4 - count..)?);
    }
    Some(bytes)
}

fn sextet(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
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

    /// The decoder of the `base64` crate is strict too.
    #[test]
    fn decode_agrees_with_the_base64_crate() {
        let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain("-_=+/ \n.é".chars()).collect();
        let mut accepted = 0;
        // Every text of up to two characters. Longer texts have a fixed start: only their last two characters vary.
        let mut texts = vec![String::new()];
        for first in &alphabet {
            texts.push(first.to_string());
            for second in &alphabet {
                texts.push([*first, *second].iter().collect());
                texts.push(['A', *first, *second].iter().collect());
                texts.push(['A', '_', *first, *second].iter().collect());
                texts.push(['A', '_', '9', 'z', *first, *second].iter().collect());
            }
        }
        for text in texts {
            let ours = decode(&text);
            assert_eq!(ours, URL_SAFE_NO_PAD.decode(&text).ok(), "{text:?}");
            accepted += usize::from(ours.is_some());
        }
        assert!(accepted > 4_000, "{accepted}");
        for length in 0..100 {
            let bytes: Vec<u8> = (0_u8..length).map(|index| index.wrapping_mul(37).wrapping_add(length)).collect();
            assert_eq!(encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
            assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn e07_only_the_canonical_text_decodes() {
        for bad in ["A-z_4ME=", "A+z/4ME", "A-z_4MF", "A-z_4M E", "A-z_4\n", "A"] {
            assert!(decode(bad).is_none(), "{bad:?}");
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_encoded_value_decodes_to_the_original(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn e07_decode_agrees_with_the_base64_crate_for_any_text(text in "[A-Za-z0-9_=+/ .é-]{0,12}") {
            prop_assert_eq!(decode(&text), URL_SAFE_NO_PAD.decode(&text).ok());
        }
    }
}
