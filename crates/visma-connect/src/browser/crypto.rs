//! Signatures by the browser's own cryptography: no such code in the wasm.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::id_token::SignatureToCheck;
use crate::session::error::PlatformError;

/// `crypto.subtle`, which browsers leave undefined outside a secure context.
fn subtle() -> Result<SubtleCrypto, PlatformError> {
    let subtle = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| Reflect::get(&crypto, &JsValue::from_str("subtle")).ok())
        .filter(|subtle| subtle.is_object());
    Ok(subtle.ok_or(PlatformError::CryptoUnavailable)?.unchecked_into())
}

/// Whether WebCrypto is there.
pub fn check() -> Result<(), PlatformError> {
    subtle().map(drop)
}

/// Checks a signature. A key that WebCrypto refuses has signed nothing.
///
/// # Errors
/// `CryptoUnavailable` where there is no WebCrypto, or none that knows the algorithm: EdDSA is younger than the others.
pub async fn verify(check: &SignatureToCheck) -> Result<bool, PlatformError> {
    let subtle = subtle()?;
    let jwk = object(&check.key().jwk());
    let name = match check.key().algorithm() {
        SigningAlgorithm::Rs256 => "RSASSA-PKCS1-v1_5",
        SigningAlgorithm::Ps256 => "RSA-PSS",
        SigningAlgorithm::Es256 => "ECDSA",
        SigningAlgorithm::EdDsa => "Ed25519",
    };
    // Import and check take from it what the algorithm needs. The salt is as long as the hash (RFC 7518 3.5).
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

/// SHA-512 of a text.
pub async fn sha512(text: &str) -> Result<Vec<u8>, PlatformError> {
    let digest = subtle()?.digest_with_str_and_u8_array("SHA-512", text.as_bytes());
    let digest = digest.map_err(|_| PlatformError::CryptoUnavailable)?;
    let digest = JsFuture::from(digest).await.map_err(|_| PlatformError::CryptoUnavailable)?;
    Ok(Uint8Array::new(&digest).to_vec())
}

/// Whether the browser does not know the algorithm.
fn is_unknown(error: &JsValue) -> bool {
    let name = Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    name.is_some_and(|name| name == "NotSupportedError")
}

fn object(members: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in members.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
