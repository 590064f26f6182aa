//! WebCrypto in a real browser, with each algorithm that can be configured.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use js_sys::{Function, Object, Reflect};
use visma_connect::browser::BrowserPlatform;
use visma_connect::protocol::algorithm::SigningAlgorithm;
use visma_connect::protocol::callback::Callback;
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::protocol::jwks::Jwks;
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::session::error::PlatformError;
use visma_connect::session::platform::Platform as _;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const JWT: &str = include_str!("fixtures/id-token.jwt");
const KEYS: &str = include_str!("fixtures/jwks.json");
const OTHER_KEYS: &str = include_str!("fixtures/other-algorithms-jwks.json");

/// The ID tokens of the other algorithms that can be configured.
const OTHERS: [(&str, &str); 3] = [
    ("PS256", include_str!("fixtures/id-token-ps256.jwt")),
    ("ES256", include_str!("fixtures/id-token-es256.jwt")),
    ("EdDSA", include_str!("fixtures/id-token-eddsa.jwt")),
];

/// What the browser must verify for an ID token, in an app that is configured with the given algorithm.
fn check_with(algorithm: &str, jwt: &str, jwks: &str) -> SignatureToCheck {
    let text = format!(
        r#"{{"authority":"https://connect.example","client_id":"demo","id_token_signed_response_alg":"{algorithm}"}}"#
    );
    let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
    let config = Config::parse(&text, &page).unwrap();
    let metadata = include_str!("fixtures/metadata.json").replace("RS256", algorithm);
    let metadata = discovery::metadata(&config, &HttpResponse::new(200, metadata)).unwrap();
    let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
    let now = UnixTime::from_seconds(1_800_000_000);
    let pending = PendingSignIn::new(&config, &metadata, randomness, now, ReturnTo::home(&config));
    let state = pending.storage_key().rsplit(':').next().unwrap().to_owned();
    let callback = Callback::parse(&format!("?code=c&state={state}&iss=https%3A%2F%2Fconnect.example")).unwrap();
    let body = format!(r#"{{"access_token":"t","token_type":"Bearer","id_token":"{}"}}"#, jwt.trim_end());
    let tokens = pending.accept(callback).unwrap().finish(&HttpResponse::new(200, body)).unwrap();
    let jwks = Jwks::from_response(&HttpResponse::new(200, jwks), config.id_token_algorithm()).unwrap();
    tokens.signature_to_check(&jwks).unwrap()
}

fn check(jwt: &str, jwks: &str) -> SignatureToCheck {
    check_with("RS256", jwt, jwks)
}

/// The token with the first character of its signature changed.
fn flipped(jwt: &str) -> String {
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    format!("{signed}.{}{}", if signature.starts_with('A') { "B" } else { "A" }, signature.split_at(1).1)
}

#[wasm_bindgen_test]
async fn webcrypto_accepts_the_providers_signature() {
    assert_eq!(BrowserPlatform::new().verify(&check(JWT, KEYS)).await, Ok(true));
}

#[wasm_bindgen_test]
async fn e04_webcrypto_refuses_every_other_signature() {
    let jwt = JWT.trim_end();
    let other_key = include_str!("fixtures/other-jwks.json");
    assert_eq!(BrowserPlatform::new().verify(&check(jwt, other_key)).await, Ok(false), "another key");
    let (signed, _) = jwt.rsplit_once('.').unwrap();
    assert_eq!(BrowserPlatform::new().verify(&check(&flipped(jwt), KEYS)).await, Ok(false), "the signature is changed");
    assert_eq!(BrowserPlatform::new().verify(&check(&format!("{signed}."), KEYS)).await, Ok(false), "no signature");
}

/// Chrome supports all four algorithms. OpenSSL has signed the fixtures.
#[wasm_bindgen_test]
async fn e03_webcrypto_checks_each_algorithm_only_with_its_own_key() {
    let browser = BrowserPlatform::new();
    for (algorithm, jwt) in OTHERS {
        // The JWKS has a key of each type, all with the same `kid`.
        let check = check_with(algorithm, jwt, OTHER_KEYS);
        assert_eq!(check.key().algorithm().name(), algorithm);
        assert_eq!(browser.verify(&check).await, Ok(true), "{algorithm}");
    }
}

#[wasm_bindgen_test]
async fn e04_webcrypto_refuses_every_other_signature_of_each_algorithm() {
    let browser = BrowserPlatform::new();
    for (algorithm, jwt) in OTHERS {
        let jwt = jwt.trim_end();
        let (signed, signature) = jwt.rsplit_once('.').unwrap();
        let zeros = "A".repeat(signature.len());
        let of = |signature: &str| format!("{signed}.{signature}");
        let mut bad = vec![flipped(jwt), of(""), of(&zeros), of(signature.split_at(signature.len() / 8 * 4).0)];
        // The header and claims of this algorithm, each with the signature of another algorithm.
        bad.extend(
            OTHERS
                .iter()
                .filter(|(other, _)| *other != algorithm)
                .map(|(_, other)| of(other.trim_end().rsplit('.').next().unwrap())),
        );
        for bad in bad {
            let check = check_with(algorithm, &bad, OTHER_KEYS);
            assert_eq!(browser.verify(&check).await, Ok(false), "{algorithm}: {bad}");
        }
    }
    // A key that is not a point on the curve verifies no signature.
    let x = OTHER_KEYS.split("\"x\":\"").nth(1).unwrap().split('"').next().unwrap();
    let off_curve = OTHER_KEYS.replace(x, &"A".repeat(43));
    assert_eq!(browser.verify(&check_with("ES256", OTHERS[1].1, &off_curve)).await, Ok(false));
}

/// Chrome before 137, Firefox before 129 and Safari before 17 do not support Ed25519.
#[wasm_bindgen_test]
async fn a_browser_without_the_algorithm_does_not_report_a_forgery() {
    let check = check_with("EdDSA", OTHERS[2].1, OTHER_KEYS);
    let script = |body: &str| Function::new_no_args(body).call0(&JsValue::NULL).unwrap();
    script(
        "window.realImport = SubtleCrypto.prototype.importKey;
        SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('x', 'NotSupportedError'))",
    );
    let result = BrowserPlatform::new().verify(&check).await;
    script("SubtleCrypto.prototype.importKey = window.realImport; delete window.realImport");
    assert_eq!(result, Err(PlatformError::CryptoUnavailable));
    assert_eq!(BrowserPlatform::new().verify(&check).await, Ok(true), "the real function is restored");
    assert_eq!(check.key().algorithm(), SigningAlgorithm::EdDsa);
}

