//! The whole flow through a fake browser: what happens, in which order, and what never happens.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

mod fake;

use std::pin::pin;

use fake::{
    DISCOVERY, JWKS, NOW, OTHER_KEY, SIGNING_KEY, TOKEN, USERINFO, World, callback, claims, config, driver, id_token,
    jwks, left, poll, run, state, token_response,
};
use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::error::PlatformError;
use visma_connect::session::explanation::explain;
use visma_connect::session::state::{ProfileState, ProviderSession, SessionState, SignedOutReason};
use zeroize::Zeroizing;

fn taken(query: impl Into<String>) -> Zeroizing<String> {
    Zeroizing::new(query.into())
}

/// The code of the failure that the session shows.
fn failure(driver: &Driver<fake::Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn a14_leaving_saves_the_record_first() {
    let world = World::new();
    let driver = driver(&world);
    run(driver.prepare());
    assert_eq!(driver.provider(), ProviderStatus::Ready);
    run(driver.sign_in("/orders"));
    let log = world.take_log();
    assert_eq!(log[..2], [format!("GET {DISCOVERY}"), "save pending".to_owned()]);
    assert!(log[2].starts_with("navigate https://connect.example/connect/authorize?client_id=demo&"), "{log:?}");
    assert_eq!(log.len(), 3);
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

#[test]
fn c05_f03_the_callback_is_taken_before_it_is_exchanged_and_verified_before_it_counts() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    assert_eq!(
        world.take_log(),
        [
            "take pending".to_owned(),
            "claim".to_owned(),
            format!("POST {TOKEN}"),
            format!("GET {JWKS}"),
            "verify".to_owned(),
            "save owner".to_owned(),
            "replace /orders".to_owned(),
            format!("GET {USERINFO}"),
        ]
    );
    let state = driver.state();
    let person = state.signed_in().unwrap();
    assert_eq!(person.subject(), "kari");
    assert_eq!(person.granted(), ["openid", "profile"]);
    let ProfileState::Loaded(profile) = person.profile() else { panic!("{:?}", person.profile()) };
    assert_eq!(profile.name.as_deref(), Some("Kari Nordmann"));
    assert_eq!(world.bearers.borrow()[..], [(USERINFO.to_owned(), "Bearer access-canary".to_owned())]);
}

#[test]
fn the_keys_are_asked_for_while_the_tokens_are_on_their_way() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    assert_eq!(world.count(JWKS), 1, "the JWKS request does not wait for the token response");
    assert_eq!(driver.state().is_authenticated(), None);
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(driver.state().is_authenticated(), Some(true));
}

#[test]
fn a_refused_code_does_not_wait_for_slow_keys() {
    let world = left();
    world.hold(JWKS);
    world.respond(TOKEN, Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())));
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    assert_eq!(failure(&driver), "invalid_grant");
}

#[test]
fn a11_two_presses_leave_once() {
    let world = World::new();
    world.hold(DISCOVERY);
    let driver = driver(&world);
    let mut first = pin!(driver.sign_in("/"));
    assert!(!poll(&mut first));
    run(driver.sign_in("/"));
    world.release(DISCOVERY);
    assert!(poll(&mut first));
    run(driver.sign_in("/"));
    let log = world.take_log();
    assert_eq!(log.iter().filter(|line| line.starts_with("navigate")).count(), 1, "{log:?}");
    assert_eq!(log.iter().filter(|line| line.starts_with("save")).count(), 1, "{log:?}");
}

#[test]
fn a_click_waits_for_the_discovery_that_already_runs() {
    let world = World::new();
    world.hold(DISCOVERY);
    let driver = driver(&world);
    let mut prepare = pin!(driver.prepare());
    let mut sign_in = pin!(driver.sign_in("/"));
    assert!(!poll(&mut prepare));
    assert!(!poll(&mut sign_in));
    world.release(DISCOVERY);
    assert!(poll(&mut prepare));
    assert!(poll(&mut sign_in));
    assert_eq!(world.count(DISCOVERY), 1);
}

