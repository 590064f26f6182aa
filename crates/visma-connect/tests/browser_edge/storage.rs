//! sessionStorage: reading a value removes it. The storage may be full or blocked.

use js_sys::Object;
use visma_connect::browser::storage;
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness, STORAGE_PREFIX};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::session::error::PlatformError;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{script, window};

#[wasm_bindgen_test]
fn c05_a_saved_value_is_read_once() {
    storage::save("edge:a", "record").unwrap();
    assert_eq!(storage::keys("edge:"), ["edge:a"]);
    assert_eq!(storage::take("edge:a"), Ok(Some("record".to_owned())));
    assert_eq!(storage::take("edge:a"), Ok(None));
    assert!(storage::keys("edge:").is_empty());
}

#[wasm_bindgen_test]
fn a14_a_full_storage_has_a_separate_error() {
    let too_much = "x".repeat(11 << 20);
    assert_eq!(storage::save("edge:full", &too_much), Err(PlatformError::StorageFull));
    assert_eq!(storage::take("edge:full"), Ok(None));
}

#[wasm_bindgen_test]
fn a14_a_blocked_storage_is_an_error_and_no_panic() {
    let name = JsValue::from_str("sessionStorage");
    let real = Object::get_own_property_descriptor(&window(), &name);
    for getter in ["throw new DOMException('no', 'SecurityError')", "return null"] {
        script(&format!(
            "Object.defineProperty(window, 'sessionStorage', {{ configurable: true, get() {{ {getter} }} }})"
        ));
        let results = (storage::save("edge:b", "x"), storage::take("edge:b"), storage::keys("edge:"));
        Object::define_property(&window(), &name, real.unchecked_ref());
        let blocked = PlatformError::StorageBlocked;
        assert_eq!(results, (Err(blocked), Err(blocked), Vec::new()), "{getter}");
    }
    // The stub is removed, and the real storage is restored.
    storage::save("edge:b", "x").unwrap();
    assert_eq!(storage::take("edge:b"), Ok(Some("x".to_owned())));
}

fn pending(state: u8) -> PendingSignIn {
    let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
    let config = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap();
    let metadata = HttpResponse::new(200, include_str!("../fixtures/metadata.json"));
    let metadata = discovery::metadata(&config, &metadata).unwrap();
    let randomness = Randomness { verifier: [1; 32], state: [state; 32], nonce: [3; 32] };
    PendingSignIn::new(&config, &metadata, randomness, UnixTime::from_seconds(1_800_000_000), ReturnTo::home(&config))
}

#[wasm_bindgen_test]
fn a12_c04_the_records_of_two_attempts_do_not_meet() {
    let (first, second) = (pending(2), pending(4));
    for attempt in [&first, &second] {
        storage::save(&attempt.storage_key(), &attempt.to_record()).unwrap();
    }
    assert_eq!(storage::take(&pending(5).storage_key()), Ok(None), "the state of another attempt has no record");
    assert_eq!(storage::take(&second.storage_key()), Ok(Some(second.to_record())));
    assert_eq!(storage::take(&first.storage_key()), Ok(Some(first.to_record())));
    assert!(storage::keys(STORAGE_PREFIX).is_empty());
}
