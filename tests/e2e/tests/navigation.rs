//! Back, reload and bookmarks: a code is redeemed once, and the page always shows whether the user is signed in.

use e2e::wait::eventually;
use e2e::{Setup, World};
use serde_json::json;

/// A browser without back/forward cache: Back loads the page again.
fn without_page_cache() -> Setup {
    Setup { no_page_cache: true, ..Setup::default() }
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "only Chromium keeps a page in memory while the provider is shown")]
async fn back_from_the_providers_page_finds_a_working_button() {
    let world = World::new().await;
    world.app.open().await;
    world.app.browser.mark_the_page().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;

    world.app.browser.back().await;
    world.app.browser.is_the_marked_page().await;
    world.app.is_at_home().await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.authorize_requests().await.len(), 2);
}

#[tokio::test]
async fn back_from_the_providers_page_works_without_the_page_cache_too() {
    let world = World::with(without_page_cache()).await;
    world.app.open().await;
    world.app.browser.mark_the_page().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    world.app.browser.back().await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.is_running().await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await;
}

#[tokio::test]
async fn c21_back_to_the_page_of_the_callback_redeems_nothing_again() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.open_at("nothing-here").await;
    world.app.browser.back().await;
    // The page is restored with the same token and user.
    world.app.session().await.name().await;
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn c21_back_to_the_page_of_the_callback_without_the_page_cache_is_home() {
    let world = World::with(without_page_cache()).await;
    world.sign_in_as_kari().await.name().await;
    world.app.open_at("nothing-here").await;
    world.app.browser.back().await;
    world.app.is_at_home().await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn c05_c21_the_bookmark_of_a_used_callback_says_that_it_is_over() {
    let world = World::new().await;
    world.sign_in_as_kari().await;
    let used = world.site.hits_ending("/callback")[0].query.clone();
    world.app.open_at(&format!("callback?{used}")).await;
    world.app.error_is("sign_in_over").await;
    assert_eq!(world.app.address().await, "callback");
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.provider.token_requests().await.len(), 1);

    // The sign-in works again, without interaction: the provider still has a session.
    assert_eq!(world.app.sign_in_buttons().await, 1);
    world.app.press_sign_in().await;
    world.app.session().await.name().await;
}

#[tokio::test]
async fn c22_a_reload_during_the_exchange_does_not_redeem_the_code_again() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "token": { "hold": true } })).await;
    world.sign_in_and_return().await;
    world.first_token_request().await;
    world.app.browser.reload().await;
    let error = world.app.error_is("callback_empty").await;
    assert!(error.text.contains("reload"), "{}", error.text);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.provider.token_requests().await.len(), 1);

    world.provider.clear_faults().await;
    world.app.press_sign_in().await;
    world.app.session().await.name().await;
}

#[tokio::test]
async fn c21_the_bare_callback_says_what_happened_and_offers_to_start() {
    let world = World::new().await;
    world.app.open_at("callback").await;
    world.app.error_is("callback_empty").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert!(world.provider.token_requests().await.is_empty());
}

#[tokio::test]
async fn c25_the_code_in_the_navigation_timing_cannot_be_redeemed() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    // A page cannot clear this entry of the Performance API.
    let remembered: String =
        world.app.browser.eval("return new URL(performance.getEntriesByType('navigation')[0].name).search").await;
    let request = world.first_token_request().await;
    let form = request.form.unwrap();
    assert!(remembered.contains(&format!("code={}", form["code"][0])), "{remembered}");
    // The form even contains the code verifier, which an attacker does not have.
    let form: Vec<_> = form.into_iter().map(|(name, values)| (name, values[0].clone())).collect();
    let (status, error): (u16, String) = world
        .app
        .browser
        .eval_async(&format!(
            "const response = await fetch('{}/connect/token', {{ method: 'POST', body: new URLSearchParams({}) }});
            return [response.status, (await response.json()).error]",
            world.provider.url,
            json!(form),
        ))
        .await;
    assert_eq!((status, error.as_str()), (400, "invalid_grant"));
}

