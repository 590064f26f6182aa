//! API calls: Chrome parses the URL to which the token is sent as a URL of the API.

use js_sys::Function;
use visma_connect::protocol::http::Method;
use visma_connect::{ApiError, ApiRequest};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::tab::Tab;

/// The URL as Chrome parses it. `None` if it is not below the API's base URL, or if it has a user name, password or
/// fragment.
fn url_of_the_api(url: &str) -> Option<String> {
    let read = Function::new_with_args(
        "text",
        "const url = new URL(text);
         const isOwn = url.origin === 'https://api.example.com' && url.username + url.password + url.hash === ''
             && (url.pathname === '/v1' || url.pathname.startsWith('/v1/'));
         return isOwn ? url.href : null",
    );
    read.call1(&JsValue::NULL, &url.into()).unwrap().as_string()
}

#[wasm_bindgen_test]
async fn f04_f10_chrome_parses_the_url_of_a_call_as_one_below_the_url_of_the_api() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    for (path, expected) in [
        ("organization", "https://api.example.com/v1/organization"),
        ("/organization", "https://api.example.com/v1/organization"),
        ("orders/7?expand=lines", "https://api.example.com/v1/orders/7?expand=lines"),
        ("?page=2", "https://api.example.com/v1?page=2"),
        ("", "https://api.example.com/v1"),
        ("orders/a%2Fb", "https://api.example.com/v1/orders/a%2Fb"),
        ("orders;version=2/7", "https://api.example.com/v1/orders;version=2/7"),
        ("x?next=//evil.example/..", "https://api.example.com/v1/x?next=//evil.example/.."),
        ("a@evil.example/x", "https://api.example.com/v1/a@evil.example/x"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://api.example.com/v1/orders?page=2", "https://api.example.com/v1/orders?page=2"),
    ] {
        let response = session.api("erp").get(path).await;
        assert_eq!(response.map(|response| response.status()), Ok(200), "{path}");
        assert_eq!(tab.sent("url"), [expected]);
        assert_eq!(url_of_the_api(expected).as_deref(), Some(expected));
    }
    for path in [
        "https://api.example.com@evil.example/v1/x",
        "https://api.example.com:x@evil.example/v1/x",
        "https://api.example.com.evil.example/v1/x",
        "https://api.example.comevil.example/v1/x",
        "https://api.example.com:8443/v1/x",
        "https://api.example.com:443/v1/x",
        "https://api.example.com./v1/x",
        "https://xn--pi-mia.example.com/v1/x",
        "https://api.example.com.xn--e1awd7f/v1/x",
        "https://API.example.com/v1/x",
        "HTTPS://api.example.com/v1/x",
        "http://api.example.com/v1/x",
        "https:/api.example.com/v1/x",
        "https:api.example.com/v1/x",
        "https:\\\\api.example.com\\v1\\x",
        "https://evil.example\\@api.example.com/v1/x",
        "https://api.example.com\\@evil.example/v1/x",
        "https://evil.example/https://api.example.com/v1/x",
        "https://user@api.example.com/v1/x",
        "https://api.example.com/v1.evil/x",
        "https://api.example.com/v12/x",
        "https://api.example.com/V1/x",
        "https://api.example.com//v1/x",
        "https://api.example.com/",
        "https://api.example.com",
        "https://api.example.com/v1/../v2",
        "https://api.example.com/v1/%2e%2e/v2",
        "https://api.example.com/v1/x#y",
        "//evil.example/x",
        "///evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "ht\ttps://evil.example/v1/x",
        " https://evil.example/v1/x",
        "\0//evil.example",
        "../admin",
        "..",
        "./x",
        "a/../../admin",
        "a/%2E%2e/%2e%2e/admin",
        ".%2e/admin",
        "%2e%2e%2Fadmin",
        "a/..%5c..%5Cadmin",
        "..;/admin",
        "a\\..\\..\\admin",
        "javascript:alert(1)",
        "data:,x",
        "blob:https://api.example.com/v1/x",
        "a b",
        "a#b",
        "é",
        "a\nb",
    ] {
        let refused = session.api("erp").get(path).await.map(drop);
        assert_eq!(refused, Err(ApiError::RequestRefused), "{path:?}");
        assert!(tab.sent("url").is_empty(), "{path:?}");
    }
}