/// The hash of `abc` from FIPS 180-4, as published by NIST.
#[wasm_bindgen_test]
async fn webcrypto_has_the_hash_of_ed25519() {
    let hash = BrowserPlatform::new().sha512("abc").await.unwrap();
    assert_eq!(
        (hash.len(), &hash[..4], &hash[60..]),
        (64, [0xdd, 0xaf, 0x35, 0xa1].as_slice(), [0xa5, 0x4c, 0xa4, 0x9f].as_slice())
    );
}

#[wasm_bindgen_test]
async fn a13_without_webcrypto_there_is_an_error_and_no_panic() {
    let crypto: Object = web_sys::window().unwrap().crypto().unwrap().unchecked_into();
    let shadow = Object::new();
    Reflect::set(&shadow, &"configurable".into(), &JsValue::TRUE).unwrap();
    Reflect::set(&shadow, &"value".into(), &JsValue::UNDEFINED).unwrap();
    Object::define_property(&crypto, &"subtle".into(), &shadow);
    let results = (BrowserPlatform::new().check(), BrowserPlatform::new().verify(&check(JWT, KEYS)).await);
    Reflect::delete_property(&crypto, &"subtle".into()).unwrap();
    assert_eq!(results, (Err(PlatformError::CryptoUnavailable), Err(PlatformError::CryptoUnavailable)));
    assert_eq!(BrowserPlatform::new().verify(&check(JWT, KEYS)).await, Ok(true));
}
