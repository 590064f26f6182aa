//! A sign-in without faults, from the first page to the signed-in user.

use std::collections::BTreeSet;

use e2e::World;
use e2e::provider::Request;
use e2e::wait::eventually;
use serde_json::{Value, json};

const FJORDVIK: &str = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";
const NORDLYS: &str = "5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22";

#[tokio::test]
async fn kari_sees_who_she_is_what_she_agreed_to_and_for_how_long() {
    let world = World::new().await;
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, "Kari Nordmann");
    assert_eq!(session.email().await, "kari.nordmann@example.com");
    let text = session.text().await;
    for part in [FJORDVIK, &world.provider.url, "Who you are", "Your name", "Your e-mail address", "Your company"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert_eq!(world.app.sign_in_buttons().await, 0);

    let first = session.expires_in().await;
    assert!((3_540..=3_600).contains(&first), "{first}");
    eventually("the time left to count down", async || match session.expires_in().await {
        now if now < first => Ok(()),
        now => Err(now.to_string()),
    })
    .await;
}

#[tokio::test]
async fn ola_is_signed_in_for_the_company_that_he_chose() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let page = world.sign_in_page();
    page.choose_ola().await;
    page.choose_first_company().await;
    page.allow().await;
    let session = world.app.session().await;
    assert_eq!(session.name().await, "Ola Hansen");
    let text = session.text().await;
    assert!(text.contains(NORDLYS), "{text}");
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: reads the history of the tab")]
async fn c24_no_trace_of_the_response_is_in_the_address_or_the_history() {
    let world = World::new().await;
    world.sign_in_as_kari().await;
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.app.browser.eval::<Value>("return history.state").await, Value::Null);
    let history = world.app.browser.devtools("Page.getNavigationHistory", json!({})).await;
    for entry in history["entries"].as_array().unwrap() {
        let url = entry["url"].as_str().unwrap();
        assert!(!url.starts_with(&world.app.base) || !url.contains(['?', '#']), "{url}");
    }
    // Checks the test itself: the code was in the address before.
    assert!(world.site.hits_ending("/callback")[0].query.contains("code="));
}

#[tokio::test]
async fn d01_there_is_one_token_request_with_exactly_five_parameters() {
    let world = World::new().await;
    world.sign_in_as_kari().await;
    let requests = world.provider.token_requests().await;
    let [request] = requests.as_slice() else { panic!("{requests:#?}") };
    let form = request.form.as_ref().unwrap();
    let value = |name: &str| form[name].join(" and ");
    assert_eq!(
        form.keys().map(String::as_str).collect::<Vec<_>>(),
        ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]
    );
    assert_eq!(value("grant_type"), "authorization_code");
    assert_eq!(value("client_id"), "demo-spa");
    assert_eq!(value("redirect_uri"), format!("{}callback", world.app.base));
    assert_eq!(value("code_verifier").len(), 43);
    assert!(request.query.is_empty());
    assert_eq!(request.headers.authorization, None);
    assert!(!request.headers.cookie);
    assert_eq!(request.headers.referer, None);
    assert_eq!(request.headers.origin.as_deref(), Some(world.site.origin()));
    let content_type = request.headers.content_type.as_deref().unwrap();
    assert!(content_type.starts_with("application/x-www-form-urlencoded"), "{content_type}");
}

#[tokio::test]
async fn a02_a05_the_authorization_request_has_exactly_ten_parameters() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    let requests = world.provider.authorize_requests().await;
    let [request] = requests.as_slice() else { panic!("{requests:#?}") };
    assert_eq!(
        request.query.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "nonce",
            "redirect_uri",
            "response_mode",
            "response_type",
            "scope",
            "state",
            "ui_locales"
        ]
    );
    let redirect_uri = format!("{}callback", world.app.base);
    for (name, value) in [
        ("client_id", "demo-spa"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &redirect_uri),
        ("response_mode", "query"),
        ("response_type", "code"),
        ("scope", "openid profile email tenants vismanet_erp_interactive_api:read"),
    ] {
        assert_eq!(request.parameter(name), value);
    }
    for name in ["code_challenge", "nonce", "state"] {
        assert_eq!(request.parameter(name).len(), 43, "{name}");
    }
    assert!(!request.parameter("ui_locales").is_empty());
    assert_eq!(request.headers.referer, None);
}