#[wasm_bindgen_test]
async fn f04_an_api_without_a_path_is_its_host_and_no_other() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    for (path, expected) in [
        ("x", "https://root.example/x"),
        ("?page=2", "https://root.example/?page=2"),
        ("https://root.example/x", "https://root.example/x"),
        // Chrome adds the path `/` to these URLs. It changes no other URL of this test.
        ("", "https://root.example/"),
        ("https://root.example", "https://root.example/"),
    ] {
        let response = session.api("root").get(path).await;
        assert_eq!(response.map(|response| response.status()), Ok(200), "{path}");
        assert_eq!(tab.sent("url"), [expected]);
    }
    for path in [
        "https://root.example.evil.example/x",
        "https://root.example@evil.example/x",
        "https://root.example:8443/x",
        "https://root.example.",
        "https://root.exampleevil/x",
        "https://root.example?x",
        "//evil.example/x",
        "@evil.example/x\\",
        ":8443/x",
        ".evil.example:x",
    ] {
        let refused = session.api("root").get(path).await.map(drop);
        assert_eq!(refused, Err(ApiError::RequestRefused), "{path:?}");
        assert!(tab.sent("url").is_empty(), "{path:?}");
    }
    let missing = ApiError::ScopeMissing { scope: Some("root:read".to_owned()) };
    let asked = |name: &str| session.api(name).renewal_options(&missing).map(|options| options.scopes);
    assert_eq!((asked("root"), asked("nothing")), (Some(vec!["root:read".to_owned()]), None));
    // These paths stay below the base URL.
    for path in ["@evil.example/x", ".evil.example/x"] {
        assert!(session.api("root").get(path).await.is_ok());
        assert_eq!(tab.sent("url"), [["https://root.example/", path].concat()]);
    }
}

#[wasm_bindgen_test]
async fn f04_f10_no_part_of_a_path_leads_the_token_out_of_the_api() {
    const PARTS: [&str; 34] = [
        "",
        "/",
        "\\",
        "\t",
        "\r",
        "\0",
        " ",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5C",
        "%",
        ";",
        "@",
        ":",
        "?",
        "#",
        "=",
        "'",
        "\"",
        "<",
        "|",
        "é",
        "\u{ff0f}",
        "\u{3002}",
        "evil.example",
        "https:",
        "https://",
        ":8443",
        "/v1",
        "x",
        "xn--a",
    ];
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    tab.sent("url");
    let (mut sent, mut refused) = (0, 0);
    for start in ["", "https://api.example.com", "https://api.example.com/v1", "https://api.example.com/v1/"] {
        for first in PARTS {
            for second in PARTS {
                let path = [start, first, second].concat();
                let response = session.api("erp").get(&path).await;
                let urls = tab.sent("url");
                match response {
                    Ok(_) => {
                        let written = if path.starts_with("https://") {
                            path.clone()
                        } else {
                            let slash = if path.is_empty() || path.starts_with(['/', '?']) { "" } else { "/" };
                            ["https://api.example.com/v1", slash, &path].concat()
                        };
                        // Some characters that browsers leave unencoded are sent encoded. In a query, the backslash
                        // is one of them.
                        let written = written.replace('\'', "%27").replace('|', "%7C");
                        let written = match written.split_once('?') {
                            Some((path, query)) => [path, "?", &query.replace('\\', "%5C")].concat(),
                            None => written,
                        };
                        assert_eq!(urls, [written.as_str()], "{path:?}");
                        assert_eq!(url_of_the_api(&written), Some(written), "{path:?}");
                        sent += 1;
                    }
                    error => {
                        assert_eq!(error.map(drop), Err(ApiError::RequestRefused), "{path:?}");
                        assert!(urls.is_empty(), "{path:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(sent > 300 && refused > 1_000, "{sent} {refused}");
}

#[wasm_bindgen_test]
async fn f03_f05_f09_f11_a_call_has_its_token_in_a_header_no_cache_and_no_redirect() {
    let (tab, session) = Tab::signed_in().await;
    tab.responds("*", 200, &[], "{}");
    for method in [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let request = || ApiRequest::new(method, "orders/7");
        let body = || request().body("application/json", r#"{"a":1}"#.to_owned());
        let has_body = !method.is_safe();
        for (member, expected) in [
            ("method", method.as_str()),
            ("redirect", "error"),
            ("cache", "no-store"),
            ("credentials", "omit"),
            ("referrerPolicy", "no-referrer"),
            ("mode", "cors"),
            ("headers.get('authorization')", "Bearer token-canary"),
            ("headers.get('content-type')", if has_body { "application/json" } else { "null" }),
            ("url", "https://api.example.com/v1/orders/7"),
        ] {
            tab.sent("url");
            session.api("erp").call(if has_body { body() } else { request() }).await.unwrap();
            assert_eq!(tab.sent(member), [expected], "{method:?} {member}");
        }
    }
    // If a call is redirected, `fetch` fails in the same way, because redirects are forbidden.
    tab.does_not_respond("*");
    let ended = session.api("erp").get("x").await.map(drop);
    assert_eq!(ended.unwrap_err().code(), "provider_unreachable");
    assert_eq!(tab.sent("url").len(), 1, "the request must not be repeated");
}
