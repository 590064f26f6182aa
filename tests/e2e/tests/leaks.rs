//! Tokens, codes, verifiers, states and nonces stay only in the allowed places, with or without errors in the sign-in.
//! The table of the allowed places is in `e2e::secrets`.

use std::collections::BTreeSet;

use e2e::World;
use e2e::places::Place;
use e2e::secrets::{Kind, Secrets};
use serde_json::{Value, json};

/// The access token of these tests. It has characters that percent-encoding, base64 and other encodings change.
const TOKEN: &str = "cAnArY~9fK+x/3Qv_Zt7Lw-Rm2Hd8Gb5Nj1Sp0Ye4Uo6Ia+/Xc==";

/// Sets these faults, and [`TOKEN`] as the access token.
async fn set_faults(world: &World, faults: Value) {
    let mut all = json!({ "access_token": { "value": TOKEN } });
    for (place, fault) in faults.as_object().into_iter().flatten() {
        all[place] = fault.clone();
    }
    world.provider.set_faults(all).await;
}

/// Goes to the provider's sign-in page and back to the app. Reads the secrets of the pending sign-in from its record,
/// and checks that they are nowhere else. Then goes forward to the provider again.
async fn leave(world: &World) -> Secrets {
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    world.app.browser.back().await;
    world.app.is_at_home().await;
    let mut secrets = Secrets::of(&world.provider).await;
    secrets.of_waiting(&world.app).await;
    secrets.are_only_in_the_waiting_record("waiting", world).await;
    world.app.browser.forward().await;
    world.sign_in_page().is_open().await;
    secrets
}

