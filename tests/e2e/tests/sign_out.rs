//! Sign-out: first in the app, then at the provider. The tests of the signed-out page after the provider's redirect
//! are in conformance.rs.

use e2e::World;
use e2e::secrets::{Kind, Secrets};
use e2e::wait::eventually;
use serde_json::json;

const END_SESSION: &str = "/connect/endsession";

#[tokio::test]
async fn j01_nothing_remains_after_signing_out() {
    let world = World::new().await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    let secrets = Secrets::of(&world.provider).await;
    assert_eq!(secrets.count(Kind::SignOutState), 1);
    secrets.are_nowhere("signed out", &world).await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "only Chromium keeps a page in memory while the provider is shown")]
async fn g01_back_after_signing_out_shows_signed_out() {
    let world = World::new().await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    let secrets = Secrets::of(&world.provider).await;
    world.app.browser.mark_the_page().await;
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;

    world.app.browser.back().await;
    // Checks the test itself: the page is the signed-in one, restored from the back/forward cache.
    world.app.browser.is_the_marked_page().await;
    world.app.heading_is("You are signed out here").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    secrets.are_nowhere("after Back", &world).await;
    assert_eq!(world.provider.token_requests().await.len(), 1);
}

#[tokio::test]
async fn h04_with_a_provider_that_is_down_the_user_is_signed_out_here_and_warned() {
    let mut world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let secrets = Secrets::of(&world.provider).await;
    world.provider.kill();
    world.app.session().await.sign_out().await;
    world.app.browser.shows_its_own_error_page().await;
    world.app.browser.back().await;
    shows_that_a_session_may_remain(&world).await;
    secrets.are_nowhere("signed out without a provider", &world).await;
}

#[tokio::test]
async fn h04_with_a_provider_that_drops_the_connection_the_user_is_warned_too() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.set_faults(json!({ "endsession": { "drop": true } })).await;
    world.app.session().await.sign_out().await;
    world.app.browser.shows_its_own_error_page().await;
    world.app.browser.back().await;
    shows_that_a_session_may_remain(&world).await;
    // The same when the page is not in the back/forward cache.
    world.app.browser.reload().await;
    shows_that_a_session_may_remain(&world).await;
}

async fn shows_that_a_session_may_remain(world: &World) {
    world.app.heading_is("You are signed out here").await;
    world.app.shows_text(&format!("You may still be signed in at {}", world.provider.url)).await;
    assert_eq!(world.app.address().await, "signed-out");
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 1);
}

#[tokio::test]
async fn h04_without_an_end_session_endpoint_the_signed_out_page_comes_at_once() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "metadata": { "merge": { "end_session_endpoint": null } } })).await;
    world.sign_in_as_kari().await.sign_out().await;
    shows_that_a_session_may_remain(&world).await;
    assert!(world.provider.requests("GET", END_SESSION).await.is_empty());
}

/// IIS rejects a long query, so the app leaves out a long ID token hint. Without the hint, Duende IdentityServer asks
/// the user, and does not redirect back to the app.
#[tokio::test]
async fn h02_with_a_long_id_token_the_user_is_informed_before_leaving() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "padding": "x".repeat(3_000) } } })).await;
    world.sign_in_as_kari().await.name().await;
    world.app.session().await.sign_out().await;
    world.app.heading_is("You are signed out here").await;
    world.app.shows_text("it asks you to confirm, and does not lead back here").await;
    assert_eq!(world.app.address().await, "signed-out");
    assert!(world.provider.requests("GET", END_SESSION).await.is_empty());
    world.app.press("sign-out").await;
    eventually("a sign-out request", async || match &world.provider.requests("GET", END_SESSION).await[..] {
        [asked] => {
            assert!(!asked.query.contains_key("id_token_hint") && asked.query.contains_key("client_id"));
            Ok(())
        }
        other => Err(format!("{other:?}")),
    })
    .await;
}

#[tokio::test]
async fn client_id_is_sent_together_with_the_hint() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.sign_out_and_return().await;
    world.app.heading_is("You are signed out").await;
    let asked = &world.provider.requests("GET", END_SESSION).await[0];
    assert!(asked.query.contains_key("id_token_hint"));
    assert_eq!(asked.parameter("client_id"), world.provider.authorize_requests().await[0].parameter("client_id"));
}