#[test]
fn b03_b08_a_failed_discovery_is_shown_and_the_next_click_tries_again() {
    let world = World::new();
    world.respond(DISCOVERY, Err(PlatformError::Unreachable));
    let driver = driver(&world);
    run(driver.prepare());
    assert_eq!(driver.provider(), ProviderStatus::Failed(PlatformError::Unreachable.into()));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    world.respond(DISCOVERY, Ok((200, include_str!("fixtures/metadata.json").to_owned())));
    run(driver.sign_in("/"));
    assert_eq!(driver.provider(), ProviderStatus::Ready);
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

#[test]
fn b01_b02_metadata_that_is_not_to_be_trusted_stops_before_leaving() {
    let good = include_str!("fixtures/metadata.json");
    for (from, to, code) in [
        (
            "\"issuer\": \"https://connect.example\"",
            "\"issuer\": \"https://connect.example/\"",
            "metadata_issuer_slash",
        ),
        ("https://connect.example/connect/authorize", "javascript:alert(1)", "metadata_invalid"),
        ("https://connect.example/connect/authorize", "http://connect.example/authorize", "metadata_invalid"),
        ("https://connect.example/connect/token", "https://me@connect.example/token", "metadata_invalid"),
    ] {
        assert!(good.contains(from), "{from}");
        let world = World::new();
        world.respond(DISCOVERY, Ok((200, good.replacen(from, to, 1))));
        let driver = driver(&world);
        run(driver.sign_in("/"));
        assert_eq!(failure(&driver), code, "{to}");
        assert_eq!(world.take_log(), [format!("GET {DISCOVERY}")], "{to}");
    }
}

#[test]
fn a10_where_the_user_was_stays_here() {
    let world = World::new();
    run(driver(&world).sign_in("/orders/7"));
    let log = world.take_log();
    assert!(log.last().unwrap().starts_with("navigate ") && !log.last().unwrap().contains("orders"), "{log:?}");
    assert!(world.visible().contains("/orders/7"), "the record knows it");
}

#[test]
fn a04_every_attempt_is_new() {
    let world = World::new();
    run(driver(&world).sign_in("/"));
    run(driver(&world).sign_in("/"));
    let log = world.take_log();
    let urls: Vec<_> = log.iter().filter(|line| line.starts_with("navigate")).collect();
    assert_eq!(urls.len(), 2);
    for name in ["state=", "nonce=", "code_challenge="] {
        let value = |url: &str| url.split('&').find(|pair| pair.starts_with(name)).unwrap().to_owned();
        assert_ne!(value(urls[0]), value(urls[1]), "{name}");
    }
    assert_eq!(world.storage.borrow().len(), 2, "each attempt waits under its own state");
}

#[test]
fn a01_a13_a14_a15_a_browser_that_cannot_do_its_part_stays_here() {
    for (set_up, code) in [
        (
            Box::new(|world: &World| world.save_fails.set(Some(PlatformError::StorageBlocked))) as Box<dyn Fn(&World)>,
            "storage_blocked",
        ),
        (Box::new(|world: &World| world.save_fails.set(Some(PlatformError::StorageFull))), "storage_full"),
        (Box::new(|world: &World| world.random_fails.set(true)), "random_unavailable"),
        (Box::new(|world: &World| world.check_fails.set(Some(PlatformError::InFrame))), "in_frame"),
        (Box::new(|world: &World| world.check_fails.set(Some(PlatformError::CryptoUnavailable))), "crypto_unavailable"),
        (Box::new(|world: &World| world.respond(DISCOVERY, Ok((200, "{}".to_owned())))), "metadata_issuer_mismatch"),
        (Box::new(|world: &World| world.respond(DISCOVERY, Err(PlatformError::BlockedByPolicy))), "blocked_by_policy"),
    ] {
        let world = World::new();
        set_up(&world);
        let driver = driver(&world);
        run(driver.sign_in("/"));
        assert_eq!(failure(&driver), code);
        assert!(!world.visible().contains("navigate"), "{code}");
    }
}

#[test]
fn c05_c22_the_same_callback_is_exchanged_once() {
    let world = left();
    run(driver(&world).handle_callback(taken(callback())));
    assert_eq!(world.count(TOKEN), 1);
    // A reload that kept the query, Back, a bookmark: a new page load with the same callback.
    let again = driver(&world);
    run(again.handle_callback(taken(callback())));
    assert_eq!(failure(&again), "sign_in_over");
    assert_eq!(world.count(TOKEN), 1);
}

#[test]
fn c23_a_duplicated_tab_redeems_the_code_once_per_browser() {
    let world = left();
    let copy = world.storage.borrow().clone();
    let (first, second) = (driver(&world), driver(&world));
    world.hold(TOKEN);
    let mut resume = pin!(first.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    // The duplicate has its own copy of the record.
    world.storage.replace(copy);
    run(second.handle_callback(taken(callback())));
    assert_eq!(failure(&second), "finished_elsewhere");
    assert!(world.storage.borrow().is_empty(), "its record is gone");
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(first.state().is_authenticated(), Some(true));
    assert_eq!(world.count(TOKEN), 1);
    let state = state();
    assert!(world.claims.borrow().iter().all(|claim| !claim.contains(&state)), "a claim does not tell the state");
}

#[test]
fn d16_a_sign_out_while_the_code_is_claimed_sends_nothing() {
    let world = left();
    world.claims_held.set(true);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    driver.sign_out();
    world.claims_held.set(false);
    assert!(poll(&mut resume));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn c22_a_doubled_effect_runs_one_exchange() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut first = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut first));
    run(driver.handle_callback(taken(callback())));
    world.release(TOKEN);
    assert!(poll(&mut first));
    assert_eq!(driver.state().is_authenticated(), Some(true));
    assert_eq!(world.count(TOKEN), 1);
}

