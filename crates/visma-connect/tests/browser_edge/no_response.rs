//! Why a request has no response: the network, CORS or the page's content security policy.

use js_sys::{Object, Reflect};
use visma_connect::browser::{csp, http};
use visma_connect::protocol::http::{HttpRequest, Method};
use visma_connect::session::error::PlatformError;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use zeroize::Zeroizing;

use super::fetch::{get, with_fetch};
use super::page::{script, window};

#[wasm_bindgen_test]
async fn b08_no_response_is_one_class() {
    let (result, _) =
        with_fetch("return Promise.reject(new TypeError('Failed to fetch'))", get("https://connect.example/x"), 1_000)
            .await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
    // Other code may replace `fetch` by a function that does not follow the specification.
    for odd in ["return Promise.reject('no')", "return Promise.reject()", "return Promise.resolve({ ok: true })"] {
        let (result, _) = with_fetch(odd, get("https://connect.example/x"), 1_000).await;
        assert_eq!(result.map(drop), Err(PlatformError::Unreachable), "{odd}");
    }
    // A real failure: no server listens on this port.
    let result = http::send(get("http://127.0.0.1:9/")).await;
    assert_eq!(result.map(drop), Err(PlatformError::Unreachable));
}

/// Sends a request while a fake `fetch` rejects every request whose response the page could read. It resolves
/// requests in the mode `no-cors`, unless `is_down`. Returns the result and the arguments of each call of `fetch`.
async fn unreadable(request: HttpRequest, is_down: bool) -> (Result<(), PlatformError>, js_sys::Array) {
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    script(&format!(
        "window.calls = [];
        window.fetch = (...call) => {{
            calls.push(call);
            const isReadable = call[1]?.mode == 'no-cors' && !{is_down};
            return isReadable ? Promise.resolve(Response.error()) : Promise.reject(new TypeError('Failed to fetch'));
        }}"
    ));
    let result = http::send(request).await;
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
    (result.map(drop), script("return window.calls").unchecked_into())
}

#[wasm_bindgen_test]
async fn b08_a_server_that_does_not_allow_this_page_differs_from_one_that_is_down() {
    let url = "https://connect.example/.well-known/openid-configuration";
    let (result, calls) = unreadable(get(url), false).await;
    assert_eq!(result, Err(PlatformError::BlockedByCors));
    assert_eq!(calls.length(), 2);
    let probe: js_sys::Array = calls.get(1).unchecked_into();
    assert_eq!(probe.get(0).as_string().as_deref(), Some(url));
    // The second request must not identify this page or its user.
    let init: Object = probe.get(1).unchecked_into();
    let members: Vec<_> = Object::entries(&init)
        .iter()
        .map(|entry| entry.unchecked_into::<js_sys::Array>().iter().map(|part| part.as_string()).collect::<Vec<_>>())
        .map(|entry| (entry[0].clone().unwrap(), entry[1].clone()))
        .collect();
    let text = |text: &str| Some(text.to_owned());
    for (name, value) in [
        ("mode", text("no-cors")),
        ("credentials", text("omit")),
        ("cache", text("no-store")),
        ("referrerPolicy", text("no-referrer")),
        ("signal", None),
    ] {
        assert!(members.contains(&(name.to_owned(), value)), "{name}: {members:?}");
    }
    assert_eq!(members.len(), 5, "{members:?}");

    let (result, calls) = unreadable(get(url), true).await;
    assert_eq!((result, calls.length()), (Err(PlatformError::Unreachable), 2));
}

/// Only requests in the mode `no-cors` follow redirects. If the policy blocks the target of a redirect, the browser
/// reports the requested URL, not the target.
#[wasm_bindgen_test]
async fn b08_a_redirect_that_the_policy_stops_is_not_called_a_wrong_policy() {
    csp::listen();
    let real = Reflect::get(&window(), &"fetch".into()).unwrap();
    let url = "https://redirects.example/.well-known/openid-configuration";
    script(&format!(
        "window.fetch = async (input, init) => {{
            if (init?.mode == 'no-cors') document.dispatchEvent(new SecurityPolicyViolationEvent(
                'securitypolicyviolation', {{ effectiveDirective: 'connect-src', blockedURI: '{url}' }}));
            throw new TypeError('Failed to fetch');
        }}"
    ));
    for _ in 0..2 {
        let result = http::send(get(url)).await;
        assert_eq!(result.map(drop), Err(PlatformError::BlockedByCors), "a redirect is a response of the server");
        assert!(!csp::has_blocked(url));
    }
    Reflect::set(&window(), &"fetch".into(), &real).unwrap();
}

#[wasm_bindgen_test]
async fn b08_a_request_with_a_token_or_a_code_is_never_repeated_to_find_the_cause() {
    let mut with_token = get("https://connect.example/connect/userinfo");
    with_token.authorization = Some(Zeroizing::new("Bearer t".to_owned()));
    let mut with_code = HttpRequest::new(Method::Post, "https://connect.example/connect/token");
    with_code.body = Some(Zeroizing::new("code=c".to_owned()));
    for request in [with_token, with_code] {
        let (result, calls) = unreadable(request, false).await;
        assert_eq!((result, calls.length()), (Err(PlatformError::Unreachable), 1));
    }
}

#[wasm_bindgen_test]
async fn a_connection_that_the_policy_blocks_has_its_own_error() {
    csp::listen();
    let meta = window().document().unwrap().create_element("meta").unwrap();
    meta.set_attribute("http-equiv", "Content-Security-Policy").unwrap();
    // Other tests run later on the same page. So the policy allows every origin that they use.
    meta.set_attribute("content", "connect-src 'self' http://127.0.0.1:* https://connect.example").unwrap();
    window().document().unwrap().head().unwrap().append_child(&meta).unwrap();
    let result = http::send(get("https://blocked.example/x")).await;
    assert_eq!(result.map(drop), Err(PlatformError::BlockedByPolicy));
    assert!(!csp::has_blocked("https://connect.example/x"));
    // A second session on the same page calls `listen` again. The violations found before must stay known.
    csp::listen();
    assert!(csp::has_blocked("https://blocked.example/x"));
}
