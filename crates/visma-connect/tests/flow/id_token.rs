//! ID tokens with real signatures, which the fake browser verifies: an invalid ID token is never used.

use visma_connect::explain;
use visma_connect::session::state::{SessionState, SignedOutReason};

use super::fake::{
    self, JWKS, NOW, OTHER_KEY, SIGNING_KEY, TOKEN, USERINFO, claims, config, id_token, jwks, left, token_response,
};
use super::setup::{callback_page, failure};

#[test]
fn e01_e04_e07_e08_e09_e12_e15_a_bad_id_token_never_leads_to_userinfo() {
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
        let driver = callback_page(&world);
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
        // Replace one letter in the middle of each part.
        let middle = parts[part].len() / 2;
        let letter = if parts[part].as_bytes()[middle] == b'A' { "B" } else { "A" };
        parts[part].replace_range(middle..=middle, letter);
        let world = left();
        world.respond(TOKEN, token_response(&parts.join(".")));
        let driver = callback_page(&world);
        assert!(failure(&driver).starts_with("id_token_"), "part {part}");
    }
}

/// CVE-2015-9235 and similar attacks: a client that reads the algorithm from the token may use a public key as the key
/// of a MAC.
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
            let driver = callback_page(&world);
            let code = if alg == "HS256" { "id_token_algorithm_refused" } else { "id_token_signature_invalid" };
            assert_eq!(failure(&driver), code);
        }
    }
}

/// CVE-2018-0114: an attacker puts their own key into the token's header.
#[test]
fn e05_a_key_in_the_header_of_the_token_is_not_used() {
    let keys = jwks(&[("k1", OTHER_KEY)]);
    let jwk = keys.trim_start_matches("{\"keys\":[").trim_end_matches("]}");
    for header in [
        format!(r#"{{"alg":"RS256","kid":"k1","jwk":{jwk}}}"#),
        r#"{"alg":"RS256","kid":"k1","jku":"https://evil.example/keys","x5u":"https://evil.example/cert"}"#.to_owned(),
    ] {
        let world = left();
        world.respond(TOKEN, token_response(&id_token(&header, &claims(), OTHER_KEY)));
        let driver = callback_page(&world);
        assert_eq!(failure(&driver), "id_token_signature_invalid");
        assert_eq!(world.count(JWKS), 1);
        assert!(!world.visible().contains("evil"), "{}", world.visible());
    }
}

#[test]
fn e21_a_wrong_clock_is_reported_and_nothing_is_retried() {
    for (issued_hours_ago, code) in [(3, "id_token_expired"), (-3, "id_token_from_the_future")] {
        let issued_at = NOW - issued_hours_ago * 3_600;
        let claims = claims().replace(&format!("{}", NOW + 300), &format!("{}", issued_at + 300));
        let claims = claims.replace(&format!("\"iat\":{NOW}"), &format!("\"iat\":{issued_at}"));
        let world = left();
        world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
        let driver = callback_page(&world);
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
    let driver_after_rotation = callback_page(&world);
    assert_eq!(driver_after_rotation.state().is_authenticated(), Some(true));
    assert_eq!(world.count(JWKS), 2);

    let world = left();
    world.respond(JWKS, Ok((200, jwks(&[("old", OTHER_KEY)]))));
    let driver = callback_page(&world);
    assert_eq!(failure(&driver), "id_token_key_unknown");
    assert_eq!(world.count(JWKS), 2);
}

/// PKCS#1 v1.5 signatures are deterministic, so this test can recreate the fixtures that the browser tests use.
#[test]
fn the_signed_fixtures_can_be_recreated() {
    let token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY);
    assert_eq!(token, include_str!("../fixtures/id-token.jwt").trim_end());
    assert_eq!(jwks(&[("k1", SIGNING_KEY)]), include_str!("../fixtures/jwks.json").trim_end());
    assert_eq!(jwks(&[("k1", OTHER_KEY)]), include_str!("../fixtures/other-jwks.json").trim_end());
}
