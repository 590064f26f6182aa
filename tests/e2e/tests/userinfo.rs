//! Name and e-mail address come after the session, and the session stands without them.

use e2e::{Asked, World};
use serde_json::json;

#[tokio::test]
async fn f01_f02_a_useless_profile_leaves_the_session_without_a_name() {
    let world = World::new().await;
    let not_available = "Your name is not available";
    for (index, (name, fault, words)) in [
        ("somebody else's", json!({ "merge": { "sub": "somebody-else", "name": "Mallory" } }), not_available),
        ("without sub", json!({ "merge": { "sub": null, "name": "Mallory" } }), not_available),
        ("HTML", json!({ "content_type": "text/html", "body": "<h1>Mallory</h1>" }), not_available),
        ("a JWT", json!({ "jwt": true }), not_available),
        ("refused", json!({ "status": 401, "body": "{\"error\":\"invalid_token\"}" }), not_available),
        ("unavailable", json!({ "status": 503 }), "The sign-in service has a problem"),
        ("cut off", json!({ "drop": true }), "does not answer"),
        ("10 MB", json!({ "body": "Mallory".repeat(100), "repeat": 15_000 }), "cannot be reached"),
    ]
    .into_iter()
    .enumerate()
    {
        println!("{name}");
        world.provider.lie(json!({ "userinfo": fault })).await;
        world.app.open().await;
        world.press_and_come_back(Asked::at(index)).await;
        let session = world.app.session().await;
        world.app.says(words).await;
        let text = session.text().await;
        assert!(!text.contains("Mallory"), "{name}: {text}");
        assert_eq!(world.app.count("[data-testid=user-name]").await.unwrap(), 0, "{name}");
        assert!(session.expires_in().await > 3_500, "{name}");
    }
}

#[tokio::test]
async fn e20_a_name_is_text() {
    let world = World::new().await;
    let name = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let fault = json!({ "merge": { "name": name, "picture": "javascript:alert(3)" } });
    world.provider.lie(json!({ "userinfo": fault })).await;
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, name);
    assert_eq!(world.app.count("#app img, #app script").await.unwrap(), 0);
    let html: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    assert!(!html.contains("javascript:"), "{html}");
}
