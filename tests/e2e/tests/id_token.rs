//! ID tokens that prove nothing, and some odd ones that do.

use e2e::{Asked, World};
use serde_json::{Value, json};

/// Signs in with each of these faults, one after the other. Each time the page must show the code, and UserInfo must
/// never be asked.
async fn refused(cases: &[(&str, Value, &str)]) {
    let world = World::new().await;
    world.app.open().await;
    for (index, (name, faults, code)) in cases.iter().enumerate() {
        println!("{name}");
        world.provider.lie(faults.clone()).await;
        world.press_and_come_back(Asked::at(index)).await;
        world.app.error_is(code).await;
        assert_eq!(world.app.sign_in_buttons().await, 1, "{name}");
        assert!(!world.app.shows_a_session().await, "{name}");
        assert!(world.provider.userinfo_requests().await.is_empty(), "{name}");
        assert_eq!(world.provider.token_requests().await.len(), index + 1, "{name}");
    }
}

fn claims(claims: Value) -> Value {
    json!({ "id_token": { "claims": claims } })
}

#[tokio::test]
async fn e08_e09_e10_e15_a_token_that_was_not_made_for_this_sign_in_is_refused() {
    refused(&[
        ("nonce", claims(json!({ "nonce": "{{nonce}}1" })), "id_token_nonce_mismatch"),
        ("no nonce", claims(json!({ "nonce": null })), "id_token_nonce_mismatch"),
        ("audience", claims(json!({ "aud": "{{aud}}1" })), "id_token_audience_mismatch"),
        ("one audience more", claims(json!({ "aud": ["demo-spa", "other"] })), "id_token_audience_mismatch"),
        ("issuer", claims(json!({ "iss": "{{iss}}1" })), "id_token_issuer_mismatch"),
        ("issuer with a slash", claims(json!({ "iss": "{{iss}}/" })), "id_token_issuer_mismatch"),
        ("azp", claims(json!({ "azp": "other" })), "id_token_azp_mismatch"),
    ])
    .await;
}

#[tokio::test]
async fn e12_e13_e16_a_token_without_what_it_must_have_is_refused() {
    refused(&[
        ("no sub", claims(json!({ "sub": null })), "id_token_claim_invalid"),
        ("no iat", claims(json!({ "iat": null })), "id_token_claim_invalid"),
        ("no exp", claims(json!({ "exp": null })), "id_token_claim_invalid"),
        ("exp as text", claims(json!({ "exp": "9999999999" })), "id_token_claim_invalid"),
        ("expired", claims(json!({ "exp": "{{now-600}}" })), "id_token_expired"),
        ("from the future", claims(json!({ "iat": "{{now+600}}" })), "id_token_from_the_future"),
        ("none at all", json!({ "token": { "merge": { "id_token": null } } }), "id_token_missing"),
    ])
    .await;
}

#[tokio::test]
async fn e01_e02_e04_a_token_that_the_provider_did_not_sign_is_refused() {
    let signature = |kind: &str| json!({ "id_token": { "signature": kind } });
    refused(&[
        ("a broken signature", signature("break"), "id_token_signature_invalid"),
        ("another key under our kid", signature("other_key"), "id_token_signature_invalid"),
        ("alg none", signature("none"), "id_token_algorithm_refused"),
        ("HS256 with the public key", signature("hs256"), "id_token_algorithm_refused"),
        ("ES256", signature("es256"), "id_token_algorithm_refused"),
        (
            "changed claims",
            json!({ "id_token": { "payload": "{\"sub\":\"somebody else\"}", "signature": "break" } }),
            "id_token_signature_invalid",
        ),
    ])
    .await;
}

#[tokio::test]
async fn b06_an_unknown_key_is_looked_for_once_more_and_no_more() {
    let world = World::new().await;
    world.provider.lie(json!({ "id_token": { "header": { "kid": "nobody" } } })).await;
    world.come_back_from_the_provider().await;
    world.app.error_is("id_token_key_unknown").await;
    assert_eq!(world.provider.key_requests().await.len(), 2);
    assert_eq!(world.provider.token_requests().await.len(), 1);
    assert!(world.provider.userinfo_requests().await.is_empty());
}

#[tokio::test]
async fn b06_keys_that_were_rotated_just_before_signing_are_accepted() {
    let world = World::new().await;
    let old = world.provider.keys().await;
    world.provider.forget().await;
    // The parallel request for the keys still gets the old ones.
    let faults = json!({ "id_token": { "rotate": "before_signing" }, "jwks": { "body": old, "times": 1 } });
    world.provider.lie(faults).await;
    assert_eq!(world.sign_in_as_kari().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.key_requests().await.len(), 2);
}

#[tokio::test]
async fn odd_but_correct_tokens_are_accepted() {
    let world = World::new().await;
    for (index, (name, faults)) in [
        ("the audience as a list of one", claims(json!({ "aud": ["demo-spa"] }))),
        ("azp is us", claims(json!({ "azp": "demo-spa" }))),
        ("a claim that nobody knows", claims(json!({ "weather": "fine" }))),
        ("bEARER", json!({ "token": { "merge": { "token_type": "bEARER" } } })),
        (
            "no kid anywhere, one key",
            json!({ "id_token": { "header": { "kid": null } }, "jwks": { "current": { "kid": null } } }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        println!("{name}");
        world.provider.lie(faults).await;
        world.app.open().await;
        world.press_and_come_back(Asked::at(index)).await;
        world.app.session().await.name().await;
    }
}

#[tokio::test]
async fn e21_a_clock_that_is_hours_off_is_told_from_an_attack() {
    for (hours, code) in [(3, "id_token_expired"), (-3, "id_token_from_the_future")] {
        let world = World::new().await;
        world.app.browser.set_clock_of_next_pages(hours * 3_600).await;
        world.come_back_from_the_provider().await;
        let error = world.app.error_is(code).await;
        assert!(error.text.contains("clock"), "{}", error.text);
        assert!(world.provider.userinfo_requests().await.is_empty());
    }
}
