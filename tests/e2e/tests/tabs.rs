//! Two tabs of the same app.

use e2e::World;

#[tokio::test]
async fn a12_two_tabs_that_sign_in_at_once_both_finish() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    let first = world.app.browser.open_tab().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;

    let second = world.app.browser.switch_to(first).await;
    world.consent_as_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    world.app.browser.switch_to(second).await;
    world.sign_in_page().choose_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 2);
}

#[tokio::test]
async fn c04_the_answer_to_another_tab_is_refused_and_does_not_disturb_it() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    let state = world.provider.authorize_requests().await[0].parameter("state").to_owned();
    let first = world.app.browser.open_tab().await;
    world.app.open_at(&format!("callback?code=abc&state={state}&iss={}", world.provider.url)).await;
    world.app.error_is("state_unknown").await;
    assert!(world.provider.token_requests().await.is_empty());

    world.app.browser.switch_to(first).await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
}