#[tokio::test]
async fn h03_a_link_cannot_forge_a_confirmation() {
    let world = World::new().await;
    world.app.open_at("signed-out?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    shows_that_a_session_may_remain(&world).await;
}

/// The back/forward cache keeps complete pages with their tokens, including the pages that the tab showed before the
/// page that signs out.
#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK keeps no page in memory while another origin is shown")]
async fn g01_back_to_an_earlier_page_of_the_tab_shows_signed_out() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.mark_the_page().await;
    world.app.open_at("orders").await;
    world.app.press_sign_in().await;
    world.app.session().await.sign_out().await;
    world.app.heading_is("You are signed out").await;
    while !world.app.browser.eval::<bool>("return !!window.marked").await {
        world.app.browser.back().await;
        world.app.is_running().await;
        assert!(!world.app.shows_a_session().await);
    }
    world.app.heading_is("You are signed out here").await;
    assert!(!world.app.shows_a_session().await);
}

#[tokio::test]
async fn g04_signing_out_in_one_tab_signs_out_the_other_at_once() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    world.sign_in_again().await.name().await;
    let second = world.app.browser.switch_to(first).await;
    world.app.session().await.sign_out().await;
    world.app.heading_is("You are signed out").await;
    world.app.browser.switch_to(second).await;
    world.app.heading_is("You are signed out here").await;
    assert!(!world.app.shows_a_session().await);
    let stored: String = world.app.browser.eval("return Object.keys(localStorage).join(' ')").await;
    assert!(stored.contains("visma-connect-spa:signed-out"), "{stored}");
}

/// Changes a tab that has the key `source` in sessionStorage. The value is `channel`, `storage` or `nothing`. The tab
/// receives messages of other tabs only through this source. While `isStill` is set, the tab gets no events that would
/// wake it, its timers do nothing, and it records the time when the session disappears from the page.
const ONE_SOURCE: &str = "
    let source = null;
    try { source = sessionStorage.source; } catch {}
    if (source) {
        const wait = setTimeout;
        window.setTimeout = (run, ms, ...all) => wait(() => { if (!window.isStill) run(...all); }, ms);
        const swallow = (event) => { if (window.isStill) event.stopImmediatePropagation(); };
        for (const type of ['focus', 'visibilitychange', 'pageshow']) addEventListener(type, swallow, true);
        if (source != 'channel') delete window.BroadcastChannel;
        if (source != 'storage') addEventListener('storage', swallow, true);
        new MutationObserver(() => {
            if (window.isStill && !document.querySelector('[data-testid=session]')) {
                window.vanished ??= performance.timeOrigin + performance.now();
            }
        }).observe(document, { subtree: true, childList: true });
    }";

#[tokio::test]
async fn g04_a_suspended_tab_learns_of_a_sign_out_from_the_channel_or_from_storage() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let browser = &world.app.browser;
    let mut tabs = Vec::new();
    let mut first = None;
    for source in ["channel", "storage", "nothing"] {
        let left = browser.open_tab().await;
        first.get_or_insert(left);
        browser.before_each_page(ONE_SOURCE).await;
        world.app.open().await;
        browser.eval::<()>(&format!("sessionStorage.source = '{source}'")).await;
        world.app.press_sign_in().await;
        world.app.session().await.name().await;
        tabs.push((source, browser.window().await));
    }
    for (_, tab) in &tabs {
        browser.switch_to(tab.clone()).await;
        browser.eval::<()>("window.isStill = true").await;
    }
    browser.switch_to(first.unwrap()).await;
    world.app.session().await.sign_out().await;
    world.app.heading_is("You are signed out").await;
    let signed_out: f64 = browser.eval("return +localStorage['visma-connect-spa:signed-out']").await;

    for (source, tab) in &tabs {
        browser.switch_to(tab.clone()).await;
        assert!(browser.eval::<bool>("return window.isStill").await);
        if *source == "nothing" {
            // This tab receives no message. It signs out when it wakes up.
            assert!(world.app.shows_a_session().await);
            browser.eval::<()>("window.isStill = false; dispatchEvent(new Event('focus'))").await;
        } else {
            let after =
                eventually(&format!("the session to disappear, in the tab that listens to: {source}"), async || {
                    let vanished: Option<f64> = browser.try_eval("return window.vanished ?? null", Vec::new()).await?;
                    vanished.map(|at| at - signed_out).ok_or(browser.seen().await)
                })
                .await;
            assert!(after < 1_000.0, "the tab that listens to {source} showed the session for {after} ms");
        }
        world.app.heading_is("You are signed out here").await;
        assert!(!world.app.shows_a_session().await);
    }
}
