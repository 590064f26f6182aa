//! A provider that does not respond, or whose metadata is wrong.

use e2e::World;
use e2e::environment::Environment;
use e2e::provider::Provider;
use serde_json::json;

#[tokio::test]
async fn b08_home_says_how_to_start_the_local_provider_and_the_button_works_once_it_runs() {
    let mut world = World::new().await;
    world.provider.kill();
    world.app.open().await;
    world.app.is_at_home().await;
    let error = world.app.error_is("provider_unreachable").await;
    assert!(error.text.contains("cargo xtask serve"), "{}", error.text);
    assert_eq!(world.app.sign_in_buttons().await, 1);

    world.app.press_sign_in().await;
    world.app.heading_is("The local provider does not respond").await;
    let error = world.app.error_is("provider_unreachable").await;
    assert!(error.text.contains("cargo xtask serve"), "{}", error.text);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.app.stored().await, Vec::<String>::new());

    world.provider.start_again().await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: takes the browser offline")]
async fn b08_an_offline_device_is_reported_and_the_button_works_once_it_is_online() {
    let world = World::new().await;
    // The app has no metadata yet, so the button has to request it.
    world.provider.set_faults(json!({ "metadata": { "status": 503 } })).await;
    world.app.open().await;
    world.app.error_is("provider_unavailable").await;
    world.app.set_offline(true).await;
    world.app.press_sign_in().await;
    let error = world.app.error_is("offline").await;
    assert!(!error.text.contains("state=") && !error.text.contains("/connect/"), "{}", error.text);
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    world.app.set_offline(false).await;
    world.provider.clear_faults().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
}

#[tokio::test]
async fn b02_b03_no_user_is_sent_to_a_provider_that_describes_itself_wrongly() {
    let world = World::new().await;
    for (name, fault, code) in [
        ("a script", json!({ "merge": { "authorization_endpoint": "javascript:alert(1)" } }), "metadata_invalid"),
        ("plain http", json!({ "merge": { "authorization_endpoint": "http://evil.example/" } }), "metadata_invalid"),
        ("no token endpoint", json!({ "merge": { "token_endpoint": null } }), "metadata_invalid"),
        ("no S256", json!({ "merge": { "code_challenge_methods_supported": ["plain"] } }), "metadata_without_s256"),
        ("HTML", json!({ "content_type": "text/html", "body": "<html></html>" }), "metadata_unreadable"),
        ("an empty body", json!({ "body": "" }), "metadata_unreadable"),
        ("a list", json!({ "body": "[]" }), "metadata_unreadable"),
        ("too deep", json!({ "body": "[".repeat(10_000) }), "metadata_unreadable"),
        ("bytes that are not UTF-8", json!({ "body_base64": "eyJpc3N1ZXIiOiLDIn0=" }), "metadata_unreadable"),
        ("a byte order mark", json!({ "prepend": "\u{feff}" }), "metadata_unreadable"),
        ("not there", json!({ "status": 404 }), "metadata_unreadable"),
        ("broken", json!({ "status": 500 }), "provider_unavailable"),
        ("10 MB", json!({ "body": "x".repeat(1_000), "repeat": 10_000 }), "answer_too_long"),
        ("redirected", json!({ "redirect": "{{issuer}}" }), "blocked_by_cors"),
        (
            "redirected to an origin that the policy blocks",
            json!({ "redirect": "http://localhost:65001/" }),
            "blocked_by_cors",
        ),
    ] {
        println!("{name}");
        world.provider.set_faults(json!({ "metadata": fault })).await;
        world.app.open().await;
        world.app.is_at_home().await;
        world.app.error_is(code).await;
        world.app.press_sign_in().await;
        world.app.wait_for("the error page", "main > [data-testid=error]").await;
        world.app.error_is(code).await;
        assert_eq!(world.app.sign_in_buttons().await, 1, "{name}");
        assert_eq!(world.app.stored().await, Vec::<String>::new(), "{name}");
        assert!(world.provider.authorize_requests().await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn b08_a_provider_that_does_not_know_this_page_is_not_reported_as_down() {
    let world = World::new().await;
    // The provider runs on this machine, but for an app at another origin.
    let other = Provider::start(&Environment::read(), "http://localhost:1/", None).await;
    world.configure(&json!({ "authority": other.url }));
    world.app.open().await;
    let error = world.app.error_is("blocked_by_cors").await;
    assert!(error.text.contains("CORS") && !error.text.contains("does not respond"), "{}", error.text);
    world.app.browser.press("[data-testid=error-details] summary").await;
    world.app.shows_text(&format!("page: {}", world.app.base)).await;
    let asked = other.requests("GET", "/.well-known/openid-configuration").await;
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|request| request.headers.referer.is_none() && !request.headers.cookie), "{asked:#?}");
    assert!(asked.iter().all(|request| request.headers.authorization.is_none() && request.query.is_empty()));
    assert!(asked[1].headers.origin.is_none(), "the second request has the mode no-cors: {asked:#?}");
}

#[tokio::test]
async fn a_click_waits_for_the_pending_metadata() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "metadata": { "hold": true } })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.app.heading_is("Taking you to sign in").await;
    assert_eq!(world.app.sign_in_buttons().await, 0);
    world.provider.clear_faults().await;
    world.sign_in_page().is_open().await;
    let asked = world.provider.requests("GET", "/.well-known/openid-configuration").await;
    assert_eq!(asked.len(), 1, "the metadata is fetched once");
}

#[tokio::test]
async fn b03_a_metadata_request_that_times_out_is_repeated_on_click() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "metadata": { "hang": true } })).await;
    world.app.open().await;
    world.app.error_is("provider_timed_out").await;
    assert!(world.provider.authorize_requests().await.is_empty());
    world.provider.clear_faults().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
}
