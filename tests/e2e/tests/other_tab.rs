//! A sign-in that ends in a different tab from the one where it began. Examples: the user switches to a banking app, or
//! opens a link in an e-mail. Also a renewal window whose opener is suspended or closed.

use e2e::World;

/// Starts a sign-in on a page of the app. Returns the URL of the provider's page. Any tab can continue the sign-in at
/// this URL.
async fn begun_at(world: &World, page: &str) -> String {
    world.app.open_at(page).await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    world.app.browser.url().await
}

#[tokio::test]
async fn one_press_returns_to_the_page_when_the_first_tab_is_at_the_provider() {
    let world = World::new().await;
    let address = begun_at(&world, "orders?page=2").await;
    world.app.browser.open_tab().await;
    world.app.browser.open(&address).await;
    world.consent_as_kari().await;
    let error = world.app.error_is("state_unknown").await;
    assert!(error.text.contains("This sign-in began somewhere else"), "{}", error.text);
    assert!(!error.text.contains("used") && !error.text.contains("over"), "{}", error.text);
    assert!(world.provider.token_requests().await.is_empty(), "no code is redeemed without the record");
    assert_eq!(world.app.address().await, "callback");
    assert_eq!(world.app.part("sign-in").await.text, "Continue");
    world.app.press_sign_in().await;
    // The provider has a session for the user.
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.app.address().await, "orders?page=2");
    let shared: String = world.app.browser.eval("return JSON.stringify({ ...localStorage })").await;
    assert!(!shared.contains("orders"), "{shared}");
}

#[tokio::test]
async fn the_first_tab_takes_the_response_when_it_is_back_in_the_app() {
    let world = World::new().await;
    let address = begun_at(&world, "orders?page=2").await;
    world.app.browser.back().await;
    world.app.heading_is("Nothing is here").await;
    let first = world.app.browser.open_tab().await;
    world.app.browser.open(&address).await;
    world.consent_as_kari().await;
    let shown = world.app.part("handed-over").await;
    assert!(shown.text.contains("Continue in the tab where you began"), "{}", shown.text);
    world.app.browser.switch_to(first).await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.app.address().await, "orders?page=2");
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

/// While `isStill` is set, the page receives no messages, like a suspended page.
const SLEEPS: &str = "
    const Channel = window.BroadcastChannel;
    window.BroadcastChannel = class extends Channel {
        set onmessage(listener) {
            super.onmessage = listener && ((event) => window.isStill || listener(event));
        }
    };";

#[tokio::test]
async fn an_opener_that_sleeps_takes_the_response_when_it_wakes() {
    let world = World::new().await;
    world.app.browser.before_each_page(SLEEPS).await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    world.app.browser.eval::<()>("window.isStill = true").await;
    let opener = world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.error_is("state_unknown").await;
    world.app.shows_text("go back to the first tab").await;
    let window = world.app.browser.switch_to(opener.clone()).await;
    assert!(world.app.shows_a_session().await);
    assert_eq!(world.provider.token_requests().await.len(), 1);
    world.app.browser.eval::<()>("window.isStill = false").await;
    world.app.browser.switch_to(window).await;
    world.app.browser.is_alone_with(opener).await;
    world.app.part("renew").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 2);
}

#[tokio::test]
async fn an_opener_that_has_gone_leaves_a_window_in_which_one_press_signs_in() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    let opener = world.app.browser.switch_to_the_opened_window().await;
    let window = world.app.browser.switch_to(opener).await;
    world.app.browser.close_and_switch_to(window).await;
    world.consent_as_kari().await;
    world.app.error_is("state_unknown").await;
    world.app.press_sign_in().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}
