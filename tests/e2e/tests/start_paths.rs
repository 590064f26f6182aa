//! The paths that start a sign-in or a sign-out: `/initiate` and `/sign-out`.

use e2e::wait::eventually;
use e2e::{OtherSite, Setup, World};

#[tokio::test]
async fn i01_i02_a_sign_in_that_is_asked_for_elsewhere_leads_to_a_page_of_this_app() {
    let world = World::new().await;
    let issuer = &world.provider.url;
    for foreign in ["https://evil.example", &format!("{issuer}/"), ""] {
        world.app.open_at(&format!("initiate?iss={foreign}&target_link_uri=https://evil.example/")).await;
        world.app.error_is("initiate_issuer_foreign").await;
        assert_eq!(world.app.address().await, "initiate", "the query is removed");
    }
    assert!(world.provider.authorize_requests().await.is_empty());

    let target = "https://evil.example/&login_hint=kari%40example.com";
    world.app.visit(&format!("initiate?iss={issuer}&target_link_uri={target}")).await;
    world.consent_as_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.provider.authorize_requests().await[0].parameter("login_hint"), "kari@example.com");
}

#[tokio::test]
async fn i04_nothing_starts_in_a_frame_and_a_session_elsewhere_stays() {
    let world = World::with(Setup { framable: true, ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    let other_site = OtherSite::start().await;
    let start = format!("{}initiate?iss={}", world.app.base, world.provider.url);
    other_site.shows(&format!("<!doctype html><iframe src=\"{start}\"></iframe>"));
    world.app.browser.open(&other_site.url).await;
    world.app.browser.enter_frame().await;
    world.app.error_is("in_frame").await;
    assert_eq!(world.provider.authorize_requests().await.len(), 1);
    world.app.browser.switch_to(first).await;
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn h05_a_link_that_signs_out_asks_first() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    world.app.open_at("sign-out").await;
    world.app.heading_is("Do you want to sign out?").await;
    let second = world.app.browser.switch_to(first.clone()).await;
    assert!(world.app.shows_a_session().await);
    world.app.browser.switch_to(second).await;
    world.app.press("sign-out").await;
    world.app.heading_is("You are signed out here").await;
    world.app.browser.switch_to(first).await;
    world.app.heading_is("You are signed out here").await;
    assert!(!world.app.shows_a_session().await);
}

#[tokio::test]
async fn i05_a_start_by_post_is_refused_by_the_host() {
    let world = World::new().await;
    let other_site = OtherSite::start().await;
    let (base, issuer) = (&world.app.base, &world.provider.url);
    other_site.shows(&format!(
        "<!doctype html><form method=post action='{base}initiate'><input name=iss \
            value='{issuer}'><button>Start</button></form>"
    ));
    world.app.browser.open(&other_site.url).await;
    world.app.browser.press("button").await;
    let hit = eventually("the form to arrive", async || {
        world.site.hits_ending("/initiate").pop().ok_or(world.app.browser.seen().await)
    })
    .await;
    assert_eq!((hit.method.as_str(), hit.status), ("POST", 405));
    world.app.shows_text("Files are only read").await;
    assert_eq!(world.app.count("#app").await, Ok(0), "the app does not appear");
    assert!(world.provider.log().await.is_empty());
    // The host refuses the request only because of its method. The same request with GET works.
    world.app.visit(&format!("initiate?iss={issuer}")).await;
    world.sign_in_page().is_open().await;
}
