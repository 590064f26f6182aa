//! The record that waits in storage, where anything on this origin can change it.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;
use visma_connect_spa::protocol::authorize::{PENDING_MAX_AGE_SECONDS, PendingSignIn};
use visma_connect_spa::protocol::return_to::ReturnTo;

use super::invariants::json::{integer, members, text};
use super::invariants::{CLIENT_ID, ISSUER, NOW, REDIRECT_URI, as_the_browser_reads, config, pending};
use super::made_up::{cases, changed, each_change, edited};

fn good() -> Map<String, Value> {
    serde_json::from_str(&pending().to_record()).unwrap()
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
    "state",
    "code_verifier",
    "nonce",
    "scope",
    "started_at",
    "return_to",
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
    ]
}

/// What is read back is for this configuration, not old, and leads nowhere that new metadata could not lead.
fn check(record: &[u8]) -> Result<bool, TestCaseError> {
    let Ok(record) = std::str::from_utf8(record) else { return Ok(false) };
    let Ok(pending) = PendingSignIn::from_record(record, config(), NOW) else { return Ok(false) };
    let members = members(record.as_bytes()).expect("one JSON object with each member once");
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
        let url = Url::parse(&pending.authorization_url(config())).unwrap();
        prop_assert_eq!((url.origin(), url.path()), (endpoint.origin(), endpoint.path()));
        prop_assert_eq!(url.query_pairs().filter(|(name, _)| name == "client_id").count(), 1);
    }
    // Written and read again it is the same record.
    let again = pending.to_record();
    let return_to = ReturnTo::parse(text(&members, "return_to").unwrap(), config());
    let written: Value = serde_json::from_str(&again).unwrap();
    prop_assert_eq!(written["return_to"].as_str(), Some(return_to.as_str()));
    prop_assert_eq!(PendingSignIn::from_record(&again, config(), NOW).unwrap().to_record(), again);
    Ok(true)
}

#[test]
fn the_record_that_these_properties_change_is_a_good_one() {
    assert!(check(pending().to_record().as_bytes()).unwrap());
}

/// Each member with each value that comes near: the limits of time, other places, other owners.
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
    fn c32_a_record_that_was_edited_is_checked_again(record in edited(pending().to_record())) {
        check(&record)?;
    }
}
