//! The answer of the token endpoint.

use serde_json::{Map, Value};
use visma_connect_spa::protocol::error::Error;
use visma_connect_spa::protocol::http::HttpResponse;
use visma_connect_spa::protocol::token::{DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS, UnverifiedTokens};

use super::json::{members, text};
use super::{ID_TOKEN, NOW, SCOPE, exchange, is_harmless, keys, verify};

/// Tokens come out of a 200 with one JSON object, each member once, that is no error and has a Bearer token and an
/// ID token; never out of anything else. What comes out says what went in, with bounds.
pub fn check(body: &[u8]) -> bool {
    // One other status for each input: all of them for each would take most of the time.
    let status = [201, 400, 401, 429, 500, 503][body.len() % 6];
    let refused = exchange().finish(&HttpResponse::new(status, body)).expect_err("only a 200 brings tokens");
    assert_harmless(&refused);
    match exchange().finish(&HttpResponse::new(200, body)) {
        Ok(tokens) => {
            let members = members(body).expect("one JSON object with each member once");
            assert!(!members.contains_key("error"), "an error became tokens");
            assert!(text(&members, "token_type").unwrap().eq_ignore_ascii_case("bearer"));
            let access_token = text(&members, "access_token").unwrap();
            assert!(is_b64token(access_token), "{access_token:?}");
            assert_eq!(text(&members, "id_token").unwrap().split('.').count(), 3);
            assert_eq!(format!("{tokens:?}"), "UnverifiedTokens([redacted])");
            check_to_the_end(tokens, &members);
            true
        }
        Err(error) => {
            assert_harmless(&error);
            if let Error::Provider(_) = error {
                let members = members(body).expect("an error is an object too");
                assert!(members["error"].is_string());
            }
            false
        }
    }
}

/// With the ID token that the provider signed, the rest of the answer is what the session gets.
fn check_to_the_end(tokens: UnverifiedTokens, members: &Map<String, Value>) {
    let Ok(check) = tokens.signature_to_check(keys()) else { return };
    let is_valid = verify(&check);
    assert_eq!(is_valid, text(members, "id_token") == Some(ID_TOKEN.trim_end()), "another token has this signature");
    let Ok(verified) = check.conclude(is_valid) else { return };
    let tokens = tokens.accept(verified, NOW).expect("the claims of the fixture fit");
    assert_eq!(tokens.subject(), "kari");
    assert_eq!(Some(tokens.lifetime_seconds()), lifetime(members.get("expires_in")));
    let scope = text(members, "scope").unwrap_or(SCOPE);
    assert!(tokens.granted().iter().eq(scope.split(' ').filter(|scope| !scope.is_empty())));
    assert_eq!(tokens.refresh_token_dropped(), members.contains_key("refresh_token"));
    let company = tokens.company().map(|company| company.tenant_id());
    assert!(company.is_none_or(|id| id.len() <= 100 && id.bytes().all(|b| b.is_ascii_graphic())), "{company:?}");
    let header = tokens.userinfo_request().unwrap().authorization.unwrap();
    assert_eq!(header.as_str(), format!("Bearer {}", text(members, "access_token").unwrap()));
}

fn lifetime(value: Option<&Value>) -> Option<u32> {
    let seconds = match value {
        None | Some(Value::Null) => return Some(DEFAULT_LIFETIME_SECONDS),
        Some(Value::Number(number)) => number.as_i64()?,
        // Digits beyond the range of the type are more than the most that is believed.
        Some(Value::String(digits)) => digits.parse().unwrap_or(i64::MAX),
        Some(_) => return None,
    };
    (seconds > 0).then(|| u32::try_from(seconds).unwrap_or(u32::MAX).min(MAX_LIFETIME_SECONDS))
}

/// RFC 6750 2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && token.len() <= 16_384 && body.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c))
}

fn assert_harmless(error: &Error) {
    if let Error::Provider(error) = error {
        assert!(is_harmless(error.reported(), 60), "{error:?}");
        assert!(error.description().is_none_or(|text| is_harmless(text, 300)), "{error:?}");
    }
}