#[test]
fn c01_c02_c03_c04_c17_c21_a_callback_without_a_sign_in_of_this_tab_sends_nothing() {
    for (query, code) in [
        (String::new(), "callback_empty"),
        ("?code=c&state=foreign".to_owned(), "state_unknown"),
        ("?code=c".to_owned(), "state_missing"),
        ("?error=access_denied&error_description=Call+555&state=foreign".to_owned(), "state_unknown"),
        ("?error=access_denied&error_description=Call+555".to_owned(), "state_missing"),
        (format!("?code=c&code=d&state={}", state()), "callback_parameter_twice"),
        (format!("#access_token=t&state={}", state()), "token_in_url"),
    ] {
        let world = left();
        let driver = driver(&world);
        run(driver.handle_callback(taken(query.as_str())));
        assert_eq!(failure(&driver), code, "{query}");
        assert!(!format!("{:?}", driver.state()).contains("555"), "a description without a state is nobody's");
        assert!(!world.visible().contains("POST"), "{query}");
    }
}

/// The provider's response when it says no.
fn refusal(error: &str) -> Zeroizing<String> {
    taken(format!("?error={error}&state={}&iss=https%3A%2F%2Fconnect.example", state()))
}

#[test]
fn c05_a_declined_sign_in_is_the_persons_response_and_is_read_once() {
    let world = left();
    let before = driver(&world);
    run(before.handle_callback(refusal("access_denied")));
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = before.state() else { panic!() };
    assert!(error.is_cancelled());
    assert_eq!(world.count(TOKEN), 0);
    assert!(world.storage.borrow().is_empty(), "the record is gone all the same");
    let again = driver(&world);
    run(again.handle_callback(taken(callback())));
    assert_eq!(failure(&again), "sign_in_over", "and with it the right to use a code");
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn c15_without_iss_an_error_is_believed_and_a_code_is_refused() {
    for (query, code) in [
        ("error=access_denied&error_description=The+user+declined", "access_denied"),
        ("error=invalid_scope", "invalid_scope"),
        ("error=access_denied&iss=https%3A%2F%2Fevil.example", "issuer_mismatch"),
        ("code=c", "issuer_missing"),
    ] {
        let world = left();
        let driver = driver(&world);
        run(driver.handle_callback(taken(format!("?{query}&state={}&session_state=x#_", state()))));
        assert_eq!(failure(&driver), code, "{query}");
        assert_eq!(world.count(TOKEN), 0, "{query}");
    }
}

#[test]
fn c12_after_an_error_nothing_happens_by_itself() {
    for error in [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "temporarily_unavailable",
        "server_error",
        "weather_bad",
    ] {
        let world = left();
        let driver = driver(&world);
        run(driver.handle_callback(refusal(error)));
        driver.tick();
        assert!(matches!(driver.state(), SessionState::Unauthenticated(SignedOutReason::Failed(_))), "{error}");
        assert_eq!(world.take_log(), ["take pending"], "{error}");
    }
}

#[test]
fn c11_c19_a_callback_does_not_touch_a_session_that_stands() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    let before = driver.state();
    world.take_log();
    for forged in ["?error=access_denied&error_description=Call+555&state=x", "?code=stolen&state=theirs", "?code=c"] {
        run(driver.handle_callback(taken(forged)));
        assert_eq!(driver.state(), before, "{forged}");
    }
    assert!(world.take_log().is_empty());
}

#[test]
fn c32_a_record_that_was_tampered_with_is_purged_and_nothing_is_sent() {
    for (from, to) in [
        ("{", "["),
        ("\"version\":3", "\"version\":99"),
        (TOKEN, "javascript:alert(1)"),
        (TOKEN, "http://connect.example/connect/token"),
        ("\"code_verifier\"", "\"x\""),
    ] {
        let world = left();
        for record in world.storage.borrow_mut().values_mut() {
            assert!(record.contains(from), "{record}");
            *record = record.replacen(from, to, 1);
        }
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        assert_eq!(failure(&driver), "pending_unreadable", "{to}");
        assert_eq!(world.take_log(), ["take pending"], "{to}");
        assert!(world.storage.borrow().is_empty(), "{to}");
    }
}

