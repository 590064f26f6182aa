//! Error pages: the details for a developer, and the page after a panic.

use e2e::World;
use e2e::secrets::Secrets;
use serde_json::json;

#[tokio::test]
async fn an_error_has_details_for_the_developer_that_can_be_copied_and_hold_no_secret() {
    let world = World::new().await;
    let faults = json!({ "remove": ["code"], "set": { "error": "weather_bad", "error_description": "rain" } });
    world.provider.set_faults(json!({ "callback": faults })).await;
    world.sign_in_and_return().await;
    let shown = world.app.error_is("provider_error").await;
    assert!(shown.text.contains("The sign-in service says: rain"), "{}", shown.text);
    assert!(!shown.text.contains("client_id: "), "the details are closed: {}", shown.text);

    world.app.browser.press("[data-testid=error-details] summary").await;
    world.app.shows_text("client_id: demo-spa").await;
    let details = world.app.error().await.text;
    for fact in [
        "Developer Portal",
        "code: provider_error",
        "about: weather_bad",
        &format!("authority: {}", world.provider.url),
        &format!("redirect_uri: {}callback", world.app.base),
        "scopes: openid profile email",
        &format!("page: {}callback", world.app.base),
        "browser: Mozilla/5.0",
        "app: visma-connect-spa",
    ] {
        assert!(details.contains(fact), "{fact}: {details}");
    }
    let request = world.provider.authorize_requests().await.remove(0);
    for secret in ["state", "nonce"] {
        assert!(!details.contains(request.parameter(secret)), "{secret}");
    }
    world.app.browser.press("[data-testid=error-details] button").await;
    world.app.shows_text("Copied.").await;
}

#[tokio::test]
async fn b08_an_error_before_the_click_has_details_too() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "metadata": { "merge": { "issuer": "https://evil.example" } } })).await;
    world.app.open().await;
    world.app.error_is("metadata_issuer_mismatch").await;
    world.app.browser.press("[data-testid=error-details] summary").await;
    world.app.shows_text("code: metadata_issuer_mismatch").await;
}

/// This clock throws an exception when it is read a second time in one task. The exception interrupts the app while
/// the app computes the remaining time and has borrowed its state. The borrow never ends, so the next check of the
/// deadline panics.
#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: reads the console")]
async fn g10_a_panic_shows_fixed_words_without_data_and_drops_the_token() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.console().await;
    let broken_clock = "const now = Date.now; let was_read = false; \
        Date.now = () => { \
            if (was_read) throw new Error('broken'); \
            was_read = true; setTimeout(() => { was_read = false }); return now(); \
        }; \
        setInterval(() => window.dispatchEvent(new Event('focus')), 200)";
    world.app.browser.eval::<()>(broken_clock).await;
    let shown = world.app.error_is("panic").await;
    assert!(!world.app.shows_a_session().await);
    let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    for text in [&shown.text, &html] {
        assert!(!text.contains("borrow") && !text.contains("Kari"), "{text}");
    }
    // Each console line can be read only once, and the search for secrets reads all lines. So the test adds the
    // message of the panic to the secrets.
    let mut secrets = Secrets::of(&world.provider).await;
    secrets.add("the words of a panic", "already borrowed");
    secrets.are_nowhere("after a panic", &world).await;
    world.app.browser.press("[data-testid=error] a").await;
    world.app.is_at_home().await;
}
