//! Calls of the demo API: what is sent where, and what the person learns of what comes back.

use e2e::{Elsewhere, Setup, World};
use serde_json::json;

const PATH: &str = "[data-testid=api-path]";
const ORGANIZATION: &str = "/v1/organization";

/// A world in which the first sign-in asks for the API's permission, too.
async fn with_permission() -> World {
    let scopes = json!({ "scopes": ["openid", "profile", "email", "tenants", "vismanet_erp_interactive_api:read"] });
    World::with(Setup { config: scopes, ..Setup::default() }).await
}

#[tokio::test]
async fn f03_a_call_shows_what_the_api_answers_and_sends_the_token_in_a_header_alone() {
    let world = with_permission().await;
    world.sign_in_as_kari().await.name().await;
    world.app.press("call-api").await;
    let answer = world.app.api_result_is("200").await;
    assert!(answer.text.contains("Fjordvik Regnskap AS"), "{}", answer.text);
    let requests = world.provider.requests("GET", ORGANIZATION).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers.authorization.as_deref(), Some("Bearer"));
    assert!(!requests[0].headers.cookie && requests[0].query.is_empty() && requests[0].headers.referer.is_none());
}

#[tokio::test]
async fn f07_a_missing_permission_is_named_and_asked_for_when_the_person_wants_it() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.press("call-api").await;
    let refused = world.app.api_result_is("insufficient_scope").await;
    assert!(refused.text.contains("permission"), "{}", refused.text);
    assert_eq!(world.provider.authorize_requests().await.len(), 1, "nothing starts by itself");
    world.app.press("ask-permission").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().allow().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    assert!(
        world.provider.authorize_requests().await[1].parameter("scope").ends_with(" vismanet_erp_interactive_api:read")
    );
    world.app.press("call-api").await;
    world.app.api_result_is("200").await;
}

#[tokio::test]
async fn f06_a_refused_call_waits_for_one_renewal_and_leaves_the_session_alone() {
    let world = with_permission().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.lie(json!({ "api": { "status": 401, "times": 1 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    assert!(world.app.shows_a_session().await);
    world.app.press("api-renew").await;
    world.app.api_result_is("200").await;
    assert_eq!(world.provider.requests("GET", ORGANIZATION).await.len(), 2);

    // The fresh token is refused, too: that is the answer.
    world.provider.lie(json!({ "api": { "status": 401 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    world.app.press("api-renew").await;
    world.app.api_result_is("api_token_refused").await;
    assert_eq!(world.provider.requests("GET", ORGANIZATION).await.len(), 4, "never a loop");
    assert_eq!(world.provider.token_requests().await.len(), 3);
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn e18_a_step_up_that_the_answer_does_not_prove_changes_nothing() {
    let world = with_permission().await;
    world.sign_in_as_kari().await.name().await;
    let challenge = "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:idp:vismaconnect:mfa\"";
    world.provider.lie(json!({ "api": { "status": 401, "headers": { "WWW-Authenticate": challenge } } })).await;
    world.app.press("call-api").await;
    world.app.api_result_is("step_up_required").await;
    world.provider.lie(json!({ "id_token": { "claims": { "acr": "2" } } })).await;
    world.app.press("step-up").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().choose_kari().await;
    world.app.browser.is_alone_with(page.clone()).await;
    assert_eq!(world.app.part("renewal-error").await.code, "authentication_too_weak");
    assert!(world.app.shows_a_session().await);
    assert_eq!(world.provider.authorize_requests().await[1].parameter("acr_values"), "urn:idp:vismaconnect:mfa");

    world.provider.tell_the_truth().await;
    world.app.press("renew-again").await;
    world.app.part("renew").await;
    world.app.press("call-api").await;
    world.app.api_result_is("200").await;
}

#[tokio::test]
async fn too_many_requests_say_when_to_try_again() {
    let world = with_permission().await;
    world.sign_in_as_kari().await.name().await;
    let exposed = json!({ "Retry-After": "7", "Access-Control-Expose-Headers": "Retry-After" });
    world.provider.lie(json!({ "api": { "status": 429, "headers": exposed } })).await;
    world.app.press("call-api").await;
    assert!(world.app.api_result_is("too_many_requests").await.text.contains("in 7 seconds"));
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn f05_a_redirect_is_not_followed_and_the_token_arrives_nowhere_else() {
    let world = with_permission().await;
    let elsewhere = Elsewhere::start().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.lie(json!({ "api": { "redirect": elsewhere.url } })).await;
    world.app.press("call-api").await;
    world.app.api_result_is("provider_unreachable").await;
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    world.provider.lie(json!({ "api": { "drop": true } })).await;
    world.app.press("call-api").await;
    let offline = world.app.api_result_is("provider_unreachable").await;
    assert!(offline.text.contains("CORS"), "{}", offline.text);
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn f04_f10_a_path_that_leads_out_of_the_api_is_not_asked() {
    let world = with_permission().await;
    let elsewhere = Elsewhere::start().await;
    world.sign_in_as_kari().await.name().await;
    let host = elsewhere.url.trim_start_matches("http:").to_owned();
    for path in ["../connect/userinfo", "%2e%2e/connect/userinfo", "\\\\evil", "/\\evil", &host, &elsewhere.url] {
        world.app.browser.type_into(PATH, path).await;
        world.app.press("call-api").await;
        world.app.api_result_is("api_request_refused").await;
    }
    world.app.browser.type_into(PATH, "currency").await;
    world.app.press("call-api").await;
    world.app.api_result_is("200").await;
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    assert_eq!(world.provider.userinfo_requests().await.len(), 1, "the one for the name");
}
