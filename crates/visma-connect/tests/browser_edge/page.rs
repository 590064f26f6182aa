//! The window of the test page, and a function that runs scripts in it.

use js_sys::Function;
use wasm_bindgen::JsValue;

pub(crate) fn window() -> web_sys::Window {
    web_sys::window().unwrap()
}

pub(crate) fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}
