//! The static page that the browser shows before the app runs. Its layout must not change when the app starts.

use e2e::World;
use serde_json::json;

/// Sums up the layout shifts.
const WATCH: &str = "
    window.moved = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });";

#[tokio::test]
async fn home_has_its_button_before_the_app_runs() {
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.is_at_home().await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.count("#app > [role=status]").await.unwrap(), 0, "the app already runs");
}

#[tokio::test]
async fn c24_the_static_callback_page_has_a_clean_address_and_no_button() {
    let world = World::new().await;
    world.wait_at_the_callback_for_the_module().await;
    assert_eq!(world.app.sign_in_buttons().await, 0);
    assert_eq!(world.app.count("button").await.unwrap(), 0);
    // The query is removed from the address before the app runs.
    assert_eq!(world.app.address().await, "callback");
    world.site.release();
    world.app.session().await;
}

#[tokio::test]
async fn the_static_callback_page_without_a_response_has_no_button() {
    let world = World::new().await;
    world.site.hold(".wasm");
    for path in ["callback", "callback?error=access_denied&state=x"] {
        world.app.visit(path).await;
        world.app.heading_is("Signing you in").await;
        assert_eq!(world.app.sign_in_buttons().await, 0, "{path}");
    }
}

#[tokio::test]
async fn clicks_before_the_app_runs_start_one_sign_in() {
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.app.wait_for("the button to become busy", "[data-testid=sign-in][aria-busy=true]").await;
    world.app.press_sign_in().await;
    world.app.press_sign_in().await;
    world.site.release();
    world.sign_in_page().is_open().await;
    assert_eq!(world.provider.authorize_requests().await.len(), 1);
    world.consent_as_kari().await;
    world.app.session().await;
}

#[tokio::test]
#[cfg_attr(
    not(feature = "chromium"),
    ignore = "needs the DevTools: sets the size of the page, and measures layout shifts"
)]
async fn the_layout_does_not_shift_when_the_app_starts() {
    let world = World::new().await;
    world.app.browser.before_each_page(WATCH).await;
    for (width, height) in [(1280, 800), (390, 844), (320, 640)] {
        world.app.resize(width, height).await;
        // No cache contains a file with the new name.
        world.site.rename_wasm();
        world.site.hold(".wasm");
        world.app.visit("").await;
        world.app.is_at_home().await;
        let parts = [".brand", "h1", ".lead", "[data-testid=sign-in]", ".ticks", ".card", ".card h2", ".at", "footer"];
        let mut before = Vec::new();
        for part in parts {
            before.push(world.app.place_of(part).await);
        }
        world.site.release();
        world.app.is_running().await;
        world.app.shows_text(&world.provider.url).await;
        for (part, before) in parts.into_iter().zip(before) {
            assert_eq!(world.app.place_of(part).await, before, "{part} at {width} x {height}");
        }
        let moved: f64 = world.app.browser.eval("return moved").await;
        assert!(moved == 0.0, "layout shift {moved} at {width} x {height}");
    }
}

/// Size of the page, name of a part, and its position: left, top, width and height.
type Place = (String, String, [f64; 4]);

/// The positions of parts of the page, for the widths of small phones and for several letter spacings. The letter
/// spacings stand for fonts of different widths.
async fn places_on_telephones(world: &World, parts: &[&str]) -> Vec<Place> {
    let script = format!(
        "return {parts:?}.map((part) => {{
            const box = document.querySelector(part).getBoundingClientRect();
            return [part, [box.x, box.y + scrollY, box.width, box.height]];
        }})"
    );
    let mut places = Vec::new();
    for width in (320..=412).step_by(4) {
        world.app.resize(width, 800).await;
        for spacing in ["normal", "-.04em", ".03em"] {
            let letters = format!("document.body.style.letterSpacing = '{spacing}';");
            let found: Vec<(String, [f64; 4])> = world.app.browser.eval(&format!("{letters} {script}")).await;
            places.extend(found.into_iter().map(|(part, at)| (format!("{width} pixels, letters {spacing}"), part, at)));
        }
    }
    places
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn nothing_moves_on_a_phone_when_the_app_takes_over_for_a_returning_user() {
    let parts = [".brand", "h1", ".lead", "[data-testid=sign-in]", ".ticks", ".card", ".card h2", ".at", "footer"];
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.site.rename_wasm();
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.is_at_home().await;
    let before = places_on_telephones(&world, &parts).await;
    world.site.release();
    world.app.is_running().await;
    world.app.shows_text(&world.provider.url).await;
    assert_eq!(world.app.part("sign-in").await.text, "Continue");
    for (before, after) in before.into_iter().zip(places_on_telephones(&world, &parts).await) {
        assert_eq!(before, after);
    }
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: switches scripts off")]
async fn without_javascript_the_page_says_what_it_needs_and_offers_no_button() {
    let world = World::new().await;
    world.app.browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    world.app.visit("").await;
    world.app.shows_text("This page needs JavaScript and WebAssembly").await;
    let button: String = world
        .app
        .browser
        .eval("return getComputedStyle(document.querySelector('[data-testid=sign-in]')).display")
        .await;
    assert_eq!(button, "none");
    assert!(world.site.hits_ending("_bg.wasm").iter().all(|hit| hit.status == 200));
    assert!(world.site.hits_ending("config.json").is_empty(), "the script must not run");
    // The message that the app does not start is shown only when scripts are enabled.
    assert!(!world.app.text().await.unwrap().contains("does not start"));

    world.app.browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
    world.app.open().await;
    assert!(!world.app.text().await.unwrap().contains("JavaScript"));
}

#[tokio::test]
async fn the_button_keeps_the_focus_when_the_app_takes_over() {
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.is_at_home().await;
    world.app.browser.eval::<()>("document.querySelector('[data-testid=sign-in]').focus()").await;
    world.site.release();
    world.app.is_running().await;
    world.app.focus_is_on("[data-testid=sign-in]").await;
}

/// The texts of these parts of the page. The texts before and after the start of the app must be equal.
async fn words(world: &World, parts: &[&str]) -> Vec<String> {
    let script =
        format!("return {parts:?}.map((part) => document.querySelector(part).innerText.replace(/\\s+/g, ' '))");
    world.app.browser.eval(&script).await
}

#[tokio::test]
async fn the_words_of_home_stay_the_same_when_the_app_takes_over() {
    let parts = [".brand", "h1", ".lead", "[data-testid=sign-in]", ".ticks", ".card h2", "footer"];
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.is_at_home().await;
    let before = words(&world, &parts).await;
    world.site.release();
    world.app.is_running().await;
    assert_eq!(words(&world, &parts).await, before);
}

#[tokio::test]
async fn the_words_of_the_callback_stay_the_same_when_the_app_takes_over() {
    let parts = [".brand", "h1", ".lead", "footer"];
    let world = World::new().await;
    world.provider.set_faults(json!({ "token": { "hold": true } })).await;
    world.wait_at_the_callback_for_the_module().await;
    let before = words(&world, &parts).await;
    world.site.release();
    world.app.is_running().await;
    assert_eq!(words(&world, &parts).await, before);
}
