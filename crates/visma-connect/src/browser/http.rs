//! Sends requests with `fetch`, without cookies, cache, referrer and redirects. So a token reaches only the server to
//! which the request is addressed.

use gloo_net::http::{Headers, Response};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestInit, RequestMode, RequestRedirect,
};
use zeroize::Zeroizing;

use super::{csp, navigation};
use crate::protocol::http::{Chunk, HttpRequest, HttpResponse, Method, Sink};
use crate::session::error::PlatformError;

/// Sends a request once and reads the complete response. `timeout_ms` and `max_bytes` of the request limit its time and
/// size. Dropping the future aborts the request.
///
/// # Errors
/// - `TimedOut`: the response was not complete in time.
/// - `ResponseTooLong`: the body is longer than `max_bytes`.
/// - `BlockedByPolicy`: the content security policy of this page does not allow the connection.
/// - `BlockedByCors`: the server responds, but this page may not read the response, or the response is a
///   redirect. This is detected only for a GET without a token.
/// - `Offline`: there was no response, and the browser reports that it has no connection.
/// - `Unreachable`: every other cause. Browsers do not distinguish DNS, CORS, an extension, and a redirect.
pub async fn send(request: HttpRequest) -> Result<HttpResponse, PlatformError> {
    let controller = AbortController::new().map_err(|_| PlatformError::Unreachable)?;
    let timer = Timer::abort_after(&controller, request.timeout_ms);
    let signal = controller.signal();
    let result = exchange(&request, &signal).await;
    match result {
        Err(_) if signal.aborted() => Err(PlatformError::TimedOut),
        Err(PlatformError::Unreachable) if navigation::is_offline() => Err(PlatformError::Offline),
        result => {
            if result.is_ok() {
                timer.finish();
            }
            result
        }
    }
}

/// Finds the reason why a request got no response. `fetch` fails in the same way if a server does not respond and if
/// CORS blocks its response. To distinguish the two, this function fetches the same URL once more in the mode
/// `no-cors`. That fetch succeeds if the server responds, but no script can read the response. It is sent only after
/// a GET without a token, and it has no added header, cookie or body.
async fn why_unreachable(window: &web_sys::Window, request: &HttpRequest, signal: &AbortSignal) -> PlatformError {
    // The browser fires the event of a violation in a later task.
    next_task().await;
    if csp::has_blocked(&request.url) {
        return PlatformError::BlockedByPolicy;
    }
    if request.method == Method::Get && request.authorization.is_none() {
        let init = init(signal);
        init.set_mode(RequestMode::NoCors);
        if JsFuture::from(window.fetch_with_str_and_init(&request.url, &init)).await.is_ok() {
            return PlatformError::BlockedByCors;
        }
        // The check above found no violation, so the policy allows this URL. A violation that is reported now belongs
        // to a redirect, which only the `no-cors` request follows. The event names the URL before the redirect.
        next_task().await;
        if csp::forget(&request.url) {
            return PlatformError::BlockedByCors;
        }
    }
    PlatformError::Unreachable
}

/// The settings that all requests have in common.
fn init(signal: &AbortSignal) -> RequestInit {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(signal));
    init
}

/// Sends the request and reads its response.
async fn exchange(request: &HttpRequest, signal: &AbortSignal) -> Result<HttpResponse, PlatformError> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value);
    }
    if let Some(authorization) = &request.authorization {
        headers.append("authorization", authorization);
    }
    let init = init(signal);
    init.set_method(request.method.as_str());
    init.set_mode(RequestMode::Cors);
    init.set_redirect(RequestRedirect::Error);
    init.set_headers(headers.into_raw().as_ref());
    if let Some(body) = &request.body {
        init.set_body(&JsValue::from_str(body));
    }
    let unreachable = PlatformError::Unreachable;
    let window = web_sys::window().ok_or(unreachable)?;
    let to_send = web_sys::Request::new_with_str_and_init(&request.url, &init).map_err(|_| unreachable)?;
    // Do not use `send` of gloo-net. An extension can replace `fetch`, and gloo-net panics if the promise is then
    // rejected with a value that is not an `Error`.
    let Ok(response) = JsFuture::from(window.fetch_with_request(&to_send)).await else {
        return Err(why_unreachable(&window, request, signal).await);
    };
    let response = Response::from(response.dyn_into::<web_sys::Response>().map_err(|_| unreachable)?);
    let headers = response.headers().entries().collect();
    let sink = request.sink.as_ref().filter(|_| response.ok());
    let body = read(&response, request.max_bytes, sink).await?;
    Ok(HttpResponse { status: response.status(), headers, body })
}

/// Reads the body in chunks, and stops when it is longer than `max_bytes`. If there is a sink, it receives the chunks
/// and the returned body is empty.
///
/// # Errors
/// `ResponseTooLong`, or `Unreachable` if the connection ends early or the body was already read.
async fn read(response: &Response, max_bytes: usize, sink: Option<&Sink>) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
    let mut body = Zeroizing::new(Vec::new());
    let mut received = 0;
    // For a compressed body, the header has the compressed length, which is smaller than what is read here.
    let total =
        response.headers().get("content-length").and_then(|length| usize::try_from(length.parse::<i64>().ok()?).ok());
    let Some(stream) = response.body() else { return Ok(body) };
    if stream.locked() {
        // `getReader` throws on a locked stream. An extension can replace the response with a response whose stream is
        // locked.
        return Err(PlatformError::Unreachable);
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| PlatformError::Unreachable)?;
        let member = |name| Reflect::get(&chunk, &JsValue::from_str(name)).unwrap_or_default();
        if member("done").is_truthy() {
            return Ok(body);
        }
        let bytes = Uint8Array::new(&member("value"));
        received += bytes.length() as usize;
        if received > max_bytes {
            return Err(PlatformError::ResponseTooLong);
        }
        let bytes = Zeroizing::new(bytes.to_vec());
        match sink {
            Some(sink) => sink(Chunk { bytes: &bytes, received, total }),
            None => body.extend_from_slice(&bytes),
        }
    }
}

/// Aborts a request after a timeout, or when the timer is dropped before [`finish`](Self::finish).
struct Timer {
    controller: AbortController,
    handle: Option<i32>,
    is_finished: bool,
    _callback: Closure<dyn Fn()>,
}

impl Timer {
    fn abort_after(controller: &AbortController, timeout_ms: u32) -> Self {
        let controller = controller.clone();
        let to_abort = controller.clone();
        let callback = Closure::<dyn Fn()>::new(move || to_abort.abort());
        let handle = web_sys::window().and_then(|window| {
            let delay = i32::try_from(timeout_ms).unwrap_or(i32::MAX);
            let function = callback.as_ref().unchecked_ref();
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function, delay).ok()
        });
        Self { controller, handle, is_finished: false, _callback: callback }
    }

    /// Ends the timer after the complete response has arrived. The request is not aborted.
    fn finish(mut self) {
        self.is_finished = true;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(window), Some(handle)) = (web_sys::window(), self.handle) {
            window.clear_timeout_with_handle(handle);
        }
        if !self.is_finished {
            self.controller.abort();
        }
    }
}

/// Waits for a timer of 0 ms, so that the browser can first run tasks that are already queued.
pub(super) async fn next_task() {
    let _ = wait(0).await;
}

/// Resolves after `ms` milliseconds.
pub(super) fn wait(ms: i32) -> JsFuture {
    JsFuture::from(promise_after(ms))
}

/// A promise that resolves after `ms` milliseconds.
pub(super) fn promise_after(ms: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    })
}
