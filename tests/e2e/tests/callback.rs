//! Authorization responses that the app must not accept.

use e2e::{Interaction, World};
use serde_json::{Value, json};

/// Signs in once with each of these faults in the authorization response. No code may be redeemed. Each time, the
/// page must show the error code and one button to start again.
async fn refused(cases: &[(&str, Value, &str)]) {
    let world = World::new().await;
    world.app.open().await;
    for (index, (name, fault, code)) in cases.iter().enumerate() {
        println!("{name}");
        world.provider.set_faults(json!({ "callback": fault })).await;
        world.press_and_return(Interaction::at(index)).await;
        world.app.error_is(code).await;
        assert_eq!(world.app.address().await, "callback", "{name}");
        assert_eq!(world.app.sign_in_buttons().await, 1, "{name}");
        assert!(!world.app.shows_a_session().await, "{name}");
        assert!(world.provider.token_requests().await.is_empty(), "{name}");
    }
    // Without a fault, the sign-in still works.
    world.provider.clear_faults().await;
    world.app.press_sign_in().await;
    world.app.session().await;
}

#[tokio::test]
async fn c01_a_parameter_that_is_there_twice_is_not_used() {
    refused(&[
        ("code", json!({ "append": [["code", "{{code}}"]] }), "callback_parameter_twice"),
        ("state", json!({ "append": [["state", "{{state}}"]] }), "callback_parameter_twice"),
        ("iss", json!({ "append": [["iss", "{{iss}}"]] }), "callback_parameter_twice"),
        (
            "error",
            json!({ "remove": ["code"], "append": [["error", "access_denied"], ["error", "access_denied"]] }),
            "callback_parameter_twice",
        ),
    ])
    .await;
}

#[tokio::test]
async fn c08_c17_c18_a_damaged_response_is_not_used() {
    refused(&[
        ("an empty code", json!({ "set": { "code": "" } }), "code_invalid"),
        ("no code", json!({ "remove": ["code"] }), "code_missing"),
        ("a code and an error", json!({ "set": { "error": "access_denied" } }), "code_and_error"),
        ("a token in the fragment", json!({ "fragment": "access_token=abcdefgh&token_type=Bearer" }), "token_in_url"),
        ("a code in the fragment", json!({ "remove": ["code"], "fragment": "code={{code}}" }), "token_in_url"),
        ("an ID token in the query", json!({ "set": { "id_token": "a.b.c" } }), "token_in_url"),
        ("bytes that are not UTF-8", json!({ "raw": "&x=%FF" }), "callback_malformed"),
        ("too long", json!({ "set": { "x": "x".repeat(20_000) } }), "callback_malformed"),
    ])
    .await;
}

#[tokio::test]
async fn c12_no_error_starts_another_attempt_automatically() {
    let error = |code: &str| json!({ "remove": ["code"], "set": { "error": code } });
    let codes = [
        "login_required",
        "interaction_required",
        "consent_required",
        "temporarily_unavailable",
        "server_error",
        "invalid_scope",
    ];
    let mut cases: Vec<_> = codes.iter().map(|code| (*code, error(code), *code)).collect();
    cases.push(("an unknown error", error("weather_bad"), "provider_error"));
    refused(&cases).await;
}

#[tokio::test]
async fn c09_c10_an_errors_description_is_text_and_its_link_is_not_shown() {
    let world = World::new().await;
    let fault = json!({
        "remove": ["code"],
        "set": {
            "error": "access_denied",
            "error_description": "<img src=x onerror=alert(1)><b>bold</b>",
            "error_uri": "javascript:alert(2)",
        },
    });
    world.provider.set_faults(json!({ "callback": fault })).await;
    world.sign_in_and_return().await;
    let error = world.app.error_is("access_denied").await;
    assert!(error.text.contains("<img src=x onerror=alert(1)><b>bold</b>"), "{}", error.text);
    assert_eq!(world.app.count("#app img, [data-testid=error] b, [onerror]").await.unwrap(), 0);
    let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    assert!(!html.contains("javascript:"), "{html}");
}

#[tokio::test]
async fn c11_an_errors_description_with_a_foreign_state_is_not_shown_at_all() {
    let world = World::new().await;
    world
        .app
        .open_at("callback?error=access_denied&error_description=Call+555+0100&state=foreign&iss=https://evil.example")
        .await;
    world.app.error_is("state_unknown").await;
    let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    assert!(!html.contains("Call 555"), "{html}");
    assert_eq!(world.app.sign_in_buttons().await, 1);
}

#[tokio::test]
async fn c19_the_code_of_another_user_signs_no_user_in() {
    let world = World::new().await;
    let issuer = world.provider.url.clone();
    world.app.open_at(&format!("callback?code=stolen&state=theirs&iss={issuer}")).await;
    world.app.error_is("state_unknown").await;
    assert!(world.provider.token_requests().await.is_empty());
    assert_eq!(world.app.sign_in_buttons().await, 1);
}

#[tokio::test]
async fn c20_a_foreign_code_under_our_own_state_is_refused_by_the_provider() {
    let world = World::new().await;
    let fault = json!({ "set": { "code": "a-code-that-was-issued-to-another-user" } });
    world.provider.set_faults(json!({ "callback": fault })).await;
    world.sign_in_and_return().await;
    world.app.error_is("invalid_grant").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    // The app does not send a rejected code again.
    assert_eq!(world.provider.token_requests().await.len(), 1);
    assert!(world.provider.userinfo_requests().await.is_empty());
}

#[tokio::test]
async fn c06_a_response_after_more_than_ten_minutes_is_too_late() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().choose_kari().await;
    world.app.browser.set_clock_of_next_pages(11 * 60).await;
    world.sign_in_page().allow().await;
    world.app.error_is("pending_expired").await;
    assert!(world.provider.token_requests().await.is_empty());
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.stored().await, Vec::<String>::new());
}

#[tokio::test]
async fn c07_a_response_to_another_configuration_is_not_used() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().choose_kari().await;
    world.configure(&json!({ "client_id": "another-app" }));
    world.sign_in_page().allow().await;
    world.app.error_is("pending_foreign").await;
    assert!(world.provider.token_requests().await.is_empty());
}
