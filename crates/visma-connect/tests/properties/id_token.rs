//! ID tokens with a valid signature and any header and claims, and texts that are no valid token.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::generators::{cases, changed, each_change, edited};
use super::invariants::json::members;
use super::invariants::jwt::{
    ACCESS_TOKEN, check, check_claims, check_claims_with_requirements, claims_fit, claims_meet_requirements,
};
use super::invariants::{CLIENT_ID, ID_TOKEN, ISSUER, NOW, SECOND_STEP, encode, nonce};

const HEADER: &str = r#"{"alg":"RS256","kid":"k1"}"#;

const CLAIMS: &[&str] =
    &["iss", "aud", "sub", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "tenant_id", "auth_time", "acr", "sid"];

fn good() -> Map<String, Value> {
    let now = NOW.as_seconds();
    let claims =
        json!({ "iss": ISSUER, "aud": CLIENT_ID, "sub": "kari", "exp": now + 300, "iat": now, "nonce": nonce() });
    claims.as_object().unwrap().clone()
}

/// Values that are almost right: right values under other names or in other types, and times at the limits.
fn near() -> Vec<Value> {
    let now = NOW.as_seconds();
    let at_hash = encode(&ring::digest::digest(&ring::digest::SHA256, ACCESS_TOKEN.as_bytes()).as_ref()[..16]);
    let texts = [
        ISSUER,
        CLIENT_ID,
        "demo1",
        "https://connect.example/",
        "kari",
        "",
        &nonce(),
        &at_hash,
        "1800000300",
        "a\u{202e}b",
    ];
    let texts = texts.into_iter().map(Value::from);
    let times = [-121, -120, -119, 0, 119, 120, 121, 300].into_iter().map(|seconds| json!(now + seconds));
    let lists = [
        json!([]),
        json!([CLIENT_ID]),
        json!([CLIENT_ID, CLIENT_ID]),
        json!([CLIENT_ID, "other"]),
        json!([[CLIENT_ID]]),
    ];
    let others = [
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.8e9),
        json!("x".repeat(256)),
        json!({ "demo": 1 }),
        json!(null),
    ];
    // serde_json writes these numbers without an exponent.
    let fractions = [1_800_000_000.5, 1_800_000_120.5, 1_800_000_121.5, 1_799_999_880.5, 0.5].map(Value::from);
    texts.chain(times).chain(lists).chain(others).chain(fractions).collect()
}

/// Asserts that the library and the independent check agree on the claims. Returns whether both accept them.
fn assert_verdict(claims: Map<String, Value>) -> bool {
    // serde_json reads -0 as a float. So the expected result is computed from the text, not from the values.
    let text = Value::from(claims).to_string();
    let fits = claims_fit(&members(text.as_bytes()).unwrap());
    assert_eq!(check_claims(HEADER, &text), fits, "{text}");
    fits
}

/// Claims that also state when and how the user signed in: `auth_time` and `acr`.
fn good_claims_with_requirements() -> Map<String, Value> {
    let mut claims = good();
    claims.insert("auth_time".to_owned(), json!(NOW.as_seconds()));
    claims.insert("acr".to_owned(), json!("phr"));
    claims
}

const ASKED_FOR: &[&str] = &["auth_time", "acr", "exp", "nonce"];

fn values_near_requirements() -> Vec<Value> {
    let now = NOW.as_seconds();
    let times = [-181, -180, -179, -60, 0, 120, 121].into_iter().map(|seconds| json!(now + seconds));
    let ways = ["phr", "PHR", " phr", "phrh", SECOND_STEP, "2", "3", "4", "03", "3 ", "-3", "4294967296", ""];
    let others = [json!(3), json!(["phr"]), json!(null), json!(i64::MIN), json!("1800000000"), json!(1.8e9)];
    times.chain(ways.map(Value::from)).chain(others).collect()
}

