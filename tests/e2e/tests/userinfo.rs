//! The session starts before name and e-mail address are read, and continues without them.

use e2e::{Interaction, World};
use serde_json::json;

#[tokio::test]
async fn f02_an_invalid_profile_leaves_the_session_without_a_name() {
    let world = World::new().await;
    for (index, (name, fault, code)) in [
        ("HTML", json!({ "content_type": "text/html", "body": "<h1>Mallory</h1>" }), "userinfo_unreadable"),
        ("refused", json!({ "status": 401, "body": "{\"error\":\"invalid_token\"}" }), "userinfo_unreadable"),
        ("unavailable", json!({ "status": 503 }), "provider_unavailable"),
        ("cut off", json!({ "drop": true }), "provider_unreachable"),
        ("10 MB", json!({ "body": "Mallory".repeat(100), "repeat": 15_000 }), "answer_too_long"),
    ]
    .into_iter()
    .enumerate()
    {
        println!("{name}");
        world.provider.set_faults(json!({ "userinfo": fault })).await;
        world.app.open().await;
        world.press_and_return(Interaction::at(index)).await;
        let session = world.app.session().await;
        let css = format!("[data-testid=session] [data-testid=profile-error][data-code={code}]");
        world.app.wait_for(&format!("the profile error {code}"), &css).await;
        world.app.shows_text("Your name is not available").await;
        let text = session.text().await;
        assert!(!text.contains("Mallory"), "{name}: {text}");
        assert_eq!(world.app.count("[data-testid=user-name]").await.unwrap(), 0, "{name}");
        assert!(session.expires_in().await > 3_500, "{name}");
    }
}

#[tokio::test]
async fn the_signed_in_page_is_shown_while_userinfo_does_not_respond() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "userinfo": { "hold": true } })).await;
    let session = world.sign_in_as_kari().await;
    assert!(session.expires_in().await > 3_500);
    assert_eq!(world.app.count("[data-testid=user-name]").await.unwrap(), 0);
    world.provider.clear_faults().await;
    assert_eq!(session.name().await, "Kari Nordmann");
}

#[tokio::test]
async fn e20_k02_a_name_is_text() {
    let world = World::new().await;
    let name = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let picture = format!("javascript:alert(3)//{}", "x".repeat(100_000));
    // U+202E reverses the order of the characters after it. The app removes it.
    let fault = json!({ "merge": { "name": format!("\u{202e}{name}"), "picture": picture } });
    world.provider.set_faults(json!({ "userinfo": fault })).await;
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, name);
    assert_eq!(world.app.count("#app img, #app script").await.unwrap(), 0);
    let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    assert!(!html.contains("javascript:"), "{html}");
}

#[tokio::test]
async fn e20_a_picture_of_a_megabyte_leaves_the_session_without_a_name() {
    let world = World::new().await;
    let picture = format!("https://connect.example/{}", "x".repeat(1_000_000));
    world.provider.set_faults(json!({ "userinfo": { "merge": { "picture": picture } } })).await;
    world.sign_in_as_kari().await;
    world.app.wait_for("the profile error", "[data-testid=session] [data-code=answer_too_long]").await;
    assert!(world.app.shows_a_session().await);
}
