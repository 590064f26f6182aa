//! No token, code, verifier, state or nonce stays anywhere, whatever way a sign-in takes.

use e2e::secrets::Secrets;
use e2e::{Asked, World};
use serde_json::json;

#[tokio::test]
async fn j01_c26_a_finished_sign_in_leaves_no_secret_anywhere() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let secrets = Secrets::of(&world.provider).await;
    for name in ["code ", "access_token", "id_token", "state", "nonce", "code_verifier"] {
        assert_eq!(secrets.count(name), 1, "{name}: {secrets:?}");
    }
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    secrets.are_nowhere("signed in", &world.app, &world.site).await;
    world.app.browser.reload().await;
    world.app.is_running().await;
    secrets.are_nowhere("reloaded", &world.app, &world.site).await;
    assert!(world.site.hits().iter().all(|hit| hit.referer.is_none()), "{:#?}", world.site.hits());
}

#[tokio::test]
async fn j01_a_sign_in_at_work_shows_no_secret() {
    let world = World::new().await;
    world.provider.lie(json!({ "token": { "hold": true } })).await;
    world.come_back_from_the_provider().await;
    world.first_token_request().await;
    world.app.heading_is("Signing you in").await;
    let secrets = Secrets::of(&world.provider).await;
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    secrets.are_nowhere("exchanging", &world.app, &world.site).await;
}

#[tokio::test]
async fn j01_a_refused_sign_in_leaves_no_secret_anywhere() {
    let world = World::new().await;
    world.provider.lie(json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.come_back_from_the_provider().await;
    world.app.error_is("id_token_nonce_mismatch").await;
    let mut secrets = Secrets::of(&world.provider).await;
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    secrets.are_nowhere("refused", &world.app, &world.site).await;

    world.provider.lie(json!({ "callback": { "set": { "iss": "https://evil.example" } } })).await;
    world.press_and_come_back(Asked::Nothing).await;
    world.app.error_is("issuer_mismatch").await;
    secrets = Secrets::of(&world.provider).await;
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    secrets.are_nowhere("of another issuer", &world.app, &world.site).await;
}

#[tokio::test]
async fn j01_a_wait_at_the_provider_keeps_one_record_and_no_token() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    world.app.browser.back().await;
    world.app.is_at_home().await;
    let stored = world.app.stored().await;
    assert_eq!(stored.len(), 1, "{stored:?}");
    let other: usize = world.app.browser.eval("return localStorage.length + document.cookie.length").await;
    assert_eq!(other, 0);
}