#[test]
fn c06_a_record_older_than_ten_minutes_is_refused() {
    let world = left();
    world.wall_seconds.set(NOW + 601);
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    assert_eq!(failure(&driver), "pending_expired");
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn c06_d17_stale_records_are_swept_when_the_next_sign_in_begins() {
    let world = left();
    assert_eq!(world.storage.borrow().len(), 1);
    world.wall_seconds.set(NOW + 300);
    run(driver(&world).sign_in("/"));
    assert_eq!(world.storage.borrow().len(), 2, "one that still waits is kept");
    world.wall_seconds.set(NOW + 601);
    run(driver(&world).sign_in("/"));
    assert_eq!(world.storage.borrow().len(), 2, "the first is gone, the third is new");
}

#[test]
fn e01_e04_e07_e08_e09_e12_e15_a_bad_id_token_is_thrown_away_and_userinfo_is_never_asked() {
    let header = r#"{"alg":"RS256","kid":"k1"}"#;
    for (token, code) in [
        (id_token(header, &claims(), OTHER_KEY), "id_token_signature_invalid"),
        (id_token(header, &claims().replace("kari", "ola"), SIGNING_KEY) + "=", "id_token_malformed"),
        (id_token(r#"{"alg":"none"}"#, &claims(), SIGNING_KEY), "id_token_algorithm_refused"),
        (id_token(header, &claims().replace("demo", "other"), SIGNING_KEY), "id_token_audience_mismatch"),
        (id_token(header, &claims().replace("nonce\":\"", "nonce\":\"x"), SIGNING_KEY), "id_token_nonce_mismatch"),
        (
            id_token(header, &claims().replace(fake::ISSUER, "https://connect.example1"), SIGNING_KEY),
            "id_token_issuer_mismatch",
        ),
        (id_token(header, &claims().replace("\"exp\"", "\"x\""), SIGNING_KEY), "id_token_claim_invalid"),
    ] {
        let world = left();
        world.respond(TOKEN, token_response(&token));
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        assert_eq!(failure(&driver), code);
        assert_eq!(world.count(USERINFO), 0, "{code}");
        assert!(world.bearers.borrow().is_empty(), "{code}");
    }
}

#[test]
fn e04_one_changed_character_is_noticed() {
    let good = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY);
    for part in 0..3 {
        let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
        // A letter in the middle of each part, exchanged for its neighbour.
        let middle = parts[part].len() / 2;
        let letter = if parts[part].as_bytes()[middle] == b'A' { "B" } else { "A" };
        parts[part].replace_range(middle..=middle, letter);
        let world = left();
        world.respond(TOKEN, token_response(&parts.join(".")));
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        assert!(failure(&driver).starts_with("id_token_"), "part {part}");
    }
}

/// CVE-2015-9235 and its kin: whoever takes the algorithm from the token checks with a key that everybody knows.
#[test]
fn e02_a_mac_with_something_public_as_its_key_is_no_signature() {
    let modulus = jwks(&[("k1", SIGNING_KEY)]).split("\"n\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for secret in [fake::decode(&modulus), modulus.clone().into_bytes(), b"demo".to_vec(), Vec::new()] {
        for alg in ["HS256", "RS256"] {
            let header = format!(r#"{{"alg":"{alg}","kid":"k1"}}"#);
            let signing_input = format!("{}.{}", fake::encode(header), fake::encode(claims()));
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
            let token = format!("{signing_input}.{}", fake::encode(ring::hmac::sign(&key, signing_input.as_bytes())));
            let world = left();
            world.respond(TOKEN, token_response(&token));
            let driver = driver(&world);
            run(driver.handle_callback(taken(callback())));
            let code = if alg == "HS256" { "id_token_algorithm_refused" } else { "id_token_signature_invalid" };
            assert_eq!(failure(&driver), code);
        }
    }
}

/// CVE-2018-0114: the key in the header is the forger's.
#[test]
fn e05_a_key_that_came_with_the_token_is_not_asked() {
    let keys = jwks(&[("k1", OTHER_KEY)]);
    let jwk = keys.trim_start_matches("{\"keys\":[").trim_end_matches("]}");
    for header in [
        format!(r#"{{"alg":"RS256","kid":"k1","jwk":{jwk}}}"#),
        r#"{"alg":"RS256","kid":"k1","jku":"https://evil.example/keys","x5u":"https://evil.example/cert"}"#.to_owned(),
    ] {
        let world = left();
        world.respond(TOKEN, token_response(&id_token(&header, &claims(), OTHER_KEY)));
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        assert_eq!(failure(&driver), "id_token_signature_invalid");
        assert_eq!(world.count(JWKS), 1);
        assert!(!world.visible().contains("evil"), "{}", world.visible());
    }
}

#[test]
fn e21_a_clock_that_is_hours_off_is_named_and_nothing_is_tried_again() {
    for (issued_hours_ago, code) in [(3, "id_token_expired"), (-3, "id_token_from_the_future")] {
        let issued_at = NOW - issued_hours_ago * 3_600;
        let claims = claims().replace(&format!("{}", NOW + 300), &format!("{}", issued_at + 300));
        let claims = claims.replace(&format!("\"iat\":{NOW}"), &format!("\"iat\":{issued_at}"));
        let world = left();
        world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        assert_eq!(failure(&driver), code);
        let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = driver.state() else { panic!() };
        assert!(explain(&error, &config()).happened.contains("clock"));
        assert_eq!((world.count(TOKEN), world.count(USERINFO)), (1, 0));
    }
}

#[test]
fn b06_unknown_keys_are_fetched_once_more_and_only_once() {
    let world = left();
    world.respond(JWKS, Ok((200, jwks(&[("old", OTHER_KEY)]))));
    world.then(JWKS, Ok((200, jwks(&[("old", OTHER_KEY), ("k1", SIGNING_KEY)]))));
    let driver_after_rotation = driver(&world);
    run(driver_after_rotation.handle_callback(taken(callback())));
    assert_eq!(driver_after_rotation.state().is_authenticated(), Some(true));
    assert_eq!(world.count(JWKS), 2);

    let world = left();
    world.respond(JWKS, Ok((200, jwks(&[("old", OTHER_KEY)]))));
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    assert_eq!(failure(&driver), "id_token_key_unknown");
    assert_eq!(world.count(JWKS), 2);
}

#[test]
fn d04_a_lost_connection_never_sends_the_code_again() {
    for response in [Err(PlatformError::Unreachable), Err(PlatformError::TimedOut), Ok((503, String::new()))] {
        let world = left();
        world.respond(TOKEN, response);
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = driver.state() else { panic!() };
        assert!(error.is_retryable(), "{error}");
        assert_eq!(world.count(TOKEN), 1);
    }
}

#[test]
fn g10_after_a_panic_there_is_no_token_and_nothing_counts_any_more() {
    let world = left();
    world.hold(USERINFO);
    let signed_in = driver(&world);
    let mut resume = pin!(signed_in.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    assert_eq!(signed_in.state().is_authenticated(), Some(true));
    signed_in.stop();
    world.release(USERINFO);
    assert!(poll(&mut resume));
    world.take_log();
    signed_in.sign_out();
    run(signed_in.sign_in("/"));
    run(signed_in.prepare());
    signed_in.tick();
    assert_eq!(signed_in.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert!(!world.visible().contains("navigate"), "there is no ID token left for the end-session request");

    let world = left();
    world.hold(TOKEN);
    let exchanging = driver(&world);
    let mut resume = pin!(exchanging.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    exchanging.stop();
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(exchanging.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_response_after_sign_out_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    driver.sign_out();
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_response_to_an_older_attempt_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    driver.sign_out();
    run(driver.sign_in("/"));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }), "{:?}", driver.state());
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_profile_of_an_older_session_does_not_get_into_the_next_one() {
    let world = left();
    let profile = |name: &str| Ok((200, format!(r#"{{"sub":"kari","name":"{name}"}}"#)));
    world.respond(USERINFO, profile("older"));
    world.hold(USERINFO);
    let driver = driver(&world);
    let mut older = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut older));
    driver.sign_out();
    assert!(poll(&mut older), "the request ends with its session");
    world.respond(USERINFO, profile("newer"));
    driver.page_restored();
    // The same page once more: the user signs in again, and Back brings the page as it was.
    run(driver.sign_in("/"));
    driver.page_restored();
    let claims = claims().replace(&fake::encode([3; 32]), &fake::encode([7; 32]));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
    let mut newer = pin!(driver.handle_callback(taken(callback().replace(&state(), &fake::encode([6; 32])))));
    assert!(!poll(&mut newer));
    assert_eq!(driver.state().is_authenticated(), Some(true), "{:?}", driver.state());
    assert_eq!(driver.state().signed_in().unwrap().profile(), &ProfileState::Loading);
    world.release(USERINFO);
    assert!(poll(&mut newer));
    let state = driver.state();
    let ProfileState::Loaded(profile) = state.signed_in().unwrap().profile() else { panic!("{state:?}") };
    assert_eq!(profile.name.as_deref(), Some("newer"));
}

#[test]
fn f01_f02_a_session_stands_without_a_profile() {
    for (response, code) in [
        (Ok((200, r#"{"sub":"somebody else","name":"Eve"}"#.to_owned())), "userinfo_sub_mismatch"),
        (Ok((401, String::new())), "userinfo_unreadable"),
        (Err(PlatformError::Unreachable), "provider_unreachable"),
    ] {
        let world = left();
        world.respond(USERINFO, response);
        let driver = driver(&world);
        run(driver.handle_callback(taken(callback())));
        let state = driver.state();
        let ProfileState::Unavailable(error) = state.signed_in().unwrap().profile() else { panic!("{code}") };
        assert_eq!(error.code(), code);
        assert!(!format!("{state:?}").contains("Eve"));
    }
}

#[test]
fn f08_nobody_is_signed_in_after_the_deadline() {
    let world = left();
    let driver = driver(&world);
    world.hold(USERINFO);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    assert_eq!(driver.expires_in(), Some(3_600));
    world.wall_seconds.set(NOW + 3_599);
    driver.tick();
    assert_eq!(driver.expires_in(), Some(1));
    world.wall_seconds.set(NOW + 3_600);
    driver.tick();
    assert_eq!(driver.state(), SessionState::Expired);
    assert_eq!(driver.expires_in(), None);
    // The profile that arrives now is nobody's.
    world.release(USERINFO);
    assert!(poll(&mut resume));
    assert_eq!(driver.state(), SessionState::Expired);
}

#[test]
fn d11_f08_the_clocks_are_read_each_second_and_exactly_at_the_end() {
    let world = left();
    let driver = driver(&world);
    assert_eq!(driver.next_look_ms(), None, "nobody is signed in: no timer");
    run(driver.handle_callback(taken(callback())));
    assert_eq!(driver.next_look_ms(), Some(1_000));
    world.late_ms.set(3_479_250);
    assert_eq!(driver.next_look_ms(), Some(500), "two minutes before the end, for the warning");
    world.late_ms.set(3_599_250);
    driver.tick();
    assert_eq!(driver.next_look_ms(), Some(500), "a quarter of a second before the token's end");
    world.late_ms.set(3_599_750);
    assert_eq!(driver.next_look_ms(), Some(0));
    driver.tick();
    assert_eq!(driver.next_look_ms(), None);
}

#[test]
fn f08_the_lifetime_counts_from_when_the_request_was_sent() {
    let world = left();
    let response = token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY));
    world.respond(TOKEN, response.map(|(status, body)| (status, body.replace("3600", "5"))));
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    world.wall_seconds.set(NOW + 5);
    world.release(TOKEN);
    poll(&mut resume);
    assert_eq!(driver.state(), SessionState::Expired, "the response took the whole lifetime");
}

#[test]
fn h01_sign_out_wipes_here_and_then_asks_the_provider() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    world.take_log();
    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    let log = world.take_log();
    assert_eq!(log[..4], ["take owner", "mark sign-out", "replace /signed-out", "save sign-out"]);
    assert!(log[4].starts_with("navigate https://connect.example/connect/endsession?id_token_hint=eyJ"), "{log:?}");
    assert!(log[4].contains("&client_id=demo&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fsigned-out&state="));
    assert_eq!(log.len(), 5);

    // A press meanwhile would take the browser somewhere else, and the provider would never hear of it.
    run(driver.sign_in("/"));
    assert!(world.take_log().is_empty());
    world.late_ms.set(15_000);
    driver.tick();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    run(driver.sign_in("/"));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

/// IIS answers a long query with 404, and without the hint Duende IdentityServer keeps the user.
#[test]
fn h02_with_an_id_token_that_is_too_long_the_user_is_told_before_leaving() {
    let world = left();
    let long = claims().replace("\"sub\"", &format!("\"padding\":\"{}\",\"sub\"", "x".repeat(5_000)));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &long, SIGNING_KEY)));
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    assert_eq!(driver.state().is_authenticated(), Some(true));
    world.take_log();
    driver.sign_out();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Asks)));
    assert_eq!(world.take_log(), ["take owner", "mark sign-out", "replace /signed-out"], "signed out here, and told");
    let told = world.told.borrow().len();

    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    let log = world.take_log();
    assert_eq!(log[0], "save sign-out");
    assert!(log[1].starts_with("navigate https://connect.example/connect/endsession?client_id=demo&"), "{log:?}");
    assert_eq!(log.len(), 2, "and nothing of the sign-out is done twice");
    assert_eq!(world.told.borrow().len(), told);
    // A quick second press.
    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    assert_eq!((world.take_log(), world.told.borrow().len()), (Vec::new(), told));
}

#[test]
fn a_second_press_of_sign_out_changes_nothing_while_the_page_leaves() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    driver.sign_out();
    let (state, told) = (driver.state(), world.told.borrow().len());
    assert!(matches!(state, SessionState::SigningOut { .. }));
    world.take_log();
    driver.sign_out();
    assert_eq!((driver.state(), world.take_log(), world.told.borrow().len()), (state, Vec::new(), told));
}

#[test]
fn h04_a_sign_out_that_cannot_leave_says_so_at_once() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    world.random_fails.set(true);
    driver.sign_out();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert!(!world.visible().contains("endsession"));
}

