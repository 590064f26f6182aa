//! Verifies signatures and computes SHA-512 hashes with WebCrypto, so that the wasm contains no code for them. For
//! SHA-256, the wasm contains the crate sha2.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::id_token::SignatureToCheck;
use crate::session::error::PlatformError;

/// Returns `crypto.subtle`. It is undefined outside a secure context.
///
/// # Errors
/// `CryptoUnavailable` if it is undefined.
fn subtle() -> Result<SubtleCrypto, PlatformError> {
    let subtle = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| Reflect::get(&crypto, &JsValue::from_str("subtle")).ok())
        .filter(|subtle| subtle.is_object());
    Ok(subtle.ok_or(PlatformError::CryptoUnavailable)?.unchecked_into())
}

/// Checks that WebCrypto is available.
///
/// # Errors
/// `CryptoUnavailable` if it is not.
pub fn check() -> Result<(), PlatformError> {
    subtle().map(drop)
}

/// Verifies a signature. Returns `false` if it is not valid, or if WebCrypto refuses the key.
///
/// # Errors
/// `CryptoUnavailable` if there is no WebCrypto, or if it does not support the algorithm. Some browsers lack EdDSA.
pub async fn verify(check: &SignatureToCheck) -> Result<bool, PlatformError> {
    let subtle = subtle()?;
    let jwk = object(&check.key().jwk());
    let name = match check.key().algorithm() {
        SigningAlgorithm::Rs256 => "RSASSA-PKCS1-v1_5",
        SigningAlgorithm::Ps256 => "RSA-PSS",
        SigningAlgorithm::Es256 => "ECDSA",
        SigningAlgorithm::EdDsa => "Ed25519",
    };
    // One object for all algorithms: WebCrypto reads only the members that the named algorithm needs. The salt of
    // RSA-PSS is as long as the hash (RFC 7518, section 3.5).
    let algorithm = object(&[("name", name), ("hash", "SHA-256"), ("namedCurve", "P-256"), ("saltLength", "32")]);
    let usages = Array::of1(&JsValue::from_str("verify"));
    let is_valid = async {
        let key = JsFuture::from(subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?).await?;
        let key: CryptoKey = key.unchecked_into();
        let (signature, data) = (check.signature(), check.signing_input());
        JsFuture::from(subtle.verify_with_object_and_u8_array_and_u8_array(&algorithm, &key, signature, data)?).await
    };
    match is_valid.await {
        Ok(is_valid) => Ok(is_valid == JsValue::TRUE),
        Err(error) if is_unknown(&error) => Err(PlatformError::CryptoUnavailable),
        Err(_) => Ok(false),
    }
}

/// Computes the SHA-512 hash of the UTF-8 bytes of a text. The result has 64 bytes.
///
/// # Errors
/// `CryptoUnavailable` if there is no WebCrypto, or if it fails.
pub async fn sha512(text: &str) -> Result<Vec<u8>, PlatformError> {
    let digest = subtle()?.digest_with_str_and_u8_array("SHA-512", text.as_bytes());
    let digest = digest.map_err(|_| PlatformError::CryptoUnavailable)?;
    let digest = JsFuture::from(digest).await.map_err(|_| PlatformError::CryptoUnavailable)?;
    Ok(Uint8Array::new(&digest).to_vec())
}

/// Whether this error means that the browser does not support the algorithm.
fn is_unknown(error: &JsValue) -> bool {
    let name = Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    name.is_some_and(|name| name == "NotSupportedError")
}

/// Creates a JavaScript object with these members. Members with an empty value are left out.
fn object(members: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in members.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
