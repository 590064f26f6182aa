//! The example app, which uses the library together with a router.

use e2e::wait::eventually;
use e2e::{Setup, World};
use serde_json::json;

/// Opens the home page of the example and signs in as Kari.
async fn signed_in() -> World {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.shows_text("You are signed in as Kari Nordmann").await;
    world
}

/// Follows the link to the protected page and waits for the result of the API call.
async fn open_orders(world: &World) {
    world.app.browser.press("nav [href='/orders']").await;
    sees_the_orders(world).await;
}

async fn sees_the_orders(world: &World) {
    world.app.shows_text("Fjordvik Regnskap AS, in NOK").await;
    assert_eq!(world.app.address().await, "orders");
}

async fn shows_no_session(world: &World) {
    world.app.wait_for("a sign-in button", "[data-testid=sign-in]").await;
    let text = world.app.text().await.unwrap();
    assert!(!text.contains("Kari") && !text.contains("Fjordvik"), "{text}");
    assert_eq!(world.app.count("[data-testid=sign-out]").await, Ok(0));
}

#[tokio::test]
async fn a_sign_in_that_begins_at_home_ends_there_and_the_protected_page_is_open() {
    let world = signed_in().await;
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.app.sign_in_buttons().await, 0);
    open_orders(&world).await;
    assert_eq!(world.provider.token_requests().await.len(), 1);
    assert_eq!(world.provider.requests("GET", "/v1/organization").await.len(), 1, "the page is created once");
}

#[tokio::test]
async fn a_sign_in_that_begins_on_the_protected_page_ends_there() {
    let world = signed_in().await;
    open_orders(&world).await;
    world.app.browser.press("[data-testid=switch]").await;
    world.sign_in_page().choose_kari().await;
    sees_the_orders(&world).await;
    assert_eq!(world.provider.token_requests().await.len(), 2);
    assert_eq!(
        world.provider.requests("GET", "/v1/organization").await.len(),
        2,
        "the page is created once for each sign-in"
    );
}

#[tokio::test]
async fn a_link_to_the_protected_page_leads_home_and_after_the_sign_in_to_it() {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    world.app.visit("orders").await;
    world.app.heading_is("Home").await;
    shows_no_session(&world).await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    sees_the_orders(&world).await;
}

#[tokio::test]
async fn c28_a_link_that_would_lead_elsewhere_after_signing_in_leads_home() {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    world.app.visit("?then=//evil.example/orders").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.shows_text("You are signed in as Kari Nordmann").await;
    assert_eq!(world.app.address().await, "");
}

#[tokio::test]
async fn after_signing_out_on_the_protected_page_back_shows_signed_out() {
    let world = signed_in().await;
    open_orders(&world).await;
    world.app.browser.press("[data-testid=sign-out]").await;
    world.app.heading_is("You are signed out").await;
    assert_eq!(world.app.address().await, "signed-out");
    shows_no_session(&world).await;
    world.app.browser.back().await;
    shows_no_session(&world).await;
    assert_eq!(world.app.address().await, "signed-out");
}

#[tokio::test]
async fn the_banner_warns_before_the_end_and_the_page_stays_until_the_user_is_back() {
    let short = Setup { example: true, token_life: Some(8), ..Setup::default() };
    let world = World::with(short).await;
    world.app.visit("orders").await;
    // Screen readers announce changes only in an element that existed before.
    world.app.wait_for("the empty banner", "[data-testid=session-banner] > [role=status]:empty").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    sees_the_orders(&world).await;
    assert_eq!(world.app.part("session-banner").await.text, "");
    world.app.browser.mark_the_page().await;
    let script = "window.region = document.querySelector('[data-testid=session-banner] > [role=status]')";
    world.app.browser.eval::<()>(script).await;

    world.app.shows_text("Your session ends soon").await;
    world.app.press("renew").await;
    banner_is_empty(&world).await;
    assert_eq!(world.provider.token_requests().await.len(), 2);

    world.app.shows_text("Your session has ended").await;
    assert_eq!(world.app.count("[data-testid=sign-out]").await, Ok(0));
    assert!(world.app.browser.eval::<bool>("return region.isConnected && region.role == 'status'").await);
    sees_the_orders(&world).await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.app.press("renew-again").await;
    let failed = "[data-testid=session-banner][data-code=id_token_nonce_mismatch]";
    world.app.wait_for("the error of the renewal", failed).await;
    sees_the_orders(&world).await;
    world.provider.clear_faults().await;
    world.app.press("renew-again").await;
    banner_is_empty(&world).await;
    world.app.wait_for("the user to be signed in", "[data-testid=sign-out]").await;
    assert_eq!(world.provider.token_requests().await.len(), 4);
    world.app.browser.is_the_marked_page().await;
    sees_the_orders(&world).await;
    assert_eq!(world.provider.requests("GET", "/v1/organization").await.len(), 1, "the page is created once");
}

#[tokio::test]
async fn c24_the_example_removes_the_response_before_the_app_runs() {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.sign_in_page().choose_kari().await;
    world.site.rename_wasm();
    world.site.hold(".wasm");
    world.app.browser.mark_the_page().await;
    world.sign_in_page().allow().await;
    eventually("the callback", async || match world.app.address().await {
        address if address == "callback" => Ok(()),
        address => Err(address),
    })
    .await;
    world.site.release();
    world.app.shows_text("You are signed in as Kari Nordmann").await;
}

#[tokio::test]
async fn the_query_and_fragment_of_the_apps_own_pages_are_the_apps() {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    for address in ["?error=x#a", "?code=INVITE42", "nothing?code=INVITE42&state=x#a"] {
        world.app.visit(address).await;
        world.app.wait_for("the app", "nav").await;
        assert_eq!(world.app.address().await, address);
    }
}

async fn banner_is_empty(world: &World) {
    let nothing = "[data-testid=session-banner]:not(:has(button, strong))";
    world.app.wait_for("the banner to be empty", nothing).await;
}
