//! The setting `restore` in config.json: how the app continues a session on a new page. The access token is in memory
//! only, so a new page does not have it.

use e2e::wait::eventually;
use e2e::{Setup, World};
use serde_json::json;

async fn with_restore(mode: &str) -> World {
    World::with(Setup { config: json!({ "restore": mode }), ..Setup::default() }).await
}

/// Reloads the page and waits for the app.
async fn reload(world: &World) {
    world.app.browser.reload().await;
    world.app.is_running().await;
}

#[tokio::test]
async fn g02_after_a_reload_and_in_a_new_tab_one_click_continues() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let kept: String = world.app.browser.eval("return JSON.stringify({ ...localStorage, ...sessionStorage })").await;
    assert!(!kept.contains("Kari") && !kept.contains("kari"), "{kept}");
    reload(&world).await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.part("sign-in").await.text, "Continue");
    world.app.press_sign_in().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    let first = world.app.browser.open_tab().await;
    world.app.open().await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.part("sign-in").await.text, "Continue");
    world.app.press_sign_in().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    world.app.browser.switch_to(first).await;
    assert!(world.app.shows_a_session().await);
    let asked = world.provider.authorize_requests().await;
    assert!(asked.len() == 3 && asked.iter().all(|request| !request.query.contains_key("prompt")), "{asked:#?}");
    world.sign_out_and_return().await;
    world.app.open().await;
    assert!(!world.app.text().await.unwrap().contains("Continue"), "after a sign-out no user is remembered");
}

#[tokio::test]
async fn g02_redirect_continues_automatically_once_for_each_load() {
    let world = with_restore("redirect").await;
    world.sign_in_as_kari().await.name().await;
    reload(&world).await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    let asked = world.provider.authorize_requests().await;
    assert_eq!((asked.len(), asked[1].parameter("prompt")), (2, "none"));
}

#[tokio::test]
async fn g02_redirect_ends_at_home_when_the_provider_would_have_to_ask() {
    let world = with_restore("redirect").await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    for response in [json!({ "remove": ["iss"] }), json!({ "set": { "error": "account_selection_required" } })] {
        world.provider.set_faults(json!({ "callback": response })).await;
        let callbacks = || world.site.hits().iter().filter(|hit| hit.path == "/callback").count();
        let before = callbacks();
        world.app.browser.reload().await;
        // The static page has the same heading as home. So wait for the redirect to the provider and back.
        eventually("the response to the silent sign-in", async || {
            if callbacks() > before { Ok(()) } else { Err("no callback yet".to_owned()) }
        })
        .await;
        world.app.is_running().await;
        world.app.is_at_home().await;
        // The browser may still show the callback page.
        eventually("the address of home", async || match world.app.address().await {
            address if address.is_empty() => Ok(()),
            address => Err(address),
        })
        .await;
        world.app.is_at_home().await;
        let asked = world.provider.authorize_requests().await;
        assert_eq!(asked.last().unwrap().parameter("prompt"), "none");
        // No further silent sign-in: not after a reload, and not in another tab.
        let count = asked.len();
        reload(&world).await;
        world.app.is_at_home().await;
        let first = world.app.browser.open_tab().await;
        world.app.open().await;
        world.app.is_at_home().await;
        world.app.browser.switch_to(first).await;
        assert_eq!(world.provider.authorize_requests().await.len(), count);
        // A press signs in as usual. After that, the next page may start a silent sign-in again.
        world.provider.clear_faults().await;
        world.app.press_sign_in().await;
        world.consent_as_kari().await;
        world.app.session().await.name().await;
        world.provider.end_sessions().await;
    }
}

#[tokio::test]
async fn g02_a_silent_sign_in_without_a_response_is_not_repeated() {
    let world = with_restore("redirect").await;
    world.sign_in_as_kari().await.name().await;
    world
        .provider
        .set_faults(json!({ "authorize": { "status": 500, "content_type": "text/html", "body": "stranded" } }))
        .await;
    world.app.browser.reload().await;
    world.app.shows_text("stranded").await;
    world.provider.clear_faults().await;
    world.app.open().await;
    world.app.shows_text("Continue").await;
    assert_eq!(world.provider.authorize_requests().await.len(), 2);
}

#[tokio::test]
async fn g02_off_remembers_nothing() {
    let world = with_restore("off").await;
    world.sign_in_as_kari().await.name().await;
    let kept: Vec<String> = world.app.browser.eval("return Object.keys(localStorage)").await;
    assert!(kept.iter().all(|key| !key.ends_with(":session")), "{kept:?}");
    reload(&world).await;
    world.app.is_at_home().await;
    assert!(!world.app.text().await.unwrap().contains("Continue"));
}

#[tokio::test]
async fn g03_after_three_starts_in_a_minute_a_page_waits_for_a_click() {
    let world = with_restore("redirect").await;
    world.sign_in_as_kari().await.name().await;
    for _ in 0..3 {
        reload(&world).await;
        world.app.session().await.name().await;
    }
    reload(&world).await;
    world.app.error_is("start_held_back").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.provider.authorize_requests().await.len(), 4);
    world.app.press_sign_in().await;
    world.app.session().await;
}
