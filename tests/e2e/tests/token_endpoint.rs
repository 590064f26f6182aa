//! Wrong responses of the token endpoint.

use e2e::{Interaction, OtherSite, Setup, World};
use serde_json::{Value, json};

/// Text of a response that must not appear on the page.
const CANARY: &str = "canary-4bd1c7e2";

/// Signs in once with each of these faults at the token endpoint. Each time, the page must show the error code and
/// nothing of the response, and the app must send exactly one token request.
async fn refused(cases: &[(&str, Value, &str)]) {
    let world = World::new().await;
    world.app.open().await;
    for (index, (name, fault, code)) in cases.iter().enumerate() {
        println!("{name}");
        world.provider.set_faults(json!({ "token": fault })).await;
        world.press_and_return(Interaction::at(index)).await;
        world.app.error_is(code).await;
        let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
        assert!(!html.contains(CANARY), "{name}: {html}");
        assert_eq!(world.app.sign_in_buttons().await, 1, "{name}");
        assert!(!world.app.shows_a_session().await, "{name}");
        assert_eq!(world.provider.token_requests().await.len(), index + 1, "{name}: sent again");
        assert!(world.provider.userinfo_requests().await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn d05_d06_d07_d09_d14_an_invalid_token_response_is_refused_and_not_shown() {
    let html = format!("<html><h1>{CANARY}</h1></html>");
    let refusal = |status: u16, body: Value| json!({ "status": status, "body": body.to_string() });
    refused(&[
        ("HTML with 200", json!({ "content_type": "text/html", "body": html }), "token_response_unreadable"),
        (
            "HTML with 404",
            json!({ "status": 404, "content_type": "text/html", "body": html }),
            "token_response_unreadable",
        ),
        ("an empty body", json!({ "body": "" }), "token_response_unreadable"),
        ("a list", json!({ "body": "[]" }), "token_response_unreadable"),
        ("null", json!({ "body": "null" }), "token_response_unreadable"),
        ("bytes that are not UTF-8", json!({ "body_base64": "gICA" }), "token_response_unreadable"),
        ("text after the JSON", json!({ "append": CANARY }), "token_response_unreadable"),
        ("an error with 200", refusal(200, json!({ "error": "invalid_grant" })), "invalid_grant"),
        ("no access token", json!({ "merge": { "access_token": null } }), "token_response_invalid"),
        ("a token for DPoP", json!({ "merge": { "token_type": "DPoP" } }), "token_type_unsupported"),
        ("a token for mac", json!({ "merge": { "token_type": "mac" } }), "token_type_unsupported"),
        ("no token type", json!({ "merge": { "token_type": null } }), "token_type_unsupported"),
        ("no ID token", json!({ "merge": { "id_token": null } }), "id_token_missing"),
    ])
    .await;
}

#[tokio::test]
async fn d04_b08_a_response_that_does_not_arrive_is_not_asked_for_again() {
    refused(&[
        ("cut in the middle", json!({ "truncate": 40 }), "provider_unreachable"),
        ("busy", json!({ "status": 503, "body": "busy" }), "provider_unavailable"),
        ("too many", json!({ "status": 429, "body": "{}" }), "provider_unavailable"),
        ("without CORS", json!({ "headers": { "Access-Control-Allow-Origin": null } }), "provider_unreachable"),
    ])
    .await;
}

#[tokio::test]
async fn d04_a_cut_connection_is_not_tried_again_by_the_app() {
    let world = World::new().await;
    world
        .app
        .browser
        .before_each_page(
            "window.asked = []; const real = fetch;
            window.fetch = (...all) => { asked.push(all[0].url ?? String(all[0])); return real(...all); };",
        )
        .await;
    world.provider.set_faults(json!({ "token": { "drop": true } })).await;
    world.sign_in_and_return().await;
    world.app.error_is("provider_unreachable").await;
    let asked: Vec<String> = world.app.browser.eval("return asked").await;
    let count = asked.iter().filter(|url| url.ends_with("/connect/token")).count();
    assert_eq!(count, 1, "{asked:#?}");
    // Chromium may send a request again when the server cuts a reused connection without a response. A page cannot
    // prevent that. Both requests have the same code, and the provider accepts it only once.
    assert!(!world.provider.token_requests().await.is_empty());
}

#[tokio::test]
async fn d07_the_description_of_a_refusal_is_text() {
    let world = World::new().await;
    let body = json!({ "error": "invalid_tenant", "error_description": "<i id=x>This company</i> is closed" });
    world.provider.set_faults(json!({ "token": { "status": 400, "body": body.to_string() } })).await;
    world.sign_in_and_return().await;
    let error = world.app.error_is("invalid_tenant").await;
    assert!(error.text.contains("<i id=x>This company</i> is closed"), "{}", error.text);
    assert_eq!(world.app.count("#x").await.unwrap(), 0);
}

#[tokio::test]
async fn d08_a_response_without_end_is_cut_off() {
    refused(&[
        ("10 MB", json!({ "body": "x".repeat(1_000), "repeat": 10_000 }), "answer_too_long"),
        ("endless", json!({ "body": "x", "endless": true }), "answer_too_long"),
    ])
    .await;
}

#[tokio::test]
async fn d02_code_and_verifier_do_not_follow_a_redirect() {
    let other_site = OtherSite::start().await;
    // The content security policy of the page allows this origin. So only the redirect mode of the request prevents
    // the browser from following the redirect.
    let apis = json!([{ "name": "other_site", "base_url": other_site.url.trim_end_matches('/') }]);
    let world = World::with(Setup { config: json!({ "apis": apis }), ..Setup::default() }).await;
    world.app.open().await;
    for (index, status) in [307, 308, 301, 302, 303].into_iter().enumerate() {
        let fault = json!({ "redirect": format!("{}stolen", other_site.url), "status": status });
        world.provider.set_faults(json!({ "token": fault })).await;
        world.press_and_return(Interaction::at(index)).await;
        world.app.error_is("provider_unreachable").await;
        assert_eq!(world.provider.token_requests().await.len(), index + 1);
    }
    assert_eq!(other_site.requests(), Vec::<String>::new());
    // The host is reachable: a request without a redirect arrives.
    world.app.browser.eval_async::<Value>(&format!("await fetch('{}plain'); return null", other_site.url)).await;
    assert_eq!(other_site.requests(), ["GET /plain"]);
}

#[tokio::test]
async fn d03_a_token_endpoint_that_hangs_is_given_up_after_ten_seconds() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "token": { "hang": true } })).await;
    world.sign_in_and_return().await;
    let asked_at = world.first_token_request().await.at;
    world.app.heading_is("Signing you in").await;
    assert_eq!(world.app.sign_in_buttons().await, 0);
    world.app.error_is("provider_timed_out").await;
    let waited: f64 = world.app.browser.eval(&format!("return Date.now() - Date.parse('{asked_at}')")).await;
    assert!((9_000.0..15_000.0).contains(&waited), "{waited} ms");
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.provider.token_requests().await.len(), 1);
    e2e::secrets::Secrets::of(&world.provider).await.are_nowhere("given up", &world).await;
}

#[tokio::test]
async fn d12_a_refresh_token_is_thrown_away_with_a_warning() {
    let world = World::new().await;
    let refresh_token = "refresh-token-canary-9f2c";
    world.provider.set_faults(json!({ "token": { "merge": { "refresh_token": refresh_token } } })).await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    // The warning is not for the user. So it is in the details for the developer, which are closed.
    let text = session.text().await;
    assert!(!text.contains("refresh token") && text.contains("Details for the developer"), "{text}");
    world.app.browser.press("[data-testid=session] details summary").await;
    world.app.shows_text("Register this client as a Single-Page-App").await;
    let mut secrets = e2e::secrets::Secrets::default();
    secrets.add("refresh_token", refresh_token);
    secrets.are_nowhere("signed in", &world).await;
}
