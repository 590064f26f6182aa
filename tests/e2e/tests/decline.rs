//! The user declines at the provider.

use e2e::World;
use serde_json::json;

#[tokio::test]
async fn a_decline_leads_to_a_page_with_a_sign_in_button() {
    let world = World::new().await;
    let error = world.decline_as_kari().await;
    assert!(error.text.contains("You were not signed in"), "{}", error.text);
    assert!(world.provider.token_requests().await.is_empty());
    assert_eq!(world.app.address().await, "callback");
    assert_eq!(world.app.stored().await, Vec::<String>::new());

    assert_eq!(world.app.sign_in_buttons().await, 1);
    world.app.press_sign_in().await;
    world.sign_in_page().allow().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}

#[tokio::test]
async fn cancelling_before_choosing_a_user_is_the_same() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().cancel().await;
    world.app.error_is("access_denied").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
}

/// Duende IdentityServer sends `iss` only with a code. The local provider does the same.
#[tokio::test]
async fn c15_a_decline_without_iss_shows_the_same_error_also_in_a_renewal() {
    let world = World::new().await;
    let error = world.decline_as_kari().await;
    assert!(error.text.contains("You were not signed in"), "{}", error.text);
    assert!(world.provider.token_requests().await.is_empty());
    let response = &world.site.hits_ending("/callback")[0].query;
    assert!(response.starts_with("error=access_denied&") && !response.contains("iss="), "{response}");

    // Kari is signed in at the provider, although she declined.
    world.provider.end_sessions().await;
    world.sign_in_as_kari().await;
    assert_eq!(world.decline_a_renewal().await.code, "access_denied");
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn a_decline_with_iss_shows_the_same_error() {
    let world = World::new().await;
    world.provider.switch(json!({ "kind": ["error-iss", "error-description", "error-url"] })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().cancel().await;
    world.app.error_is("access_denied").await;
    let response = &world.site.hits_ending("/callback")[0].query;
    assert!(response.contains("iss=") && response.contains("error_description="), "{response}");
}
