//! Staying signed in without a refresh token: in a small window, in this tab, and as somebody else.

use e2e::wait::eventually;
use e2e::{Setup, World};
use serde_json::json;

const PATH: &str = "[data-testid=api-path]";

/// The browser opens no window for this page.
const NO_WINDOWS: &str = "window.open = () => null;";

/// Waits until the session has more time left than this, and returns how much.
async fn has_more_than(world: &World, seconds: u32) -> u32 {
    eventually("a renewed session", async || {
        let left = world.app.session().await.expires_in().await;
        if left > seconds { Ok(left) } else { Err(format!("{left} s are left")) }
    })
    .await
}

#[tokio::test]
async fn a_session_goes_on_in_a_window_for_several_lifetimes_with_a_half_filled_form() {
    let world = World::with(Setup { token_life: Some(12), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.browser.mark_the_page().await;
    for renewals in 1..=2 {
        world.app.says("Your session ends soon").await;
        assert!(world.app.session().await.expires_in().await <= 6, "half of the lifetime");
        world.app.press("renew").await;
        has_more_than(&world, 8).await;
        assert_eq!(world.provider.token_requests().await.len(), renewals + 1);
        assert_eq!(world.app.value_of(PATH).await, "half a sentence");
        assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    }
    world.app.browser.is_the_marked_page().await;
    let asked = &world.provider.authorize_requests().await[2];
    assert!(!asked.query.contains_key("prompt"), "after a click nothing is forbidden: {asked:?}");
    assert_eq!(asked.parameter("login_hint"), "kari.nordmann@example.com");
    assert_eq!(world.provider.userinfo_requests().await.len(), 1, "the name is known");
}

#[tokio::test]
async fn a_session_that_has_ended_comes_back_in_a_window_with_what_was_typed() {
    let world = World::with(Setup { token_life: Some(5), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.heading_is("Your session has ended").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.value_of(PATH).await, "half a sentence", "the work stays on the page");
    world.app.focus_is_on(PATH).await;
    world.app.press("renew").await;
    world.app.session().await;
    assert_eq!(world.app.value_of(PATH).await, "half a sentence");
}

#[tokio::test]
async fn a_window_that_does_not_open_is_told_and_this_tab_brings_everything_back() {
    let world = World::new().await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.press("renew").await;
    let told = world.app.part("renewal-error").await;
    assert_eq!(told.code, "window_blocked");
    assert!(world.app.shows_a_session().await);
    world.app.browser.mark_the_page().await;
    world.app.press("renew-here").await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.session().await.name().await;
    assert_eq!(world.app.value_of(PATH).await, "half a sentence");
    assert!(world.app.stored().await.iter().all(|key| !key.contains("kept")), "one use");
    assert_eq!(world.app.count("[data-testid=arrival]").await.unwrap(), 0, "the same person");
}

#[tokio::test]
async fn when_the_provider_asks_again_the_page_waits_and_can_be_told_not_to() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    world.app.says("Finish in the other window").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().is_open().await;
    assert!(world.app.browser.eval::<bool>("return window.opener === null").await);

    // Closed by hand: nobody can tell, so the page goes on waiting until it is told.
    world.app.browser.close_and_switch_to(page.clone()).await;
    world.app.says("Finish in the other window").await;
    assert!(world.app.shows_a_session().await);
    world.app.press("renew-cancel").await;
    world.app.part("renew").await;

    world.app.press("renew").await;
    world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 2);
}

#[tokio::test]
async fn what_the_window_brings_back_is_checked_as_ever_and_a_no_ends_nothing() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().cancel().await;
    world.app.browser.is_alone_with(page).await;
    assert_eq!(world.app.part("renewal-error").await.code, "access_denied");
    assert!(world.app.shows_a_session().await);

    world.provider.lie(json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.app.press("renew-again").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.browser.is_alone_with(page).await;
    assert_eq!(world.app.part("renewal-error").await.code, "id_token_nonce_mismatch");
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}

#[tokio::test]
async fn g09_another_person_who_comes_back_finds_nothing_of_the_one_before() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "Kari was here").await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.choose_first_company().await;
    provider.allow().await;
    world.app.browser.is_alone_with(page).await;
    assert!(world.app.part("arrival").await.text.contains("Another person"));
    assert_eq!(world.app.session().await.name().await, "Ola Hansen");
    assert_eq!(world.app.value_of(PATH).await, "organization");
    assert!(!world.app.text().await.unwrap().contains("Kari"));
}

#[tokio::test]
async fn a_change_of_company_is_confirmed_by_the_token_alone() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.choose_first_company().await;
    provider.allow().await;
    let before = world.app.session().await.text().await;
    assert!(before.contains("5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22"), "{before}");

    world.app.press("switch-company").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    provider.choose_ola().await;
    provider.choose_second_company().await;
    world.app.browser.is_alone_with(page).await;
    assert!(world.app.part("arrival").await.text.contains("another company"));
    let after = world.app.session().await.text().await;
    assert!(after.contains("a91e7c44-3d2b-4c8e-8f05-6b1d2e3f4a33"), "{after}");
    let asked = world.provider.authorize_requests().await;
    assert_eq!(asked[1].parameter("prompt"), "select_account");
}

#[tokio::test]
async fn g09_a_tab_is_told_that_another_one_has_become_another_person() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    world.provider.end_sessions().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.choose_first_company().await;
    provider.allow().await;
    assert_eq!(world.app.session().await.name().await, "Ola Hansen");
    world.app.browser.switch_to(first).await;
    world.app.part("other-person").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}