/// Like [`assert_verdict`], for a request with `max_age` and `acr_values`.
fn assert_requirements_verdict(claims: Map<String, Value>) -> bool {
    let text = Value::from(claims).to_string();
    let claims = members(text.as_bytes()).unwrap();
    let fits = claims_fit(&claims) && claims_meet_requirements(&claims);
    assert_eq!(check_claims_with_requirements(HEADER, &text), fits, "{text}");
    fits
}

#[test]
fn e18_auth_time_and_acr_with_values_near_the_limits() {
    assert!(assert_requirements_verdict(good_claims_with_requirements()));
    let verdicts: Vec<_> = each_change(&good_claims_with_requirements(), ASKED_FOR, &values_near_requirements())
        .map(assert_requirements_verdict)
        .collect();
    let accepted = verdicts.iter().filter(|fits| **fits).count();
    assert!(accepted > 10 && verdicts.len() - accepted > 60, "{accepted} of {}", verdicts.len());
}

#[test]
fn e08_e12_e13_e14_each_claim_with_values_near_the_limits() {
    let verdicts: Vec<_> = each_change(&good(), CLAIMS, &near()).map(assert_verdict).collect();
    let accepted = verdicts.iter().filter(|fits| **fits).count();
    assert!(accepted > 20 && verdicts.len() - accepted > 200, "{accepted} of {}", verdicts.len());
}

/// Base64url allows one spelling only: the unused bits of the last character are zero.
#[test]
fn e07_another_last_character_makes_another_token() {
    let parts: Vec<_> = ID_TOKEN.trim_end().split('.').collect();
    for (index, part) in parts.iter().enumerate() {
        for last in ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_', '=']) {
            let changed = [part.get(..part.len() - 1).unwrap(), &last.to_string()].concat();
            let mut parts = parts.clone();
            parts[index] = &changed;
            assert_eq!(check(&parts.join(".")), changed == *part, "part {index} ends with {last}");
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// Changed claims are accepted exactly when the user, client, provider, sign-in and times in them are right.
    #[test]
    fn e08_e09_e10_e11_e12_e13_e14_e15_e16_e17_claims_pass_only_if_each_is_right(
        claims in changed(good(), CLAIMS, near()),
    ) {
        assert_verdict(claims);
    }

    /// If the request has `max_age` and `acr_values`, the claims `auth_time` and `acr` must fulfil them.
    #[test]
    fn e18_max_age_and_acr_values_must_be_confirmed(
        claims in changed(good_claims_with_requirements(), ASKED_FOR, values_near_requirements()),
    ) {
        assert_requirements_verdict(claims);
    }

    #[test]
    fn e01_e03_e06_headers_are_accepted_only_for_rs256_without_extensions(
        header in changed(
            json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" }).as_object().unwrap().clone(),
            &["alg", "kid", "typ", "crit", "b64", "zip", "enc", "jwk", "jku", "x5c"],
            vec![json!("none"), json!("HS256"), json!("rs256"), json!("k1"), json!("k2"), json!("at+jwt"), json!("jwt"), json!(["exp"])],
        ),
    ) {
        let header = Value::from(header).to_string();
        prop_assert!(!check_claims(&header, "{}"), "an empty set of claims must be refused");
        check_claims(&header, &Value::from(good()).to_string());
    }

    #[test]
    fn e04_e07_only_the_signed_token_is_accepted(
        edited in edited(ID_TOKEN.trim_end().to_owned()),
        parts in proptest::collection::vec(select(&["e30", "eyJhbGciOiJSUzI1NiJ9", "", "c2ln", "=", "c2lo"][..]), 0..6),
    ) {
        // `check` accepts only exactly the signed token.
        check(&String::from_utf8_lossy(&edited));
        prop_assert!(!check(&parts.join(".")));
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn e07_any_text_as_a_token_satisfies_the_invariants(text in any::<String>(), claims in any::<String>()) {
        prop_assert!(!check(&text));
        prop_assert!(!check_claims(HEADER, &claims));
    }
}