#[test]
fn g01_g04_a_sign_out_ends_every_session_of_this_browser() {
    let world = left();
    let first = driver(&world);
    run(first.handle_callback(taken(callback())));
    // Another tab of this browser, or an earlier page of this tab.
    let other = driver(&world);
    run(other.sign_in("/"));
    world.take_log();
    first.sign_out();
    assert!(matches!(other.state(), SessionState::Redirecting { .. }), "who is leaving leaves");
    other.page_restored();

    for wakes in [Driver::tick, Driver::page_restored] {
        let world = left();
        let here = driver(&world);
        run(here.handle_callback(taken(callback())));
        world.respond(USERINFO, Err(PlatformError::Unreachable));
        driver(&world).sign_out();
        wakes(&here);
        assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
        world.take_log();
        here.sign_out();
        assert!(!world.visible().contains("endsession"), "the tokens are gone");
    }

    // A page that was exchanging drops what comes. A response that comes after the sign-out is a new session: the user
    // has just signed in for it.
    let world = left();
    world.hold(TOKEN);
    let here = driver(&world);
    let mut resume = pin!(here.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    driver(&world).sign_out();
    here.tick();
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);

    let world = left();
    let of_this_tab = world.storage.borrow().clone();
    driver(&world).sign_out();
    world.storage.replace(of_this_tab);
    let later = driver(&world);
    run(later.handle_callback(taken(callback())));
    later.tick();
    assert_eq!(later.state().is_authenticated(), Some(true));
}

