//! If the configuration cannot be used, the page lists all problems, and the browser stays on this page.

use e2e::World;
use serde_json::json;

/// Opens the app, presses the button of the static page, and returns the text of the page that lists the problems.
async fn problems(world: &World) -> String {
    // No cache contains a file with the new name.
    world.site.rename_wasm();
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.site.release();
    let text = world.app.config_error().await;
    assert_eq!(world.app.sign_in_buttons().await, 0);
    assert_eq!(world.app.count("button, a[href]").await.unwrap(), 0);
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.provider.log().await.len(), 0, "a request was sent to the provider");
    text
}

#[tokio::test]
async fn every_problem_is_listed_with_its_remedy() {
    let world = World::new().await;
    let config = json!({
        "authority": "http://connect.visma.com",
        "client_secret": "hush",
        "redirect_uri": "https://elsewhere.example/callback#fragment",
        "scopes": ["profile", "offline_access"],
        "colour": "blue",
        "apis": [{ "name": "ERP", "base_url": "ftp://example.com" }],
    });
    world.site.write("config.json", &config.to_string());
    let text = problems(&world).await;
    assert!(!text.contains("hush"), "{text}");
    // The three parts of each problem on the page: the key, what is wrong, and what to do.
    let script = "return [...document.querySelectorAll('[data-testid=config-error] li')]
        .map((problem) => [...problem.children].map((part) => part.innerText))";
    let mut problems: Vec<[String; 3]> = world.app.browser.eval(script).await;
    for (key, problem, remedy) in [
        ("authority", "not an https URL", "Use https://"),
        ("client_id", "missing", "Add the Client ID"),
        ("client_secret", "cannot keep a secret", "Remove it, revoke the secret in the Developer Portal"),
        ("redirect_uri", "fragment", "Remove everything from the # on"),
        ("scopes", "offline_access", "Remove it"),
        ("scopes", "openid is missing", "Add \"openid\""),
        ("colour", "not known", "Check its spelling"),
        ("apis[0].base_url", "not an https URL", "Use https://"),
    ] {
        let fits = |shown: &[String; 3]| shown[0] == key && shown[1].contains(problem) && shown[2].contains(remedy);
        let found = problems.iter().position(fits);
        problems.remove(found.unwrap_or_else(|| panic!("{key}, {problem}, {remedy}: {problems:#?}")));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn a_malformed_or_html_or_missing_file_has_its_own_error() {
    let world = World::new().await;
    world.site.write("config.json", "{ \"authority\": \"http://localhost:9400\", }");
    let text = problems(&world).await;
    assert!(text.contains("config.json") && text.contains("JSON"), "{text}");

    world.site.write("config.json", &world.site.read("index.html"));
    let text = problems(&world).await;
    assert!(text.contains("HTML"), "{text}");

    world.site.remove("config.json");
    let text = problems(&world).await;
    assert!(text.contains("config.json") && text.contains("404"), "{text}");
}

#[tokio::test]
async fn a_broken_configuration_does_not_use_a_callback_either() {
    let world = World::new().await;
    world.site.write("config.json", "{}");
    world.app.visit("callback?code=abc&state=def").await;
    world.app.config_error().await;
    assert_eq!(world.app.sign_in_buttons().await, 0);
    assert_eq!(world.app.address().await, "callback");
    assert_eq!(world.provider.log().await.len(), 0);
}

#[tokio::test]
async fn a_policy_that_blocks_the_authority_has_its_own_error() {
    let world = World::new().await;
    // A typical mistake: config.json was edited by hand, but the policy was not updated.
    let other = "http://localhost:1";
    let config = world.site.read("config.json").replace(&world.provider.url, other);
    world.site.write("config.json", &config);
    world.app.open().await;
    let error = world.app.error_is("blocked_by_policy").await;
    assert!(error.text.contains("content security policy"), "{}", error.text);
    world.app.browser.press("[data-testid=error-details] summary").await;
    let error = world.app.error_is("blocked_by_policy").await;
    assert!(error.text.contains("cargo xtask configure") && error.text.contains("connect-src"), "{}", error.text);
    world.app.press_sign_in().await;
    world.app.heading_is("The sign-in is not set up correctly").await;
    world.app.error_is("blocked_by_policy").await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
}

#[tokio::test]
async fn metadata_and_keys_in_the_configuration_spare_the_requests() {
    let world = World::new().await;
    let keys: serde_json::Value = serde_json::from_str(&world.provider.keys().await).unwrap();
    let at = |path: &str| format!("{}/connect/{path}", world.provider.url);
    world.configure(&json!({ "metadata": {
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "end_session_endpoint": at("endsession"),
        "jwks_uri": format!("{}/.well-known/openid-configuration/jwks", world.provider.url),
        "jwks": keys,
    } }));
    world.provider.forget().await;
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, "Kari Nordmann");
    let log = world.provider.log().await;
    assert!(log.iter().all(|request| !request.path.starts_with("/.well-known/")), "{log:#?}");
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
}
