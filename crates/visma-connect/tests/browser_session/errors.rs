//! What an error prints: never a part of a response, a URL or a request.

use std::fmt::Debug;

use visma_connect::protocol::http::Method;
use visma_connect::session::driver::ProviderStatus;
use visma_connect::{ApiError, ApiRequest, ProfileState};
use wasm_bindgen_test::wasm_bindgen_test;

use super::tab::{DISCOVERY, JWKS, METADATA, STATE, TOKEN, Tab, USERINFO, callback, eventually, failure, tokens};

/// Formats an error in every way, as an app could write it to a log. Panics if it contains a part of a response, a
/// URL or a request.
fn harmless(error: &(impl Debug + std::fmt::Display)) -> String {
    let printed = format!("{error:?} {error} {error:#?}");
    assert!(!printed.contains("canary"), "{printed}");
    printed
}

/// Headers whose values must not appear in an error.
const HEADERS: [(&str, &str); 2] = [("x-request-id", "canary"), ("www-authenticate", "Bearer realm=\"canary\"")];

#[wasm_bindgen_test]
async fn j04_the_error_of_a_callback_prints_nothing_of_it() {
    for (query, code) in [
        ("?code=canary&code=canary&state=canary", "callback_parameter_twice"),
        ("?code=%canary&state=canary", "callback_malformed"),
        ("?code=canary", "state_missing"),
        ("?access_token=canary&state=canary", "token_in_url"),
        ("?canary=canary#canary", "callback_empty"),
        (&format!("?code=canary&state={STATE}&iss=https://canary.example"), "issuer_mismatch"),
        (&format!("?code=canary&state={STATE}"), "issuer_missing"),
        (&format!("?code=canary&error=canary&state={STATE}&iss=https://connect.example"), "code_and_error"),
        (&format!("?code=canary%00&state={STATE}&iss=https://connect.example"), "code_invalid"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        let session = tab.verdict(query).await;
        let error = failure(&session);
        assert_eq!(error.code(), code, "{query}");
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"));
    }
}

#[wasm_bindgen_test]
async fn j04_a_providers_error_prints_only_its_code_and_its_description_for_users() {
    let tab = Tab::new().await;
    tab.left();
    let query = format!(
        "?error=access_denied&error_description=You+said+no&error_uri=https://canary.example/&session_state=canary\
         &state={STATE}&iss=https://connect.example"
    );
    let error = failure(&tab.verdict(&query).await);
    assert!(error.is_cancelled());
    assert!(harmless(&error).contains("You said no"));
    drop(tab);

    let tab = Tab::new().await;
    tab.left();
    let body = r#"{"error":"invalid_grant","error_description":"Too late","error_uri":"canary","trace":"canary"}"#;
    tab.responds(TOKEN, 400, &HEADERS, body);
    let error = failure(&tab.verdict(&callback()).await);
    assert_eq!(error.code(), "invalid_grant");
    assert!(harmless(&error).contains("Too late"));
}

#[wasm_bindgen_test]
async fn j04_the_error_of_an_exchange_prints_nothing_of_the_response() {
    let changed = |from: &str, to: &str| tokens().replace(from, to);
    let long = "canary".repeat(100_000);
    for (url, status, body, code) in [
        (TOKEN, 200, "<html>canary</html>".to_owned(), "token_response_unreadable"),
        (TOKEN, 403, r#"{"canary":"canary"}"#.to_owned(), "token_response_unreadable"),
        (TOKEN, 503, "canary".to_owned(), "provider_unavailable"),
        (TOKEN, 400, r#"{"error":{"canary":1}}"#.to_owned(), "token_response_invalid"),
        (TOKEN, 200, long.clone(), "answer_too_long"),
        (TOKEN, 200, changed("\"Bearer\"", "\"canary\""), "token_type_unsupported"),
        (TOKEN, 200, changed("\"token-canary\"", "[\"canary\"]"), "token_response_invalid"),
        (TOKEN, 200, changed("\"openid profile\"", "\"canary\\u0000\""), "token_response_invalid"),
        (TOKEN, 200, r#"{"access_token":"canary","token_type":"Bearer"}"#.to_owned(), "id_token_missing"),
        (TOKEN, 200, changed("\"id_token\":\"", "\"id_token\":\"canary.canary.canary."), "id_token_malformed"),
        (JWKS, 200, "canary".to_owned(), "jwks_unreadable"),
        (JWKS, 500, "canary".to_owned(), "provider_unavailable"),
        (JWKS, 200, r#"{"keys":[{"kty":"RSA","kid":"canary"}]}"#.to_owned(), "id_token_key_unknown"),
        (JWKS, 200, include_str!("../fixtures/other-jwks.json").to_owned(), "id_token_signature_invalid"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        tab.responds(url, status, &HEADERS, &body);
        let session = tab.verdict(&callback()).await;
        let error = failure(&session);
        assert_eq!(error.code(), code, "{url} {status}");
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"));
    }
    for url in [TOKEN, JWKS] {
        let tab = Tab::new().await;
        tab.left();
        tab.does_not_respond(url);
        let error = failure(&tab.verdict(&callback()).await);
        assert_eq!(error.code(), "provider_unreachable");
        harmless(&error);
    }
}

#[wasm_bindgen_test]
async fn j04_the_error_of_metadata_or_a_profile_prints_nothing_of_the_response() {
    for (status, body, code) in [
        (200, "<html>canary</html>".to_owned(), "metadata_unreadable"),
        (404, "canary".to_owned(), "metadata_unreadable"),
        (503, "canary".to_owned(), "provider_unavailable"),
        (200, METADATA.replace("connect.example", "canary.example"), "metadata_issuer_mismatch"),
        (200, METADATA.replace("https://connect.example/connect/token", "canary:x"), "metadata_invalid"),
        (200, METADATA.replace("\"S256\"", "\"canary\""), "metadata_without_s256"),
    ] {
        let tab = Tab::new().await;
        tab.responds(DISCOVERY, status, &HEADERS, &body);
        let session = tab.load("/");
        eventually("the error", || matches!(session.provider(), ProviderStatus::Failed(_))).await;
        let ProviderStatus::Failed(error) = session.provider() else { panic!() };
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    for (status, body, code) in [
        (200, "canary", "userinfo_unreadable"),
        (401, "canary", "userinfo_unreadable"),
        (503, "canary", "provider_unavailable"),
        (200, r#"{"sub":"canary","name":"canary"}"#, "userinfo_sub_mismatch"),
    ] {
        let tab = Tab::new().await;
        tab.left();
        tab.responds(USERINFO, status, &HEADERS, body);
        let session = tab.verdict(&callback()).await;
        let unavailable = || match session.user()?.profile() {
            ProfileState::Unavailable(error) => Some(error.clone()),
            _ => None,
        };
        eventually("the error", || unavailable().is_some()).await;
        let error = unavailable().unwrap();
        assert_eq!(error.code(), code);
        harmless(&error);
        assert!(!format!("{:?}", session.state()).contains("canary"), "the state must not contain the token");
    }
}

#[wasm_bindgen_test]
async fn j04_the_error_of_a_call_prints_nothing_of_request_or_response() {
    let challenge = |error: &str| format!("Bearer realm=\"canary\", error_description=\"canary\", error=\"{error}\"");
    let (tab, session) = Tab::signed_in().await;
    let request = || {
        ApiRequest::new(Method::Post, "orders?q=canary")
            .header("x-key", "canary")
            .body("text/plain", "canary".to_owned())
    };
    let call = |request: ApiRequest| async move {
        let printed = format!("{request:?}");
        assert_eq!(printed, "POST orders");
        session.api("erp").call(request).await
    };
    for (status, headers, code) in [
        (401, vec![("www-authenticate", challenge("insufficient_user_authentication"))], "step_up_required"),
        (403, vec![("www-authenticate", challenge("insufficient_scope"))], "insufficient_scope"),
        (429, vec![("retry-after", "canary".to_owned())], "too_many_requests"),
    ] {
        let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("x-request-id", "canary"));
        tab.responds("*", status, &headers, "canary");
        let error = call(request()).await.unwrap_err();
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    drop(tab);

    let (tab, session) = Tab::signed_in().await;
    let api = session.api("erp");
    tab.responds("*", 200, &HEADERS, r#"{"canary":"canary"}"#);
    let response = api.call(request()).await.unwrap();
    assert_eq!(format!("{response:?}"), "HTTP 200 with 19 bytes");
    harmless(&response.json::<Vec<u8>>().unwrap_err());
    for (request, code) in [
        (ApiRequest::get("https://canary.example/canary"), "api_request_refused"),
        (ApiRequest::get("canary canary"), "api_request_refused"),
        (ApiRequest::get("x").header("x-key", "canary\n"), "api_request_refused"),
        (ApiRequest::get("x").max_bytes(3), "answer_too_long"),
    ] {
        let error = api.call(request).await.unwrap_err();
        assert_eq!(error.code(), code);
        harmless(&error);
    }
    assert_eq!(harmless(&session.api("canary").get("x").await.unwrap_err()), "Unknown api_unknown Unknown");
    tab.does_not_respond("*");
    let error = api.call(request()).await.unwrap_err();
    assert_eq!(error.code(), "provider_unreachable");
    harmless(&error);
    tab.responds("*", 401, &HEADERS, "canary");
    let error = api.call(request()).await.unwrap_err();
    assert_eq!(error, ApiError::TokenRefused);
    harmless(&error);
}
