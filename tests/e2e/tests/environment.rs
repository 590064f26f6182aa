//! Situations in which a sign-in must not start, and browser features that a sign-in does not need.

use e2e::{OtherSite, Setup, World};

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK has no setting that blocks sessionStorage")]
async fn a14_blocked_storage_is_reported_before_leaving() {
    let world = World::with(Setup { storage_blocked: true, ..Setup::default() }).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let error = world.app.error_is("storage_blocked").await;
    assert!(error.text.contains("site data"), "{}", error.text);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.address().await, "");
    assert!(world.provider.authorize_requests().await.is_empty());
}

#[tokio::test]
async fn a14_full_storage_is_reported_before_leaving() {
    let world = World::new().await;
    world.app.open().await;
    world
        .app
        .browser
        .eval::<()>(
            "let size = 1 << 22;
            for (let index = 0; size >= 1; index++) {
                try { sessionStorage.setItem('filler' + index, 'x'.repeat(size)); } catch { size >>= 1; }
            }",
        )
        .await;
    world.app.press_sign_in().await;
    world.app.error_is("storage_full").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert!(world.provider.authorize_requests().await.is_empty());

    world.app.browser.eval::<()>("sessionStorage.clear()").await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
}

#[tokio::test]
async fn a15_inside_another_page_no_sign_in_starts() {
    let world = World::with(Setup { framable: true, ..Setup::default() }).await;
    let other_site = OtherSite::start().await;
    other_site.shows(&format!("<!doctype html><iframe src=\"{}\" width=800 height=600></iframe>", world.app.base));
    world.app.browser.open(&other_site.url).await;
    world.app.browser.enter_frame().await;
    world.app.is_running().await;
    world.app.press_sign_in().await;
    world.app.error_is("in_frame").await;
    assert!(world.provider.authorize_requests().await.is_empty());
}

#[tokio::test]
async fn a15_k03_the_headers_keep_the_app_out_of_other_pages() {
    let world = World::new().await;
    let other_site = OtherSite::start().await;
    other_site.shows(&format!("<!doctype html><iframe src=\"{}\" width=800 height=600></iframe>", world.app.base));
    world.app.browser.open(&other_site.url).await;
    world.app.browser.shows_its_own_error_page_in_frame().await;
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK cannot map another host name to this machine")]
async fn a13_a_page_over_plain_http_signs_no_user_in() {
    let world = World::with(Setup { name_of_this_machine: Some("app.test"), ..Setup::default() }).await;
    world.app.browser.open(&world.app.base.replace("localhost", "app.test")).await;
    let text = world.app.config_error().await;
    assert!(text.contains("https"), "{text}");
    assert_eq!(world.app.sign_in_buttons().await, 0);
    assert!(world.provider.authorize_requests().await.is_empty());
}

/// Features that old browsers lack, or that privacy settings and extensions remove. A sign-in does not need them.
const NOT_NEEDED: [(&str, &str); 16] = [
    ("languages", "Object.defineProperty(navigator, 'languages', { get() {} })"),
    ("language", "Object.defineProperty(navigator, 'language', { get() {} })"),
    ("onLine", "Object.defineProperty(navigator, 'onLine', { get() {} })"),
    ("locks", "Object.defineProperty(navigator, 'locks', { get() {} })"),
    ("clipboard", "Object.defineProperty(navigator, 'clipboard', { get() {} })"),
    ("service workers", "Object.defineProperty(navigator, 'serviceWorker', { get() { throw new Error('no') } })"),
    ("performance", "Object.defineProperty(window, 'performance', { get() {} })"),
    ("localStorage", "Object.defineProperty(window, 'localStorage', { configurable: true, get() { return null } })"),
    ("localStorage at all", "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"),
    ("referrer", "Object.defineProperty(document, 'referrer', { get() { throw new Error('no') } })"),
    ("scrollRestoration", "Object.defineProperty(history, 'scrollRestoration', { get() { throw new Error('no') } })"),
    ("channels", "delete window.BroadcastChannel"),
    ("AbortSignal.timeout", "delete AbortSignal.timeout"),
    ("structuredClone", "delete window.structuredClone"),
    ("finalizers", "delete window.FinalizationRegistry"),
    ("weak references", "delete window.WeakRef"),
];

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitWebDriver needs the features that this test removes")]
async fn a_browser_without_optional_features_signs_in() {
    let world = World::new().await;
    for (name, script) in NOT_NEEDED {
        println!("also without {name}");
        // A property that was defined by an earlier script cannot be defined again.
        world.app.browser.before_each_page(&format!("try {{ {script} }} catch {{}}")).await;
        world.app.open().await;
        world.app.is_at_home().await;
        assert_eq!(world.app.sign_in_buttons().await, 1, "{name}");
        assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0, "{name}");
    }
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, "Kari Nordmann");
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;

    // A sign-in needs this feature. The page reports that it is missing.
    world.app.browser.before_each_page("Object.defineProperty(crypto, 'subtle', { get() {} })").await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.app.error_is("crypto_unavailable").await;
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitWebDriver needs the features that this test removes")]
async fn the_example_starts_in_a_browser_without_optional_features() {
    let world = World::with(Setup { example: true, ..Setup::default() }).await;
    for (_, script) in NOT_NEEDED {
        world.app.browser.before_each_page(&format!("try {{ {script} }} catch {{}}")).await;
    }
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.shows_text("You are signed in as Kari Nordmann").await;
}