#[test]
fn h01_d17_a_sign_out_takes_this_tabs_waiting_sign_ins_with_it() {
    let world = left();
    driver(&world).sign_out();
    assert!(world.storage.borrow().is_empty(), "{:?}", world.storage.borrow());
    let later = driver(&world);
    run(later.handle_callback(taken(callback())));
    assert_eq!(failure(&later), "sign_in_over");
}

#[test]
fn g05_marks_of_any_kind_end_a_session_and_never_begin_one() {
    for mark in [Some("forged"), Some(""), Some("<script>"), Some("9999999999999999999999"), None] {
        let world = left();
        world.sign_out_mark.replace(Some("1".to_owned()));
        let here = driver(&world);
        run(here.handle_callback(taken(callback())));
        world.sign_out_mark.replace(mark.map(str::to_owned));
        here.tick();
        assert_eq!(
            here.state(),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)),
            "{mark:?}"
        );
        here.tick();
        let nobody = driver(&world);
        nobody.tick();
        assert_eq!(nobody.state(), SessionState::Unauthenticated(SignedOutReason::NotYet), "{mark:?}");
    }
}

#[test]
fn f08_g10_a_request_with_the_token_ends_with_its_session() {
    type End = fn(&World, &Driver<fake::Fake>);
    let ends: [(&str, End); 4] = [
        ("sign-out", |_, driver| driver.sign_out()),
        ("panic", |_, driver| driver.stop()),
        ("expiry", |world, driver| {
            world.late_ms.set(3_600_000);
            driver.tick();
        }),
        ("sign-out elsewhere", |world, driver| {
            world.sign_out_mark.replace(Some("x".to_owned()));
            driver.tick();
        }),
    ];
    for (name, end) in ends {
        let world = left();
        world.hold(USERINFO);
        let driver = driver(&world);
        let mut resume = pin!(driver.handle_callback(taken(callback())));
        assert!(!poll(&mut resume));
        assert_eq!(world.count(USERINFO), 1, "{name}");
        end(&world, &driver);
        assert!(poll(&mut resume), "{name}: the request is dropped, and not waited for");
        assert_ne!(driver.state().is_authenticated(), Some(true), "{name}");
    }
}

