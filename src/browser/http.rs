//! `fetch`, with everything switched off that a token must not meet.

use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestMode, RequestRedirect,
};
use zeroize::Zeroizing;

use super::policy;
use crate::protocol::http::{HttpRequest, HttpResponse, MAX_ANSWER_BYTES, TIMEOUT_MS};
use crate::session::error::PlatformError;

/// Sends a request once and reads the whole answer, in bounded time and size.
///
/// # Errors
/// `TimedOut`, `AnswerTooLong`, `BlockedByPolicy`, or `Unreachable` for everything that browsers do not tell
/// apart: offline, DNS, CORS, an extension, a redirect.
pub async fn send(request: HttpRequest) -> Result<HttpResponse, PlatformError> {
    send_within(request, TIMEOUT_MS).await
}

/// [`send`] with another time limit in milliseconds.
pub async fn send_within(request: HttpRequest, timeout_ms: u32) -> Result<HttpResponse, PlatformError> {
    let controller = AbortController::new().map_err(|_| PlatformError::Unreachable)?;
    let timer = Timer::abort_after(&controller, timeout_ms);
    let signal = controller.signal();
    let result = exchange(&request, &signal).await;
    drop(timer);
    match result {
        Err(_) if signal.aborted() => Err(PlatformError::TimedOut),
        Err(PlatformError::AnswerTooLong) => {
            controller.abort();
            Err(PlatformError::AnswerTooLong)
        }
        Err(PlatformError::Unreachable) => {
            // The violation is reported in a task of its own.
            next_task().await;
            let is_blocked = policy::has_blocked(&request.url);
            Err(if is_blocked { PlatformError::BlockedByPolicy } else { PlatformError::Unreachable })
        }
        result => result,
    }
}

async fn exchange(request: &HttpRequest, signal: &AbortSignal) -> Result<HttpResponse, PlatformError> {
    let method = if request.form.is_some() { Method::POST } else { Method::GET };
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .mode(RequestMode::Cors)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(signal))
        .header("accept", "application/json");
    if let Some(authorization) = &request.authorization {
        builder = builder.header("authorization", authorization);
    }
    let built = match &request.form {
        Some(form) => builder.header("content-type", "application/x-www-form-urlencoded").body(form.as_str()),
        None => builder.build(),
    };
    let sent = built.map_err(|_| PlatformError::Unreachable)?.send().await;
    let response = sent.map_err(|_| PlatformError::Unreachable)?;
    let body = read(&response).await?;
    Ok(HttpResponse { status: response.status(), body })
}

/// Reads the body piece by piece, so that an endless one is noticed.
async fn read(response: &Response) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
    let mut body = Zeroizing::new(Vec::new());
    let Some(stream) = response.body() else { return Ok(body) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| PlatformError::Unreachable)?;
        let member = |name| Reflect::get(&chunk, &JsValue::from_str(name)).unwrap_or_default();
        if member("done").is_truthy() {
            return Ok(body);
        }
        let bytes = Uint8Array::new(&member("value"));
        if body.len() + bytes.length() as usize > MAX_ANSWER_BYTES {
            return Err(PlatformError::AnswerTooLong);
        }
        body.extend_from_slice(&Zeroizing::new(bytes.to_vec()));
    }
}

/// Aborts the request when the time is over; dropped, it does nothing any more.
struct Timer {
    handle: Option<i32>,
    _callback: Closure<dyn Fn()>,
}

impl Timer {
    fn abort_after(controller: &AbortController, timeout_ms: u32) -> Self {
        let controller = controller.clone();
        let callback = Closure::<dyn Fn()>::new(move || controller.abort());
        let handle = web_sys::window().and_then(|window| {
            let delay = i32::try_from(timeout_ms).unwrap_or(i32::MAX);
            let function = callback.as_ref().unchecked_ref();
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function, delay).ok()
        });
        Self { handle, _callback: callback }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(window), Some(handle)) = (web_sys::window(), self.handle) {
            window.clear_timeout_with_handle(handle);
        }
    }
}

/// Lets the browser run what it has queued.
async fn next_task() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(&resolve);
        }
    });
    let _ = JsFuture::from(promise).await;
}
