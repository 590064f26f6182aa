//! Some behaviour of Duende IdentityServer is more difficult for an app than that of other providers. These tests
//! check what the user sees in such cases. The table in provider/README.md lists the behaviour.

use e2e::{Setup, World};
use serde_json::json;

const END_SESSION: &str = "/connect/endsession";

#[tokio::test]
async fn after_the_providers_error_page_the_app_still_works() {
    let world = World::with(Setup { config: json!({ "client_id": "other" }), ..Setup::default() }).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().error_is("unauthorized_client").await;
    world.configure(&json!({}));
    world.sign_in_as_kari().await.name().await;
}

#[tokio::test]
async fn a_user_without_a_second_step_reads_that_it_is_needed() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.call_an_api_that_demands_a_second_step().await;
    world.app.press("step-up").await;
    let opener = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().has_no_second_step().await;
    world.app.browser.is_alone_with(opener).await;
    assert_eq!(world.app.part("renewal-error").await.code, "unmet_authentication_requirements");
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn tenant_id_as_a_list_does_not_prevent_a_sign_in() {
    let world = World::new().await;
    world.provider.switch(json!({ "hard": ["all-companies"] })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().choose_ola().await;
    world.sign_in_page().allow().await;
    let session = world.app.session().await;
    assert_eq!(session.name().await, "Ola Hansen");
    assert!(session.text().await.contains("Company not stated"), "{}", session.text().await);
}

#[tokio::test]
async fn a_key_that_was_announced_signs_without_a_further_request_for_keys() {
    let world = World::new().await;
    world.provider.switch(json!({ "hard": ["overlapping-keys"] })).await;
    world.provider.set_faults(json!({ "id_token": { "rotate": "announced", "times": 1 } })).await;
    world.sign_in_as_kari().await.name().await;
    assert_eq!(world.provider.key_requests().await.len(), 1);
}

#[tokio::test]
async fn with_the_hint_of_an_older_session_the_provider_asks_and_keeps_the_user() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    // In another tab, the provider's session ends and a new one starts.
    let first = world.app.browser.open_tab().await;
    world.provider.end_sessions().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.switch_to(first).await;
    world.app.session().await.sign_out().await;
    world.app.wait_for("the provider's sign-out page", "[data-testid=sign-out-confirm]").await;
    let asked = &world.provider.requests("GET", END_SESSION).await[0];
    assert!(asked.query.contains_key("id_token_hint"));
    // The app has signed the user out, although the provider waits for a confirmation.
    world.app.open().await;
    assert!(!world.app.shows_a_session().await);
}
