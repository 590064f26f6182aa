//! Proof Key for Code Exchange (RFC 7636), method `S256` only.
//!
//! ```text
//! 32 random bytes -> CodeVerifier -> SHA-256 -> CodeChallenge
//!                    token request              authorization request
//! ```

use sha2::{Digest as _, Sha256};

use super::base64url;
use super::secret::{CodeVerifier, CsrfToken, Nonce};

/// The value of `code_challenge`: BASE64URL(SHA-256(ASCII(code_verifier))), RFC 7636 4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The only method that is sent. `plain` is not supported (RFC 9700 2.1.1).
    pub const METHOD: &'static str = "S256";

    /// The value of `code_challenge`, 43 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CodeVerifier {
    /// The verifier: 43 characters from 32 random bytes of the browser, as RFC 7636 4.1 recommends.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self::new(base64url::encode(&bytes))
    }

    /// The challenge for the authorization request.
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(base64url::encode(&Sha256::digest(self.expose().as_bytes())))
    }
}

impl CsrfToken {
    /// The token: 43 characters from 32 random bytes of the browser.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self::new(base64url::encode(&bytes))
    }
}

impl Nonce {
    /// The nonce: 43 characters from 32 random bytes of the browser.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self::new(base64url::encode(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The octets, the verifier and the challenge are from RFC 7636 appendix B.
    #[test]
    fn a02_rfc_7636_appendix_b() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191,
            240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = CodeVerifier::from_random(octets);
        assert_eq!(verifier.expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a01_32_bytes_make_43_unreserved_characters() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let (verifier, state) = (CodeVerifier::from_random([byte; 32]), CsrfToken::from_random([byte; 32]));
            let nonce = Nonce::from_random([byte; 32]);
            for text in [verifier.expose(), state.expose(), nonce.expose()] {
                assert_eq!(text.len(), 43);
                assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
            }
        }
    }

    #[test]
    fn a01_no_random_bit_is_lost() {
        let texts = |bytes| {
            let (verifier, state) = (CodeVerifier::from_random(bytes), CsrfToken::from_random(bytes));
            [verifier.expose(), state.expose(), Nonce::from_random(bytes).expose()].map(str::to_owned)
        };
        for bit in 0..256 {
            let mut bytes = [0; 32];
            bytes[bit / 8] = 1 << (bit % 8);
            for (with, without) in texts(bytes).into_iter().zip(texts([0; 32])) {
                assert_ne!(with, without, "bit {bit}");
            }
        }
    }
}
