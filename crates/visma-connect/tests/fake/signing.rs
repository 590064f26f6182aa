//! RS256 natively, with ring.

use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::session::error::PlatformError;

use super::{decode, encode};

pub const SIGNING_KEY: &[u8] = include_bytes!("../fixtures/signing-key.pk8");
pub const OTHER_KEY: &[u8] = include_bytes!("../fixtures/other-key.pk8");

/// A key set with the public halves of these keys.
pub fn jwks(keys: &[(&str, &[u8])]) -> String {
    let key = |(kid, pkcs8): &(&str, &[u8])| {
        let key = KeyPair::from_pkcs8(pkcs8).unwrap();
        let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
        format!(r#"{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{kid}","n":"{}","e":"{}"}}"#, encode(n), encode(e))
    };
    format!(r#"{{"keys":[{}]}}"#, keys.iter().map(key).collect::<Vec<_>>().join(","))
}

/// A signed ID token.
pub fn id_token(header: &str, claims: &str, pkcs8: &[u8]) -> String {
    let signing_input = format!("{}.{}", encode(header), encode(claims));
    let key = KeyPair::from_pkcs8(pkcs8).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature).unwrap();
    format!("{signing_input}.{}", encode(signature))
}

/// Asks ring whether this RS256 signature is the key's.
pub async fn verify(check: &SignatureToCheck) -> Result<bool, PlatformError> {
    let (n, e) = (decode(check.key().n()), decode(check.key().e()));
    let key = RsaPublicKeyComponents { n, e };
    Ok(key.verify(&RSA_PKCS1_2048_8192_SHA256, check.signing_input(), check.signature()).is_ok())
}
