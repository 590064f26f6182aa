//! RS256 by the browser's own cryptography: no crypto code in the wasm.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::protocol::id_token::SignatureToCheck;
use crate::session::error::PlatformError;

const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

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

/// Checks an RS256 signature. A key that WebCrypto refuses has signed nothing.
pub async fn verify(check: &SignatureToCheck) -> Result<bool, PlatformError> {
    let subtle = subtle()?;
    let jwk = object(&[("kty", "RSA"), ("alg", "RS256"), ("n", check.key().n()), ("e", check.key().e())]);
    let algorithm = object(&[("name", ALGORITHM), ("hash", "SHA-256")]);
    let usages = Array::of1(&JsValue::from_str("verify"));
    let is_valid = async {
        let key = JsFuture::from(subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?).await?;
        let key: CryptoKey = key.unchecked_into();
        let (signature, data) = (check.signature(), check.signing_input());
        JsFuture::from(subtle.verify_with_str_and_u8_array_and_u8_array(ALGORITHM, &key, signature, data)?).await
    };
    Ok(is_valid.await.is_ok_and(|is_valid| is_valid == JsValue::TRUE))
}

fn object(members: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
