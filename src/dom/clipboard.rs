//! Copies text to the clipboard.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    // The binding in web_sys does not report that `navigator.clipboard` is undefined. This binding returns an error in
    // that case.
    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    fn write_text(text: &str) -> Result<Promise, JsValue>;
}

/// Copies the text. Returns `false` if the browser has no clipboard or does not allow it.
pub async fn copy(text: &str) -> bool {
    match write_text(text) {
        Ok(copied) => JsFuture::from(copied).await.is_ok(),
        Err(_) => false,
    }
}
