//! A fake `fetch`: the test sets its response and reads the `Request` that it received.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use visma_connect::browser::http;
use visma_connect::protocol::http::{HttpRequest, HttpResponse, Method};
use visma_connect::session::error::PlatformError;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::page::window;

/// Sends one request while `response` replaces `window.fetch`. Also returns the `Request` that `fetch` received.
pub(crate) async fn with_fetch(
    response: &str,
    mut request: HttpRequest,
    timeout_ms: u32,
) -> (Result<HttpResponse, PlatformError>, JsValue) {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    let seen = Rc::new(RefCell::new(JsValue::UNDEFINED));
    let kept = Rc::clone(&seen);
    let response = Function::new_with_args("request", response);
    let stub = Closure::<dyn Fn(JsValue) -> Promise>::new(move |request: JsValue| {
        kept.replace(request.clone());
        response.call1(&JsValue::NULL, &request).unwrap().unchecked_into()
    });
    Reflect::set(&window(), &"fetch".into(), stub.as_ref()).unwrap();
    request.timeout_ms = timeout_ms;
    let result = http::send(request).await;
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    let request = seen.borrow().clone();
    (result, request)
}

pub(crate) fn get(url: &str) -> HttpRequest {
    HttpRequest::new(Method::Get, url)
}

pub(crate) fn member(request: &JsValue, name: &str) -> String {
    Reflect::get(request, &name.into()).unwrap().as_string().unwrap_or_default()
}

pub(crate) fn header(request: &JsValue, name: &str) -> Option<String> {
    let headers = Reflect::get(request, &"headers".into()).unwrap();
    headers.unchecked_into::<web_sys::Headers>().get(name).unwrap()
}
