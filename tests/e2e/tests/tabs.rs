//! Two tabs of the same app, and a tab that another page opened.

use e2e::secrets::Secrets;
use e2e::wait::eventually;
use e2e::{OtherSite, World};
use serde_json::json;

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
async fn c04_the_response_to_another_tab_is_refused_and_does_not_disturb_it() {
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

#[tokio::test]
async fn c23_a_duplicated_tab_does_not_redeem_the_code_again() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    // The record of the pending sign-in is in sessionStorage of the app's page. window.open copies it, as the browser
    // does when a user duplicates a tab.
    world.app.browser.back().await;
    world.app.is_at_home().await;
    // If Firefox has restored the page from its back/forward cache, window.open copies the storage only after the page
    // has read it.
    assert_eq!(world.app.waiting().await.len(), 1, "the record is in sessionStorage");
    let copied = world.app.browser.open_copied_tab(&world.app.base).await;
    world.app.is_at_home().await;
    assert_eq!(world.app.stored().await.len(), 1, "the tab has a copy of the record");

    let duplicate = world.app.browser.switch_to(copied).await;
    world.app.browser.forward().await;
    world.sign_in_page().is_open().await;
    world.provider.set_faults(json!({ "token": { "hold": true } })).await;
    world.consent_as_kari().await;
    world.first_token_request().await;
    world.app.heading_is("Signing you in").await;

    let code = world.provider.issued().await.into_iter().find(|issued| issued.kind == "code").unwrap().value;
    let state = world.provider.authorize_requests().await[0].parameter("state").to_owned();
    let first = world.app.browser.switch_to(duplicate).await;
    world.app.open_at(&format!("callback?code={code}&state={state}&iss={}", world.provider.url)).await;
    let error = world.app.error_is("finished_elsewhere").await;
    assert!(error.text.contains("other tab"), "{}", error.text);
    assert!(world.app.stored().await.is_empty(), "the copy is removed");
    assert_eq!(world.app.sign_in_buttons().await, 1);
    Secrets::of(&world.provider).await.are_nowhere("finished elsewhere", &world).await;

    world.app.browser.switch_to(first).await;
    world.provider.clear_faults().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn c19_h05_no_address_that_is_opened_elsewhere_touches_a_session() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    let issuer = world.provider.url.clone();
    for (path, heading) in [
        (format!("callback?code=stolen&state=theirs&iss={issuer}"), "This sign-in began somewhere else"),
        (format!("callback?error=access_denied&state=theirs&iss={issuer}"), "This sign-in began somewhere else"),
        ("signed-out?state=theirs".to_owned(), "You are signed out here"),
        ("sign-out".to_owned(), "Do you want to sign out?"),
    ] {
        world.app.open_at(&path).await;
        world.app.heading_is(heading).await;
    }
    world.app.browser.switch_to(first).await;
    assert!(world.app.shows_a_session().await);
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 1);
    assert!(world.provider.requests("GET", "/connect/endsession").await.is_empty());
}

#[tokio::test]
async fn a16_a_page_that_opens_the_app_cannot_reach_it_and_the_app_cannot_reach_that_page() {
    let world = World::new().await;
    let other_site = OtherSite::start().await;
    other_site.shows("<!doctype html><title>elsewhere</title>");
    world.app.browser.open(&other_site.url).await;
    // Checks the test itself: the opener keeps its reference to a page without the header Cross-Origin-Opener-Policy.
    world.app.browser.eval::<()>(&format!("window.plain = open('{}plain')", other_site.url)).await;
    assert!(!world.app.browser.eval::<bool>("return plain.closed").await);
    world.app.browser.eval::<()>(&format!("window.app = open('{}')", world.app.base)).await;
    eventually("the opener to lose its reference to the app", async || {
        match world.app.browser.try_eval::<bool>("return app.closed", Vec::new()).await? {
            true => Ok(()),
            false => Err("it still has the reference".to_owned()),
        }
    })
    .await;
    world.app.browser.switch_to_the_tab_at(&world.app.base).await;
    world.app.is_running().await;
    assert!(world.app.browser.eval::<bool>("return window.opener === null").await);
}
