//! How requests are sent, and how they end.

use std::task::{Context, Waker};

use js_sys::Reflect;
use visma_connect::browser::http;
use visma_connect::protocol::http::{HttpRequest, MAX_RESPONSE_BYTES, Method};
use visma_connect::session::error::PlatformError;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use zeroize::Zeroizing;

use super::fetch::{get, header, member, with_fetch};
use super::page::{script, window};

#[wasm_bindgen_test]
async fn d01_d02_f09_f11_every_request_is_sent_with_everything_switched_off() {
    let mut post = HttpRequest::new(Method::Post, "https://connect.example/connect/token");
    post.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    post.body = Some(Zeroizing::new("grant_type=authorization_code".to_owned()));
    let (result, sent) = with_fetch("return Promise.resolve(new Response('{}'))", post, 1_000).await;
    let result = result.unwrap();
    assert_eq!((result.status, result.body.as_slice()), (200, b"{}".as_slice()));
    for (name, expected) in [
        ("method", "POST"),
        ("redirect", "error"),
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("referrerPolicy", "no-referrer"),
        ("mode", "cors"),
    ] {
        assert_eq!(member(&sent, name), expected, "{name}");
    }
    assert_eq!(header(&sent, "content-type").as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(header(&sent, "authorization"), None);
}

#[wasm_bindgen_test]
async fn f03_the_token_travels_in_the_header() {
    let mut request = get("https://connect.example/connect/userinfo");
    request.authorization = Some(Zeroizing::new("Bearer t".to_owned()));
    let (_, sent) = with_fetch("return Promise.resolve(new Response('{}'))", request, 1_000).await;
    assert_eq!(member(&sent, "method"), "GET");
    assert_eq!(header(&sent, "authorization").as_deref(), Some("Bearer t"));
    assert_eq!(member(&sent, "url"), "https://connect.example/connect/userinfo");
}

#[wasm_bindgen_test]
async fn d08_an_endless_response_is_cut_off() {
    let endless = "return Promise.resolve(new Response(new ReadableStream({
        pull(controller) { controller.enqueue(new Uint8Array(65536)); }
    })))";
    let (result, sent) = with_fetch(endless, get("https://connect.example/x"), 10_000).await;
    assert_eq!(result.map(drop), Err(PlatformError::ResponseTooLong));
    let signal = Reflect::get(&sent, &"signal".into()).unwrap();
    assert!(signal.unchecked_into::<web_sys::AbortSignal>().aborted(), "the connection must be aborted");
}

#[wasm_bindgen_test]
async fn d08_the_longest_response_is_read_whole() {
    let body = format!("return Promise.resolve(new Response(new Uint8Array({MAX_RESPONSE_BYTES})))");
    let (result, _) = with_fetch(&body, get("https://connect.example/x"), 10_000).await;
    assert_eq!(result.unwrap().body.len(), MAX_RESPONSE_BYTES);
}

#[wasm_bindgen_test]
async fn d03_a_silent_provider_is_given_up() {
    let silent = "return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)))";
    let (result, _) = with_fetch(silent, get("https://connect.example/x"), 20).await;
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut));
    let stuck = "return Promise.resolve(new Response(new ReadableStream({
        start(controller) { request.signal.addEventListener('abort', () => controller.error(request.signal.reason)); }
    })))";
    let (result, _) = with_fetch(stuck, get("https://connect.example/x"), 20).await;
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut), "a response whose body does not arrive must time out");
}

#[wasm_bindgen_test]
async fn a_request_that_is_no_longer_awaited_is_ended() {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    script("window.fetch = (request) => { window.sent = request; return new Promise(() => {}) }");
    let mut sending = Box::pin(http::send(get("https://connect.example/x")));
    let is_waiting = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    assert!(is_waiting);
    assert_eq!(script("return window.sent.signal.aborted"), false);
    drop(sending);
    assert_eq!(script("return window.sent.signal.aborted"), true);
}

#[wasm_bindgen_test]
async fn g06_without_abort_signal_timeout_a_silent_provider_is_given_up_too() {
    script("window.realTimeout = AbortSignal.timeout; delete AbortSignal.timeout");
    let silent = "return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)))";
    let (result, _) = with_fetch(silent, get("https://connect.example/x"), 20).await;
    let is_missing = script("return AbortSignal.timeout === undefined");
    script("AbortSignal.timeout = window.realTimeout; delete window.realTimeout");
    assert_eq!(is_missing, true);
    assert_eq!(result.map(drop), Err(PlatformError::TimedOut));
}

#[wasm_bindgen_test]
async fn g06_where_no_request_could_be_ended_none_is_sent() {
    script("window.RealController = AbortController; delete window.AbortController");
    let (result, sent) = with_fetch("return Promise.resolve(new Response('{}'))", get("https://a.example/x"), 20).await;
    script("window.AbortController = window.RealController; delete window.RealController");
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    assert!(sent.is_undefined());
    let (result, _) = with_fetch("return Promise.resolve(new Response('{}'))", get("https://a.example/x"), 1_000).await;
    assert!(result.is_ok());
}