#[tokio::test]
async fn a04_every_attempt_has_its_own_state_nonce_and_challenge() {
    let world = World::new().await;
    for _ in 0..3 {
        world.app.open().await;
        world.app.press_sign_in().await;
        world.sign_in_page().is_open().await;
    }
    let requests = world.provider.authorize_requests().await;
    let values: BTreeSet<&str> = requests
        .iter()
        .flat_map(|request| ["state", "nonce", "code_challenge"].map(|name| request.parameter(name)))
        .collect();
    assert_eq!(values.len(), 9);
}

#[tokio::test]
async fn a11_a_double_click_leaves_once() {
    let world = World::new().await;
    world.app.open().await;
    world.app.browser.press_twice("[data-testid=sign-in]").await;
    world.sign_in_page().is_open().await;
    assert_eq!(world.provider.authorize_requests().await.len(), 1);

    world.app.open().await;
    // Two clicks in the same task. The second click is on the same element, even if the first click has removed it.
    world
        .app
        .browser
        .eval::<()>("const button = document.querySelector('[data-testid=sign-in]'); button.click(); button.click()")
        .await;
    world.sign_in_page().is_open().await;
    assert_eq!(world.provider.authorize_requests().await.len(), 2);
}

#[tokio::test]
async fn nothing_counts_before_the_id_token_is_verified() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "jwks": { "hold": true } })).await;
    world.sign_in_and_return().await;
    eventually("a request for the keys", async || match world.provider.key_requests().await.len() {
        0 => Err(world.app.browser.seen().await),
        _ => Ok(()),
    })
    .await;
    world.first_token_request().await;
    world.app.heading_is("Signing you in").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 0);
    assert_eq!(world.app.stored().await, Vec::<String>::new());
    assert!(world.provider.userinfo_requests().await.is_empty());

    world.provider.clear_faults().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}

#[tokio::test]
async fn f03_f11_a_callback_sends_three_requests_and_the_token_only_in_a_header() {
    let world = World::new().await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    let log = world.provider.log().await;
    let start = log.iter().rposition(|request| request.path.starts_with("/signin/")).unwrap();
    let asked: BTreeSet<(&str, &str)> = log[start..]
        .iter()
        .filter(|request| request.headers.origin.as_deref() == Some(world.site.origin()))
        .filter(|request| request.method != "OPTIONS")
        .map(|request| (request.method.as_str(), request.path.as_str()))
        .collect();
    assert_eq!(
        asked,
        BTreeSet::from([
            ("POST", "/connect/token"),
            ("GET", "/.well-known/openid-configuration/jwks"),
            ("GET", "/connect/userinfo"),
        ])
    );
    assert_eq!(world.provider.key_requests().await.len(), 1);
    let fetched = |request: &&Request| request.headers.origin.as_deref() == Some(world.site.origin());
    assert!(log.iter().filter(fetched).all(|request| !request.headers.cookie), "{log:#?}");
    assert!(
        log.iter().any(|request| request.headers.cookie),
        "the browser has no cookie, so the check above proves nothing"
    );

    let requests = world.provider.userinfo_requests().await;
    let [request] = requests.as_slice() else { panic!("{requests:#?}") };
    assert_eq!(request.headers.authorization.as_deref(), Some("Bearer"));
    assert!(request.query.is_empty());
    assert!(!request.headers.cookie);
    assert_eq!(request.headers.referer, None);
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: reads the console")]
async fn j01_a_good_sign_in_and_sign_out_leave_the_console_empty() {
    let world = World::new().await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
    let lines = world.app.browser.console().await;
    assert!(lines.is_empty(), "{lines:#?}");
}