#[test]
fn d16_a_response_after_the_return_from_sign_out_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut resume = pin!(driver.handle_callback(taken(callback())));
    assert!(!poll(&mut resume));
    driver.returned_from_sign_out("");
    world.release(TOKEN);
    assert!(poll(&mut resume));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);
    assert!(!world.visible().contains("replace /orders"));
}

#[test]
fn d17_what_an_abandoned_sign_in_has_left_goes_when_home_is_opened() {
    let world = left();
    assert_eq!(world.storage.borrow().len(), 1);
    world.wall_seconds.set(NOW + 601);
    run(driver(&world).prepare());
    assert!(world.storage.borrow().is_empty());
}

#[test]
fn h03_only_the_state_of_the_request_confirms_the_sign_out() {
    let world = left();
    let before = driver(&world);
    run(before.handle_callback(taken(callback())));
    before.sign_out();
    let log = world.take_log();
    let state = log.last().unwrap().split("state=").nth(1).unwrap().to_owned();
    let stored = world.storage.borrow().clone();
    for (query, expected) in [
        (format!("?state={state}"), ProviderSession::Ended),
        (format!("?state={state}_INVALID"), ProviderSession::MayRemain),
        (String::new(), ProviderSession::MayRemain),
    ] {
        *world.storage.borrow_mut() = stored.clone();
        let after = driver(&world);
        after.returned_from_sign_out(&query);
        assert_eq!(after.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(expected)), "{query}");
        assert!(world.storage.borrow().is_empty());
    }
}