#[tokio::test]
async fn d17_opening_home_removes_an_abandoned_record() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    world.app.browser.set_clock_of_next_pages(11 * 60).await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "exp": "{{now+3600}}" } } })).await;
    world.app.open().await;
    // The part of the app that removes the record is loaded after the home page.
    eventually("the old record to be removed", async || match world.app.stored().await {
        stored if stored.is_empty() => Ok(()),
        stored => Err(stored.join(", ")),
    })
    .await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    assert_eq!(world.app.stored().await, ["visma-connect-spa:owner"], "the fingerprint of the last user");
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn d17_a_provider_that_stops_before_the_exchange_leaves_no_session() {
    let mut world = World::new().await;
    world.wait_at_the_callback_for_the_module().await;
    // The provider stops before the app can redeem the code.
    world.provider.kill();
    world.site.release();
    world.app.error_is("provider_unreachable").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    world.app.browser.reload().await;
    world.app.error_is("callback_empty").await;

    world.provider.start_again().await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
}

#[tokio::test]
async fn g02_a_reload_signs_out_of_the_app() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.reload().await;
    world.app.is_running().await;
    world.app.is_at_home().await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.stored().await, ["visma-connect-spa:owner"], "the fingerprint of the last user");
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn a10_an_unknown_address_says_so_and_comes_back_signed_in() {
    let world = World::new().await;
    world.app.open_at("orders/7").await;
    world.app.heading_is("Nothing is here").await;
    // An unknown path gets the app's page with the status 404 (docs/hosting.md).
    assert_eq!(world.site.hits_ending("/orders/7")[0].status, 404);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0);
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    // The provider does not get the path of the page.
    let request = &world.provider.authorize_requests().await[0];
    assert_eq!(request.parameter("state").len(), 43);
    assert!(!format!("{:?}", request.query).contains("orders"), "{request:#?}");
    // After the sign-in, the app returns to the page where the button was pressed.
    assert_eq!(world.app.address().await, "orders/7");
    assert_eq!(world.site.hits_ending("/callback")[0].status, 200);
}

#[tokio::test]
async fn the_query_and_fragment_of_a_page_that_is_not_the_librarys_stay() {
    let world = World::new().await;
    for (address, heading) in [
        ("?code=INVITE42#a", "Sign in with your Visma account"),
        ("?error=x&state=y", "Sign in with your Visma account"),
        ("index.html?code=x", "Sign in with your Visma account"),
        ("orders/7?code=INVITE42&state=x#a", "Nothing is here"),
        ("sign-out?error=x", "Do you want to sign out?"),
    ] {
        world.app.open_at(address).await;
        world.app.heading_is(heading).await;
        assert_eq!(world.app.address().await, address);
        assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0, "{address}");
    }
    assert!(world.provider.token_requests().await.is_empty());
}

#[tokio::test]
async fn a_host_that_adds_a_slash_to_the_librarys_pages_changes_nothing() {
    let world = World::new().await;
    world.site.add_slashes();
    let session = world.sign_in_as_kari().await;
    session.name().await;
    assert!(world.site.hits_ending("/callback/").len() == 1, "{:#?}", world.site.hits());
    // The token request has the registered redirect URI, without the slash.
    let request = world.first_token_request().await;
    assert_eq!(request.form.unwrap()["redirect_uri"], [format!("{}callback", world.app.base)]);
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
    world.app.shows_text("at the sign-in service").await;
    assert_eq!(world.app.address().await, "signed-out/");
    world.app.open_at("sign-out/").await;
    world.app.heading_is("Do you want to sign out?").await;
    world.app.open_at("initiate/?iss=https://evil.example").await;
    world.app.error_is("initiate_issuer_foreign").await;
}

#[tokio::test]
async fn c30_a_path_that_leads_to_another_host_returns_to_home() {
    let world = World::new().await;
    // The path of this address is `//evil.example/x`. As a link, it would lead to another host.
    world.app.open_at("/evil.example/x").await;
    world.app.heading_is("Nothing is here").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    assert_eq!(world.app.address().await, "");
}
