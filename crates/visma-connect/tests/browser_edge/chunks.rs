//! Responses that the caller reads chunk by chunk.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Reflect;
use visma_connect::browser::{http, navigation};
use visma_connect::protocol::http::{HttpRequest, Method};
use visma_connect::session::error::PlatformError;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fetch::{get, member, with_fetch};

/// The body of a `Response`: a stream of three chunks of three bytes each.
const PIECEWISE: &str = "new ReadableStream({ start(controller) {
    for (const piece of ['abc', 'def', 'ghi']) controller.enqueue(new TextEncoder().encode(piece));
    controller.close();
} })";

/// Each chunk that was read: its text, the number of bytes received so far, and the expected number of bytes.
type Chunks = Rc<RefCell<Vec<(String, usize, Option<usize>)>>>;

/// A request that reads its response chunk by chunk.
fn request_with_sink(method: Method) -> (HttpRequest, Chunks) {
    let mut request = HttpRequest::new(method, "https://api.example/x");
    let chunks = Chunks::default();
    let keep = Rc::clone(&chunks);
    request.sink = Some(Rc::new(move |chunk| {
        let text = String::from_utf8(chunk.bytes.to_vec()).unwrap();
        keep.borrow_mut().push((text, chunk.received, chunk.total));
    }));
    (request, chunks)
}

#[wasm_bindgen_test]
async fn a_response_goes_to_the_sink_in_chunks_with_their_progress_and_is_not_kept() {
    for (headers, total) in [
        ("{ 'content-length': '9' }", Some(9)),
        ("{}", None),
        ("{ 'content-length': '' }", None),
        ("{ 'content-length': '-9' }", None),
        ("{ 'content-length': '9, 9' }", None),
        ("{ 'content-length': '99999999999999999999' }", None),
        // A compressed response has fewer bytes in `content-length` than the page receives.
        ("{ 'content-length': '4' }", Some(4)),
    ] {
        let (request, chunks) = request_with_sink(Method::Get);
        let response =
            format!("return Promise.resolve(new Response({PIECEWISE}, {{ status: 206, headers: {headers} }}))");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        let result = result.unwrap();
        assert_eq!((result.status, result.body.as_slice()), (206, b"".as_slice()), "{headers}");
        let expected = [("abc", 3), ("def", 6), ("ghi", 9)].map(|(text, received)| (text.to_owned(), received, total));
        assert_eq!(*chunks.borrow(), expected, "{headers}");
    }
}

#[wasm_bindgen_test]
async fn an_error_response_does_not_go_to_the_sink_and_is_kept_whole() {
    for status in [400, 401, 404, 429, 500, 503] {
        let (request, chunks) = request_with_sink(Method::Get);
        let response = format!("return Promise.resolve(new Response({PIECEWISE}, {{ status: {status} }}))");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        let result = result.unwrap();
        assert_eq!((result.status, result.body.as_slice()), (status, b"abcdefghi".as_slice()));
        assert!(chunks.borrow().is_empty(), "{status}");
    }
}

#[wasm_bindgen_test]
async fn d08_nothing_is_taken_beyond_the_limit() {
    let response = format!("return Promise.resolve(new Response({PIECEWISE}))");
    for (max_bytes, pieces, expected) in [
        (9, 3, Ok(())),
        (8, 2, Err(PlatformError::ResponseTooLong)),
        (6, 2, Err(PlatformError::ResponseTooLong)),
        (2, 0, Err(PlatformError::ResponseTooLong)),
    ] {
        let (mut request, chunks) = request_with_sink(Method::Get);
        request.max_bytes = max_bytes;
        let (result, sent) = with_fetch(&response, request, 1_000).await;
        assert_eq!(result.map(drop), expected, "{max_bytes}");
        assert_eq!(chunks.borrow().len(), pieces, "{max_bytes}");
        let signal = Reflect::get(&sent, &"signal".into()).unwrap().unchecked_into::<web_sys::AbortSignal>();
        assert_eq!(signal.aborted(), expected.is_err(), "the connection must be aborted if the response is too long");
    }
}

#[wasm_bindgen_test]
async fn an_interrupted_or_already_read_body_is_an_error() {
    let (request, chunks) = request_with_sink(Method::Get);
    let breaks_off = "let pulls = 0;
        return Promise.resolve(new Response(new ReadableStream({ pull(controller) {
            if (pulls++) controller.error(new TypeError('network error'));
            else controller.enqueue(new TextEncoder().encode('abc'));
        } }, { highWaterMark: 0 })))";
    let (result, _) = with_fetch(breaks_off, request, 1_000).await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    assert_eq!(chunks.borrow().len(), 1, "the chunk before the error was read");
    for read in ["response.body.getReader()", "response.text()", "response.body.tee()"] {
        let (request, chunks) = request_with_sink(Method::Get);
        let response = format!("const response = new Response('abc'); {read}; return Promise.resolve(response)");
        let (result, _) = with_fetch(&response, request, 1_000).await;
        assert_eq!(result.map(drop), Err(PlatformError::Unreachable), "{read}");
        assert!(chunks.borrow().is_empty());
    }
}

#[wasm_bindgen_test]
async fn head_has_only_the_headers() {
    let response = "return Promise.resolve(new Response(null, { headers: { 'content-length': '9', 'ETag': 'x' } }))";
    let (request, chunks) = request_with_sink(Method::Head);
    let (result, sent) = with_fetch(response, request, 1_000).await;
    let result = result.unwrap();
    assert_eq!(member(&sent, "method"), "HEAD");
    assert_eq!((result.status, result.body.len(), chunks.borrow().len()), (200, 0, 0));
    assert_eq!((result.header("content-length"), result.header("etag")), (Some("9"), Some("x")));
    // The test page itself, over the network.
    let page = [&navigation::origin(), "/"].concat();
    let whole = http::send(get(&page)).await.unwrap();
    let head = http::send(HttpRequest::new(Method::Head, &page)).await.unwrap();
    assert_eq!((whole.status, whole.body.is_empty()), (200, false));
    assert_eq!((head.status, head.body.is_empty()), (200, true));
}
