//! The provider's responses, complete and damaged: token response, JWKS, metadata, profile.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::userinfo::{Profile, read_profile};

use super::generators::{cases, changed, edited};
use super::invariants::json::{members, text};
use super::invariants::{self, ID_TOKEN, JWKS, METADATA, encode};

fn token_response() -> Map<String, Value> {
    let response = json!({
        "access_token": "eyJh.b-c_d~e+f/g==", "token_type": "Bearer", "expires_in": 3600, "scope": "openid profile",
        "id_token": ID_TOKEN.trim_end(),
    });
    response.as_object().unwrap().clone()
}

const TOKEN_MEMBERS: &[&str] =
    &["access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token", "error", "error_description"];

fn token_values() -> Vec<Value> {
    let with_company = format!("h.{}.s", encode(r#"{"tenant_id":"a\u202eb"}"#));
    vec![
        json!("a"),
        json!(""),
        json!("bEARER"),
        json!("mac"),
        json!("invalid_grant"),
        json!("a b\r\nX: y"),
        json!("=="),
        json!(with_company),
        json!("  openid  "),
        json!(0),
        json!(1),
        json!(86_400),
        json!(86_401),
        json!(1e300),
        json!(3600.5),
        json!(0.5),
        json!("3600.5"),
        json!(".5"),
        json!("3600"),
        json!("00000000000000000000000"),
        json!("99999999999999999999"),
        json!("+1"),
        json!("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"),
        json!(true),
    ]
}

fn key() -> impl Strategy<Value = Value> {
    let rsa = |bytes: usize, first: u8| {
        let mut modulus = vec![0xab; bytes];
        modulus[0] = first;
        json!(encode(modulus))
    };
    let good = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1", "n": rsa(256, 0x80), "e": "AQAB" });
    let names = &["kty", "use", "alg", "kid", "n", "e", "key_ops", "d", "k", "x5c"];
    let values = vec![
        json!("RSA"),
        json!("oct"),
        json!("enc"),
        json!("RS512"),
        json!("k2"),
        json!(""),
        json!("AQ"),
        json!("AAE"),
        json!("AAEAAQ"),
        json!("Aw"),
        json!("AQAC"),
        json!(["verify"]),
        json!(["sign"]),
        rsa(256, 0x7f),
        rsa(257, 0),
        rsa(300, 0),
        rsa(1_024, 0xff),
        rsa(1_025, 1),
        rsa(256, 0x80),
    ];
    changed(good.as_object().unwrap().clone(), names, values).prop_map(Value::from)
}

fn metadata() -> impl Strategy<Value = Map<String, Value>> {
    let names = &[
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "end_session_endpoint",
        "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported",
    ];
    let urls = [
        "https://connect.example",
        "https://connect.example/",
        "https://connect.example/a?",
        "https://a.example/?x=?",
        "https://a.example/?x&",
        "https://a.example/?state=1",
        "https://a.example/?x=1&%63lient_id=y",
        "https://a.example?x",
        "http://a.example/",
        "http://127.0.0.1:9400/a",
        "http://[::1]/",
        "https://xn--a.example/",
        "https://a.example/?%zz",
        "javascript:alert(1)",
        "https://u@a.example/",
        "https://a.example/a//b;c?d:e@f/g?h",
    ];
    let values = urls.into_iter().map(Value::from).chain([json!(["S256"]), json!(["plain"]), json!([7])]).collect();
    changed(serde_json::from_str(METADATA).unwrap(), names, values)
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn d05_d06_d11_d15_only_a_valid_token_response_is_accepted(
        members in changed(token_response(), TOKEN_MEMBERS, token_values()),
    ) {
        invariants::token_response::check(Value::from(members).to_string().as_bytes());
    }

    #[test]
    fn d05_an_edited_token_response_satisfies_the_invariants(
        body in edited(Value::from(token_response()).to_string()),
    ) {
        invariants::token_response::check(&body);
    }

    #[test]
    fn b05_a_signature_is_checked_with_the_one_key_that_fits(keys in vec(key(), 0..4)) {
        invariants::jwks::check(json!({ "keys": keys }).to_string().as_bytes());
    }

    #[test]
    fn b05_an_edited_key_set_satisfies_the_invariants(body in edited(JWKS.to_owned())) {
        invariants::jwks::check(&body);
    }

    #[test]
    fn a09_b02_the_request_goes_to_the_endpoint_with_each_parameter_once(members in metadata()) {
        invariants::metadata::check(Value::from(members).to_string().as_bytes());
    }

    #[test]
    fn b03_edited_metadata_satisfies_the_invariants(body in edited(METADATA.to_owned())) {
        invariants::metadata::check(&body);
    }

    #[test]
    fn b03_any_response_body_satisfies_the_invariants(body in vec(any::<u8>(), 0..40)) {
        invariants::token_response::check(&body);
        invariants::jwks::check(&body);
        invariants::metadata::check(&body);
        prop_assert!(read_profile(&HttpResponse::new(200, body), "kari").is_err());
    }

    #[test]
    fn f01_e20_a_profile_is_of_this_user_and_one_line_of_text(
        body in changed(
            json!({ "sub": "kari", "name": "Kari", "email": "kari@example.no" }).as_object().unwrap().clone(),
            &["sub", "name", "email", "tenant_id"],
            vec![
                json!("kari"),
                json!("KARI"),
                json!("a\u{202e}b\n\u{0}"),
                json!("\u{2067}"),
                json!("x".repeat(300)),
                json!(["kari", "a"]),
                json!(null),
            ],
        ),
        status in select(&[200, 200, 201, 401, 503][..]),
    ) {
        let profile = read_profile(&HttpResponse::new(status, Value::from(body.clone()).to_string()), "kari");
        let is_tenant = |id: &&str| !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_graphic());
        prop_assert_eq!(profile.is_ok(), status == 200 && text(&body, "sub") == Some("kari"));
        if let Ok(Profile { company, .. }) = &profile {
            let stated = text(&body, "tenant_id").filter(is_tenant);
            prop_assert_eq!(company.as_ref().map(|company| company.tenant_id()), stated);
        }
        for text in profile.iter().flat_map(|profile| [&profile.name, &profile.email]).flatten() {
            prop_assert!(text.chars().count() <= 200 && !text.trim().is_empty());
            let turns = |c: char| "\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".contains(c);
            prop_assert!(!text.chars().any(|c| c.is_control() || turns(c)), "{text:?}");
        }
    }

    #[test]
    fn f02_an_edited_profile_satisfies_the_invariants(
        body in edited(r#"{"sub":"kari","name":"Kari \u00e9"}"#.to_owned()),
    ) {
        if read_profile(&HttpResponse::new(200, body.clone()), "kari").is_ok() {
            let members = members(&body).expect("an accepted profile is a JSON object without duplicate members");
            prop_assert_eq!(text(&members, "sub"), Some("kari"));
        }
    }
}
