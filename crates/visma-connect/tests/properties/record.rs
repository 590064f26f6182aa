//! The stored record of a pending sign-in. Any code of this origin can change it.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;
use visma_connect::protocol::authorize;
use visma_connect::protocol::fingerprints::Fingerprints;
use visma_connect::protocol::options::SignInOptions;
use visma_connect::protocol::pending_sign_in::{PENDING_MAX_AGE_SECONDS, PendingSignIn};
use visma_connect::protocol::return_to::ReturnTo;

use super::generators::{cases, changed, each_change, edited};
use super::invariants::json::{integer, members, text};
use super::invariants::{CLIENT_ID, ISSUER, NOW, REDIRECT_URI, as_the_browser_reads, config, pending};

/// A renewal that sets every member of a record.
fn full() -> PendingSignIn {
    let options = SignInOptions {
        max_age_seconds: Some(60),
        acr_values: vec!["phr".to_owned()],
        tenant_hint: Some(COMPANY.to_owned()),
        ..SignInOptions::default()
    };
    let before = Fingerprints::of(ISSUER, "kari", None);
    pending()
        .with_options(options, config())
        .renewing(Some(before), None)
        .with_sign_out_mark(Some("1800000000000".to_owned()))
}

const COMPANY: &str = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";

fn good() -> Map<String, Value> {
    serde_json::from_str(&full().to_record()).unwrap()
}

const MEMBERS: &[&str] = &[
    "version",
    "issuer",
    "client_id",
    "redirect_uri",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "authorization_response_iss_parameter_supported",
    "prompt_values_supported",
    "state",
    "code_verifier",
    "nonce",
    "scope",
    "started_at",
    "return_to",
    "max_age",
    "acr_values",
    "is_silent",
    "user",
    "owner",
    "wanted_company",
    "signed_out",
];

fn values() -> Vec<Value> {
    let now = NOW.as_seconds();
    vec![
        json!(1),
        json!(2),
        json!(now),
        json!(now - 600),
        json!(now - 601),
        json!(now + 300),
        json!(now + 301),
        json!(i64::MIN),
        json!(ISSUER),
        json!("demo"),
        json!("//evil.example"),
        json!("/orders"),
        json!("javascript:alert(1)"),
        json!("https://evil.example/"),
        json!("http://evil.example/"),
        json!("https://a.example/?state=x"),
        json!(""),
        json!(null),
        json!(true),
        json!(false),
        json!("true"),
        json!(0),
        json!(-1),
        json!(u32::MAX),
        json!(i64::from(u32::MAX) + 1),
        json!("60"),
        json!(["phr"]),
    ]
}

/// An accepted record is for this configuration, is not too old, and contains only URLs that accepted metadata could
/// contain.
fn check(record: &[u8]) -> Result<bool, TestCaseError> {
    let Ok(record) = std::str::from_utf8(record) else { return Ok(false) };
    let Ok(pending) = PendingSignIn::from_record(record, config(), NOW) else { return Ok(false) };
    let members = members(record.as_bytes()).expect("an accepted record is a JSON object without duplicate members");
    for (name, value) in [("issuer", ISSUER), ("client_id", CLIENT_ID), ("redirect_uri", REDIRECT_URI)] {
        prop_assert_eq!(text(&members, name), Some(value));
    }
    let age = NOW.as_seconds() - integer(&members, "started_at").unwrap();
    prop_assert!((-300..=PENDING_MAX_AGE_SECONDS).contains(&age));
    for name in ["token_endpoint", "jwks_uri"] {
        let url = as_the_browser_reads(text(&members, name).unwrap()).unwrap();
        prop_assert_eq!(url.origin().ascii_serialization(), ISSUER);
    }
    if let Some(endpoint) = as_the_browser_reads(text(&members, "authorization_endpoint").unwrap()) {
        let url = Url::parse(&authorize::url(&pending, config())).unwrap();
        prop_assert_eq!((url.origin(), url.path()), (endpoint.origin(), endpoint.path()));
        prop_assert_eq!(url.query_pairs().filter(|(name, _)| name == "client_id").count(), 1);
    }
    // The ID token is checked against these values. So a member of the wrong type must not count as absent.
    let max_age = members.get("max_age").map(|_| integer(&members, "max_age").unwrap());
    prop_assert!(max_age.is_none_or(|seconds| u32::try_from(seconds).is_ok()));
    prop_assert!(text(&members, "acr_values").is_some());
    let asked = Url::parse(&authorize::url(&pending, config())).unwrap();
    let parameter =
        |name: &str| asked.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    prop_assert_eq!(parameter("max_age"), max_age.map(|seconds| seconds.to_string()));
    prop_assert_eq!(parameter("acr_values").unwrap_or_default(), text(&members, "acr_values").unwrap());
    // Only the boolean `true` makes a sign-in silent. A sign-in continues a session only if its record has both
    // fingerprints or if it is silent.
    prop_assert_eq!(pending.is_silent(), members.get("is_silent") == Some(&Value::Bool(true)));
    prop_assert_eq!(parameter("prompt"), pending.is_silent().then(|| "none".to_owned()));
    let is_renewal = text(&members, "user").is_some() && text(&members, "owner").is_some();
    prop_assert_eq!(pending.continues_session(), is_renewal || pending.is_silent());
    prop_assert_eq!(pending.signed_out(), text(&members, "signed_out"));
    // Writing and reading the record again returns the same record.
    let again = pending.to_record();
    let return_to = ReturnTo::parse(text(&members, "return_to").unwrap(), config());
    let written: Value = serde_json::from_str(&again).unwrap();
    prop_assert_eq!(written["return_to"].as_str(), Some(return_to.as_str()));
    prop_assert_eq!(PendingSignIn::from_record(&again, config(), NOW).unwrap().to_record(), again);
    Ok(true)
}

#[test]
fn the_record_that_these_properties_change_is_a_good_one() {
    assert!(check(full().to_record().as_bytes()).unwrap());
    // The properties must change every member of a record.
    assert!(good().keys().all(|name| MEMBERS.contains(&name.as_str())), "{:?}", good().keys());
    assert!(MEMBERS.iter().all(|name| good().contains_key(*name)));
}

/// Each member with each of the values: times at the limits, other addresses, other types.
#[test]
fn c06_c07_c32_each_member_of_a_record_is_checked_again() {
    let verdict = |members| check(Value::from(members).to_string().as_bytes()).unwrap();
    let verdicts: Vec<_> = each_change(&good(), MEMBERS, &values()).map(verdict).collect();
    let accepted = verdicts.iter().filter(|is_accepted| **is_accepted).count();
    assert!(accepted > 10 && verdicts.len() - accepted > 100, "{accepted} of {}", verdicts.len());
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn c06_c07_c32_a_record_that_was_changed_is_checked_again(members in changed(good(), MEMBERS, values())) {
        check(Value::from(members).to_string().as_bytes())?;
    }

    #[test]
    fn c32_a_record_that_was_edited_is_checked_again(record in edited(full().to_record())) {
        check(&record)?;
    }
}