#[tokio::test]
async fn j01_c26_a_whole_visit_leaves_no_secret_anywhere() {
    let world = World::new().await;
    set_faults(&world, json!({ "token": { "hold": true } })).await;
    let waiting = leave(&world).await;
    world.consent_as_kari().await;
    world.first_token_request().await;
    world.app.heading_is("Signing you in").await;
    let mut secrets = Secrets::of(&world.provider).await;
    assert_eq!(secrets.one(Kind::Verifier), waiting.one(Kind::Verifier), "the record has the verifier that was sent");
    secrets.are_nowhere("exchanging", &world).await;

    set_faults(&world, json!({})).await;
    let session = world.app.session().await;
    session.name().await;
    secrets = Secrets::of(&world.provider).await;
    for kind in [Kind::Code, Kind::AccessToken, Kind::IdToken, Kind::Verifier, Kind::State, Kind::Nonce] {
        assert_eq!(secrets.count(kind), 1, "{kind:?}");
    }
    assert_eq!(secrets.one(Kind::AccessToken), TOKEN);
    assert_eq!(world.provider.userinfo_requests().await[0].headers.authorization.as_deref(), Some("Bearer"));
    secrets.are_nowhere("signed in", &world).await;
    assert!(world.site.hits().iter().all(|hit| hit.referer.is_none()), "{:#?}", world.site.hits());

    // The second API needs a permission that the sign-in did not request.
    world.app.browser.press("section.api + section.api [data-testid=call-api]").await;
    world.app.api_result_is("insufficient_scope").await;
    secrets.are_nowhere("called an API", &world).await;
    world.app.press("ask-permission").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().allow().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    secrets.extend(Secrets::of(&world.provider).await);
    assert_eq!(secrets.count(Kind::Verifier), 2, "the sign-in and the renewal");
    secrets.are_nowhere("renewed in a window", &world).await;

    world.app.press("call-api").await;
    assert!(world.app.api_result_is("200").await.text.contains("Fjordvik Regnskap AS"));
    secrets.are_nowhere("had a response of an API", &world).await;
    set_faults(&world, json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.app.press("renew").await;
    assert_eq!(world.app.part("renewal-error").await.code, "id_token_nonce_mismatch");
    secrets.extend(Secrets::of(&world.provider).await);
    assert_eq!(secrets.count(Kind::Verifier), 3);
    secrets.are_nowhere("failed to renew", &world).await;
    set_faults(&world, json!({})).await;

    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
    secrets.extend(Secrets::of(&world.provider).await);
    assert_eq!(secrets.count(Kind::SignOutState), 1);
    secrets.are_nowhere("signed out", &world).await;

    world.sign_in_as_kari().await.name().await;
    world.app.browser.reload().await;
    world.app.is_running().await;
    secrets.extend(Secrets::of(&world.provider).await);
    secrets.are_nowhere("reloaded", &world).await;
}

#[tokio::test]
async fn j01_a_sign_in_that_ends_at_the_callback_leaves_no_secret_anywhere() {
    let world = World::new().await;
    let mut secrets = Secrets::default();
    for (callback, code) in [
        (json!({ "remove": ["code"], "set": { "error": "access_denied" } }), "access_denied"),
        (json!({ "remove": ["code"], "set": { "error": "server_error" } }), "server_error"),
        (json!({ "set": { "iss": "https://evil.example" } }), "issuer_mismatch"),
        (json!({ "append": [["code", "{{code}}"]] }), "callback_parameter_twice"),
        (json!({ "set": { "state": "{{state}}x" } }), "state_unknown"),
    ] {
        println!("{callback}");
        world.provider.end_sessions().await;
        set_faults(&world, json!({ "callback": callback })).await;
        secrets.extend(leave(&world).await);
        world.consent_as_kari().await;
        world.app.error_is(code).await;
        secrets.extend(Secrets::of(&world.provider).await);
        if matches!(code, "callback_parameter_twice" | "state_unknown") {
            // Any site can cause such a callback. So the app keeps the record for the real callback.
            secrets.are_only_in_the_waiting_record(code, &world).await;
        } else {
            secrets.are_nowhere(code, &world).await;
        }
    }
    // This must be the last case, because it changes the clock of all following pages.
    world.provider.end_sessions().await;
    set_faults(&world, json!({})).await;
    world.app.browser.eval::<()>("sessionStorage.clear()").await;
    secrets.extend(leave(&world).await);
    world.app.browser.set_clock_of_next_pages(11 * 60).await;
    world.consent_as_kari().await;
    world.app.error_is("pending_expired").await;
    secrets.extend(Secrets::of(&world.provider).await);
    secrets.are_nowhere("pending_expired", &world).await;
    assert!(world.provider.token_requests().await.is_empty());
}

#[tokio::test]
async fn j01_a_sign_in_that_ends_after_the_callback_leaves_no_secret_anywhere() {
    let world = World::new().await;
    let mut secrets = Secrets::default();
    for (index, (faults, code)) in [
        (json!({ "token": { "status": 400, "body": r#"{"error":"invalid_grant"}"# } }), "invalid_grant"),
        (json!({ "token": { "content_type": "text/html", "prepend": "<html>" } }), "token_response_unreadable"),
        (json!({ "token": { "truncate": 400 } }), "provider_unreachable"),
        (json!({ "token": { "redirect": "/connect/userinfo" } }), "provider_unreachable"),
        (json!({ "token": { "merge": { "token_type": "mac" } } }), "token_type_unsupported"),
        (json!({ "id_token": { "claims": { "nonce": "another" } } }), "id_token_nonce_mismatch"),
        (json!({ "id_token": { "signature": "break" } }), "id_token_signature_invalid"),
    ]
    .into_iter()
    .enumerate()
    {
        println!("{faults}");
        set_faults(&world, faults).await;
        world.app.open().await;
        world.press_and_return(e2e::Interaction::at(index)).await;
        world.app.error_is(code).await;
        secrets.extend(Secrets::of(&world.provider).await);
        secrets.are_nowhere(code, &world).await;
        assert_eq!(world.app.stored().await, Vec::<String>::new(), "{code}");
    }
    set_faults(&world, json!({ "userinfo": { "status": 401 } })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.app.session().await;
    world.app.wait_for("the profile error", "[data-testid=session] [data-code]").await;
    secrets.extend(Secrets::of(&world.provider).await);
    secrets.are_nowhere("without a profile", &world).await;
    assert_eq!(secrets.count(Kind::Verifier), 8);
}

/// In this test, the app does not run on the callback page. So the record of the sign-in stays until it expires after
/// ten minutes. The code is never redeemed.
#[tokio::test]
async fn j01_a_callback_that_the_app_cannot_read_leaves_no_code_anywhere() {
    let world = World::new().await;
    let mut secrets = leave(&world).await;
    let config = world.site.read("config.json");
    world.site.write("config.json", "{}");
    world.consent_as_kari().await;
    world.app.config_error().await;
    secrets.extend(Secrets::of(&world.provider).await);
    assert_eq!(secrets.count(Kind::Code), 1);
    secrets.are_only_in_the_waiting_record("not configured", &world).await;

    world.site.write("config.json", &config);
    world.app.browser.eval::<()>("sessionStorage.clear()").await;
    world.provider.end_sessions().await;
    secrets.extend(leave(&world).await);
    world.site.rename_wasm();
    world.site.damage(&world.site.file_ending("_bg.wasm"));
    world.consent_as_kari().await;
    world.app.error_is("app_damaged").await;
    secrets.extend(Secrets::of(&world.provider).await);
    assert_eq!(secrets.count(Kind::Code), 2);
    secrets.are_only_in_the_waiting_record("damaged", &world).await;
}

/// For each place: a secret, and a script that leaves it there.
const PLANTS: [(Place, Kind, &str); 26] = [
    (Place::Document, Kind::Nonce, "document.querySelector('footer').setAttribute('data-x', secret)"),
    (Place::Fields, Kind::IdToken, "document.body.appendChild(document.createElement('input')).value = secret"),
    (Place::Title, Kind::Code, "document.title = secret"),
    (Place::HistoryState, Kind::State, "history.replaceState({ secret }, '')"),
    (Place::WindowName, Kind::Verifier, "window.name = secret"),
    (Place::Globals, Kind::AccessToken, "window.last = secret"),
    (Place::Referrer, Kind::Code, "Object.defineProperty(document, 'referrer', { value: secret })"),
    (Place::LocalStorage, Kind::AccessToken, "localStorage.x = secret"),
    (Place::SessionStorage, Kind::IdToken, "sessionStorage.x = secret"),
    (Place::Cookies, Kind::Nonce, "document.cookie = `x=${secret}; path=/nowhere`"),
    (Place::Caches, Kind::IdToken, "await (await caches.open('x')).put('/x', new Response(secret))"),
    (
        Place::IndexedDb,
        Kind::AccessToken,
        "await new Promise((done) => {
            const open = indexedDB.open('x');
            open.onupgradeneeded = () => open.result.createObjectStore('x').put({ secret }, 1);
            open.onsuccess = done;
        })",
    ),
    (Place::Timings, Kind::Verifier, "performance.mark(secret)"),
    (Place::Console, Kind::AccessToken, "console.debug({ secret }.secret)"),
    (Place::Address, Kind::State, "history.replaceState(null, '', '/?' + secret)"),
    (Place::History, Kind::Nonce, "history.pushState(null, '', '/#' + secret); history.pushState(null, '', '/')"),
    (Place::SiteRequests, Kind::Code, "await fetch('/x?' + secret)"),
    (Place::SiteHeaders, Kind::IdToken, "await fetch('/', { headers: { x: secret } })"),
    (
        Place::AuthorizeRequest,
        Kind::Verifier,
        "await fetch(provider + '/connect/authorize?x=' + secret, { mode: 'no-cors' })",
    ),
    (
        Place::EndSessionRequest,
        Kind::Code,
        "await fetch(provider + '/connect/endsession?x=' + secret, { mode: 'no-cors' })",
    ),
    (
        Place::TokenForm,
        Kind::Nonce,
        "await fetch(provider + '/connect/token', { method: 'POST', body: new URLSearchParams({ x: secret }) })",
    ),
    (Place::ProviderRequests, Kind::Code, "await fetch(provider + '/?x=' + secret, { mode: 'no-cors' })"),
    (
        Place::ProviderHeaders,
        Kind::State,
        "history.replaceState(null, '', '/?' + secret);
        await fetch(provider, { mode: 'no-cors', referrerPolicy: 'unsafe-url' });
        history.replaceState(null, '', '/')",
    ),
    (Place::NavigationTiming, Kind::Verifier, "location = '/?' + secret"),
    (Place::CallbackRequest, Kind::Nonce, "location = '/callback?x=' + secret"),
    (Place::SignedOutRequest, Kind::Code, "location = '/signed-out?x=' + secret"),
];

/// Only Chromium reports the tab's history and the cookies of all pages. WebKitWebDriver does not report the console.
const fn is_seen_by_this_engine(place: Place) -> bool {
    match place {
        Place::History | Place::Cookies => cfg!(feature = "chromium"),
        Place::Console => !cfg!(feature = "webkit"),
        _ => true,
    }
}

#[tokio::test]
async fn the_search_finds_a_secret_in_every_place() {
    let world = World::new().await;
    set_faults(&world, json!({})).await;
    world.sign_in_as_kari().await.name().await;
    let secrets = Secrets::of(&world.provider).await;
    secrets.are_nowhere("signed in", &world).await;
    let planted: BTreeSet<Place> = PLANTS.into_iter().map(|(place, ..)| place).collect();
    assert_eq!(planted, BTreeSet::from(Place::ALL));
    for (place, kind, script) in PLANTS.into_iter().filter(|(place, ..)| is_seen_by_this_engine(*place)) {
        let before = named(&world, &secrets).await;
        assert!(!before.contains(&(kind, place)), "{place:?}");
        plant(&world, secrets.one(kind), script).await;
        if script.starts_with("location") {
            world.app.browser.is_not_the_marked_page().await;
            world.app.is_running().await;
        }
        let after = named(&world, &secrets).await;
        assert!(after.contains(&(kind, place)), "{kind:?} in {place:?} was not found: {after:?}");
    }
}

#[tokio::test]
async fn the_search_finds_an_encoded_secret() {
    let world = World::new().await;
    set_faults(&world, json!({})).await;
    world.sign_in_as_kari().await.name().await;
    let secrets = Secrets::of(&world.provider).await;
    for (kind, script) in [
        (Kind::AccessToken, "document.title = encodeURIComponent(secret)"),
        (Kind::AccessToken, "document.title = encodeURIComponent(encodeURIComponent(secret))"),
        (Kind::AccessToken, "document.title = btoa(secret)"),
        (Kind::AccessToken, "document.title = btoa('a' + secret)"),
        (Kind::AccessToken, "document.title = btoa('ab' + secret + 'c').replaceAll('+', '-').replaceAll('/', '_')"),
        (Kind::AccessToken, "document.title = secret.slice(0, 24)"),
        (Kind::AccessToken, "document.title = secret.slice(20)"),
        (Kind::Code, "document.title = Array.from(secret, (c) => c.charCodeAt().toString(16)).join('')"),
        (Kind::IdToken, "document.title = secret.split('.')[1]"),
        (Kind::IdToken, "document.title = secret.split('.')[2].slice(0, 30)"),
        (Kind::Verifier, "document.querySelector('footer').innerHTML = `<details><p hidden>${secret}</p></details>`"),
        (Kind::AccessToken, "document.title = JSON.stringify({ secret })"),
    ] {
        plant(&world, secrets.one(kind), script).await;
        assert!(named(&world, &secrets).await.contains(&(kind, Place::Document)), "{kind:?} was not found: {script}");
        world.app.browser.eval::<()>("document.title = ''; document.querySelector('footer').textContent = ''").await;
        assert!(named(&world, &secrets).await.is_empty());
    }
}

async fn plant(world: &World, secret: &str, script: &str) {
    let (secret, provider) = (json!(secret), json!(world.provider.url));
    world.app.browser.mark_the_page().await;
    let script = format!("const secret = {secret}, provider = {provider}; {script}");
    world.app.browser.eval_async::<Option<()>>(&script).await;
}

/// The kinds of the secrets that were found, and the places.
async fn named(world: &World, secrets: &Secrets) -> BTreeSet<(Kind, Place)> {
    secrets.leaks_in(world).await.into_iter().map(|leak| (leak.kind, leak.found.place)).collect()
}