#[test]
fn h04_without_an_end_session_endpoint_the_sign_out_is_local_and_says_so() {
    let world = World::new();
    let metadata = include_str!("fixtures/metadata.json").replace("end_session_endpoint", "x");
    world.respond(DISCOVERY, Ok((200, metadata)));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY)));
    run(driver(&world).sign_in("/"));
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    world.take_log();
    driver.sign_out();
    assert_eq!(world.take_log(), ["take owner", "mark sign-out", "replace /signed-out"]);
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
}

#[test]
fn coming_back_from_the_cache_finds_a_working_button() {
    let world = World::new();
    let driver = driver(&world);
    run(driver.sign_in("/"));
    driver.page_restored();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::CameBack));
    world.take_log();
    run(driver.sign_in("/"));
    assert!(world.take_log().iter().any(|line| line.starts_with("navigate")));
}

#[test]
fn inline_metadata_and_keys_ask_the_network_for_nothing_but_tokens() {
    let world = World::new();
    let metadata = include_str!("fixtures/metadata.json");
    let metadata = metadata.trim_end().trim_end_matches('}').to_owned()
        + &format!(r#","jwks":{}}}"#, jwks(&[("k1", SIGNING_KEY)]));
    let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","metadata":{metadata}}}"#);
    let config: &'static _ = Box::leak(Box::new(visma_connect::Config::parse(&text, &fake::page()).unwrap()));
    let driver = || Driver::new(fake::Fake(world.clone()), config, Box::new(|| {}));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY)));
    run(driver().sign_in("/"));
    let back = driver();
    run(back.handle_callback(taken(callback())));
    assert_eq!(back.state().is_authenticated(), Some(true));
    assert_eq!((world.count(DISCOVERY), world.count(JWKS)), (0, 0));
}

#[test]
fn j01_no_secret_is_left_where_others_can_read_it() {
    let world = left();
    let driver = driver(&world);
    run(driver.handle_callback(taken(callback())));
    for canary in ["code-canary", "access-canary", "eyJ", &state()] {
        assert!(!world.visible().contains(canary), "{canary}");
        assert!(!format!("{:?}", driver.state()).contains(canary), "{canary}");
    }
    let forms = world.forms.borrow();
    assert_eq!(forms.len(), 1);
    for absent in ["client_secret", "refresh_token", "offline_access"] {
        assert!(!forms[0].contains(absent));
    }
    assert_eq!(config().scopes(), ["openid", "profile", "email"]);
}

/// PKCS#1 v1.5 signatures are deterministic, so the fixtures that the browser's tests read can be made again.
#[test]
fn the_signed_fixtures_are_what_they_say() {
    let token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY);
    assert_eq!(token, include_str!("fixtures/id-token.jwt").trim_end());
    assert_eq!(jwks(&[("k1", SIGNING_KEY)]), include_str!("fixtures/jwks.json").trim_end());
    assert_eq!(jwks(&[("k1", OTHER_KEY)]), include_str!("fixtures/other-jwks.json").trim_end());
}
