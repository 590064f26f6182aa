//! Makes and verifies signatures natively, with ring.

use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use visma_connect::protocol::algorithm::SigningAlgorithm;
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::session::error::PlatformError;

use super::{decode, encode};

pub const SIGNING_KEY: &[u8] = include_bytes!("../fixtures/signing-key.pk8");
pub const OTHER_KEY: &[u8] = include_bytes!("../fixtures/other-key.pk8");

/// A JWKS with the public keys of these key pairs.
pub fn jwks(keys: &[(&str, &[u8])]) -> String {
    let key = |(kid, pkcs8): &(&str, &[u8])| {
        let key = KeyPair::from_pkcs8(pkcs8).unwrap();
        let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
        format!(r#"{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{kid}","n":"{}","e":"{}"}}"#, encode(n), encode(e))
    };
    format!(r#"{{"keys":[{}]}}"#, keys.iter().map(key).collect::<Vec<_>>().join(","))
}

/// An ID token that is signed with RS256.
pub fn id_token(header: &str, claims: &str, pkcs8: &[u8]) -> String {
    let signing_input = format!("{}.{}", encode(header), encode(claims));
    let key = KeyPair::from_pkcs8(pkcs8).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature).unwrap();
    format!("{signing_input}.{}", encode(signature))
}

/// A signed ID token and a JWKS with its public key, for an algorithm other than RS256.
pub fn signed_with(algorithm: SigningAlgorithm, kid: &str, claims: &str) -> (String, String) {
    let header = format!(r#"{{"alg":"{}","kid":"{kid}"}}"#, algorithm.name());
    let signing_input = format!("{}.{}", encode(header), encode(claims));
    let (random, message) = (SystemRandom::new(), signing_input.as_bytes());
    let (signature, key) = match algorithm {
        SigningAlgorithm::Ps256 => {
            let key = KeyPair::from_pkcs8(SIGNING_KEY).unwrap();
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(&RSA_PSS_SHA256, &random, message, &mut signature).unwrap();
            let keys = jwks(&[(kid, SIGNING_KEY)]).replace("RS256", "PS256");
            return (format!("{signing_input}.{}", encode(signature)), keys);
        }
        SigningAlgorithm::Es256 => {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
            let point = key.public_key().as_ref();
            let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
            let jwk = format!(r#"{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{x}","y":"{y}"}}"#);
            (key.sign(&random, message).unwrap().as_ref().to_vec(), jwk)
        }
        SigningAlgorithm::EdDsa => {
            let key = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
            let x = encode(key.public_key());
            let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"}}"#);
            (key.sign(message).as_ref().to_vec(), jwk)
        }
        SigningAlgorithm::Rs256 => panic!("use id_token() for RS256"),
    };
    (format!("{signing_input}.{}", encode(signature)), format!(r#"{{"keys":[{key}]}}"#))
}

/// Verifies the signature with ring.
pub async fn verify(check: &SignatureToCheck) -> Result<bool, PlatformError> {
    let jwk = check.key().jwk();
    let number = |name: &str| decode(jwk.iter().find(|(known, _)| *known == name).unwrap().1);
    let (message, signature) = (check.signing_input(), check.signature());
    let rsa = |how| RsaPublicKeyComponents { n: number("n"), e: number("e") }.verify(how, message, signature);
    Ok(match check.key().algorithm() {
        SigningAlgorithm::Rs256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
        SigningAlgorithm::Ps256 => rsa(&RSA_PSS_2048_8192_SHA256),
        SigningAlgorithm::Es256 => {
            let point = [vec![4], number("x"), number("y")].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        SigningAlgorithm::EdDsa => UnparsedPublicKey::new(&ED25519, number("x")).verify(message, signature),
    }
    .is_ok())
}

/// Computes the SHA-512 hash of a text with ring.
pub async fn sha512(text: &str) -> Result<Vec<u8>, PlatformError> {
    Ok(ring::digest::digest(&ring::digest::SHA512, text.as_bytes()).as_ref().to_vec())
}
