//! The response of the token endpoint.

use serde_json::{Map, Value};
use visma_connect::protocol::error::Error;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::token::{DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS};

use super::json::{members, seconds, text};
use super::{ID_TOKEN, SCOPE, exchange, is_harmless, is_one_line, sign_in};

/// Only a response with status 200 returns tokens: one JSON object without duplicate members and without an error,
/// with a Bearer token and an ID token. The session has the values of the response, within limits.
pub fn check(body: &[u8]) -> bool {
    // Tests one status other than 200 for each input, because testing all of them takes too long.
    let status = [201, 400, 401, 429, 500, 503][body.len() % 6];
    let refused = exchange().finish(&HttpResponse::new(status, body)).expect_err("only status 200 returns tokens");
    assert_harmless(&refused);
    match exchange().finish(&HttpResponse::new(200, body)) {
        Ok(tokens) => {
            let members = members(body).expect("an accepted response is a JSON object without duplicate members");
            assert!(!members.contains_key("error"), "an error response must not return tokens");
            assert!(text(&members, "token_type").unwrap().eq_ignore_ascii_case("bearer"));
            let access_token = text(&members, "access_token").unwrap();
            assert!(is_b64token(access_token), "{access_token:?}");
            assert_eq!(text(&members, "id_token").unwrap().split('.').count(), 3);
            assert_eq!(format!("{tokens:?}"), "UnverifiedTokens([redacted])");
            check_to_the_end(body, &members);
            true
        }
        Err(error) => {
            assert_harmless(&error);
            if let Error::Provider(_) = error {
                let members = members(body).expect("an error response is a JSON object too");
                assert!(members["error"].is_string());
            }
            false
        }
    }
}

/// The user is signed in exactly when the ID token is the signed one of the fixtures. The session then has the values
/// of the response.
fn check_to_the_end(body: &[u8], members: &Map<String, Value>) {
    let ended = sign_in::finish(body, false);
    let is_signed = text(members, "id_token") == Some(ID_TOKEN.trim_end());
    assert_eq!(ended.user.is_some(), is_signed, "only the signed ID token signs the user in");
    let Some(user) = ended.user else { return };
    assert_eq!(user.subject(), "kari");
    assert_eq!(ended.expires_in, lifetime(members));
    let scope = text(members, "scope").unwrap_or(SCOPE);
    assert!(user.granted().iter().eq(scope.split(' ').filter(|scope| !scope.is_empty())));
    assert!(user.granted().iter().all(|scope| is_harmless(scope, scope.len())));
    assert_eq!(user.refresh_token_dropped(), members.get("refresh_token").is_some_and(|token| !token.is_null()));
    let company = user.company().map(|company| company.tenant_id());
    assert!(company.is_none_or(|id| id.len() <= 100 && id.bytes().all(|b| b.is_ascii_graphic())), "{company:?}");
    assert_eq!(ended.spent, [format!("Bearer {}", text(members, "access_token").unwrap())]);
}

fn lifetime(members: &Map<String, Value>) -> Option<u32> {
    let seconds = match members.get("expires_in") {
        None | Some(Value::Null) => return Some(DEFAULT_LIFETIME_SECONDS),
        // A number with a fraction may be very large. serde_json writes large numbers with an exponent, and `seconds`
        // does not read them.
        Some(Value::Number(number)) => seconds(members, "expires_in").or(number.as_f64().map(|_| i64::MAX))?,
        // More digits than the type can hold count as the maximum.
        Some(Value::String(digits)) => digits.split('.').next().unwrap().parse().unwrap_or(i64::MAX),
        Some(_) => return None,
    };
    (seconds > 0).then(|| u32::try_from(seconds).unwrap_or(u32::MAX).min(MAX_LIFETIME_SECONDS))
}

/// The `b64token` of RFC 6750 2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && token.len() <= 16_384 && body.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c))
}

fn assert_harmless(error: &Error) {
    if let Error::Provider(error) = error {
        assert!(is_harmless(error.reported(), 60), "{error:?}");
        assert!(error.description().is_none_or(|text| is_one_line(text, 300)), "{error:?}");
    }
}
