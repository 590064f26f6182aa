//! The token request and its response (RFC 6749 4.1.3, 4.1.4 and 5; OpenID Connect Core 3.1.3).
//!
//! The app is a public client: it sends no secret and no `Authorization` header. A browser must not keep a refresh
//! token. If the provider sends one, it is dropped here and never stored in a struct.

use std::fmt;

use super::error::{Error, Misbehaviour, ProviderError};
use super::form;
use super::http::{HttpRequest, HttpResponse};
use super::json::{Json, Object};
use super::jwt::Jwt;
use super::metadata::Metadata;
use super::pending_sign_in::PendingSignIn;
use super::scope::is_scope;
use super::secret::{AccessToken, AuthorizationCode, IdTokenHint};

/// The lifetime of a token without `expires_in`, in seconds.
pub const DEFAULT_LIFETIME_SECONDS: u32 = 300;

/// The longest lifetime that is used, in seconds. Longer ones are shortened to it. Visma Connect sends 3 600.
pub const MAX_LIFETIME_SECONDS: u32 = 86_400;

/// An accepted callback. Its code can be exchanged for tokens once.
pub struct CodeExchange {
    pending: Box<PendingSignIn>,
    code: AuthorizationCode,
}

/// Received tokens that are not verified: the ID token's signature and claims must still be checked.
pub struct UnverifiedTokens {
    pub(super) pending: Box<PendingSignIn>,
    pub(super) access_token: AccessToken,
    pub(super) lifetime_seconds: u32,
    pub(super) granted: Vec<String>,
    pub(super) id_token: Jwt,
    pub(super) id_token_hint: IdTokenHint,
    pub(super) refresh_token_dropped: bool,
}

impl CodeExchange {
    pub(super) fn new(pending: PendingSignIn, code: AuthorizationCode) -> Self {
        Self { pending: Box::new(pending), code }
    }

    /// The token request. Send it once: if a code is used twice, the provider may revoke its tokens (RFC 6749 4.1.2).
    pub fn request(&self) -> HttpRequest {
        // The buffer is large, because growing it would leave copies of code and verifier in memory.
        let mut form = String::with_capacity(1_000 + 3 * self.code.expose().len());
        for (name, value) in [
            ("grant_type", "authorization_code"),
            ("redirect_uri", self.pending.redirect_uri.as_str()),
            ("code", self.code.expose()),
            ("client_id", &self.pending.client_id),
            ("code_verifier", self.pending.verifier.expose()),
        ] {
            form::append(&mut form, name, value);
        }
        HttpRequest::post_form(self.pending.metadata.token_endpoint.as_str(), form)
    }

    /// A name for this exchange: a hash that does not reveal the `state`. The first tab that claims the name may redeem
    /// the code.
    pub fn claim_name(&self) -> String {
        self.pending.channel()
    }

    /// The metadata of the provider.
    pub fn metadata(&self) -> &Metadata {
        &self.pending.metadata
    }

    /// The request for the provider's keys. It can be sent in parallel with the token request.
    pub fn keys_request(&self) -> HttpRequest {
        HttpRequest::get(self.pending.metadata.jwks_uri.as_str())
    }

    /// Reads the response to [`request`](Self::request).
    ///
    /// # Errors
    /// - `Provider`: the response is an OAuth error with any status, or the status is 429 or 500 to 599.
    /// - `TokenResponseUnreadable`: a status other than 200, or the body is not a JSON object.
    /// - `TokenResponseInvalid`, `TokenTypeUnsupported`: a member is missing or wrong.
    /// - `IdTokenMissing`, `IdTokenMalformed`: the ID token is missing or is not a JWT.
    pub fn finish(self, response: &HttpResponse) -> Result<UnverifiedTokens, Error> {
        let object = Object::parse(&response.body);
        // A response with an `error` is an error with any status, also with 200 (CVE-2021-41580).
        if let Ok(object) = &object
            && let Some(code) = object.get("error")
        {
            let Json::Text(code) = code else {
                return Err(Misbehaviour::TokenResponseInvalid("error").into());
            };
            let description = object.text("error_description").unwrap_or_default();
            return Err(ProviderError::new(code, description).into());
        }
        if response.status == 429 || response.status >= 500 {
            return Err(ProviderError::unavailable().into());
        }
        if response.status != 200 {
            return Err(Misbehaviour::TokenResponseUnreadable.into());
        }
        let object = object.map_err(|_| Misbehaviour::TokenResponseUnreadable)?;
        Ok(self.read(object)?)
    }

    fn read(self, mut object: Object) -> Result<UnverifiedTokens, Misbehaviour> {
        let refresh_token_dropped = object.take("refresh_token").is_some();
        let access_token = match object.take("access_token") {
            Some(Json::Text(token)) => AccessToken::from_response(token),
            _ => None,
        };
        let access_token = access_token.ok_or(Misbehaviour::TokenResponseInvalid("access_token"))?;
        match object.text("token_type") {
            Ok(Some(kind)) if kind.eq_ignore_ascii_case("Bearer") => {}
            _ => return Err(Misbehaviour::TokenTypeUnsupported),
        }
        let lifetime_seconds =
            lifetime(object.get("expires_in")).ok_or(Misbehaviour::TokenResponseInvalid("expires_in"))?;
        // If `scope` is absent, the requested scopes were granted (RFC 6749 5.1).
        let granted = object.text("scope").map_err(|_| Misbehaviour::TokenResponseInvalid("scope"))?;
        let granted = granted.unwrap_or(&self.pending.scope).split(' ').filter(|scope| !scope.is_empty());
        let granted: Vec<String> = granted.map(str::to_owned).collect();
        if !granted.iter().all(|scope| is_scope(scope)) {
            return Err(Misbehaviour::TokenResponseInvalid("scope"));
        }
        let id_token_hint = match object.take("id_token") {
            Some(Json::Text(token)) => IdTokenHint::new(token),
            Some(_) => return Err(Misbehaviour::TokenResponseInvalid("id_token")),
            None => return Err(Misbehaviour::IdTokenMissing),
        };
        Ok(UnverifiedTokens {
            access_token,
            lifetime_seconds,
            granted,
            id_token: Jwt::parse(id_token_hint.expose())?,
            id_token_hint,
            refresh_token_dropped,
            pending: self.pending,
        })
    }
}

/// The lifetime in whole seconds, at least 1. A fraction is dropped. A string of digits is accepted, because some
/// providers send one.
fn lifetime(value: Option<&Json>) -> Option<u32> {
    let seconds = match value {
        None => return Some(DEFAULT_LIFETIME_SECONDS),
        Some(Json::Integer(seconds) | Json::Fraction(seconds)) => *seconds,
        Some(Json::Text(text)) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if !is_number(whole) || !is_number(fraction) {
                return None;
            }
            whole.parse().unwrap_or(i64::MAX)
        }
        Some(_) => return None,
    };
    let seconds = u32::try_from(seconds.min(i64::from(MAX_LIFETIME_SECONDS))).ok()?;
    (seconds > 0).then_some(seconds)
}

impl fmt::Debug for CodeExchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeExchange([redacted])")
    }
}

impl fmt::Debug for UnverifiedTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UnverifiedTokens([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::super::pending_sign_in::testing::pending;
    use super::*;

    const ID_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

    fn exchange() -> CodeExchange {
        CodeExchange::new(pending(), AuthorizationCode::from_callback("the code/+".to_owned()).unwrap())
    }

    fn finish(status: u16, body: &str) -> Result<UnverifiedTokens, Error> {
        exchange().finish(&HttpResponse::new(status, body))
    }

    fn with(members: &str) -> String {
        format!(r#"{{"id_token":"{ID_TOKEN}","token_type":"Bearer","access_token":"at"{members}}}"#)
    }

    fn code(status: u16, body: &str) -> String {
        finish(status, body).map_or_else(|error| error.code().to_owned(), |_| "accepted".to_owned())
    }

    #[test]
    fn d01_the_token_request_is_exactly_this() {
        let request = exchange().request();
        assert_eq!(request.url, "https://connect.example/connect/token");
        assert!(request.authorization.is_none());
        assert_eq!(
            request.body.unwrap().as_str(),
            "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code=the+code%2F%2B\
             &client_id=demo&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
    }

    fn verdicts(cases: &[(u16, &str, &str)]) {
        assert_eq!(code(200, &with("")), "accepted", "the unchanged response");
        for (status, body, expected) in cases {
            assert_eq!(code(*status, body), *expected, "{status} {body:.120}");
        }
    }

    #[test]
    fn d05_what_is_not_a_json_object_is_refused() {
        verdicts(&[
            (200, "<!doctype html><title>Sign in to the hotel</title>", "token_response_unreadable"),
            (200, "", "token_response_unreadable"),
            (200, "[]", "token_response_unreadable"),
            (200, "null", "token_response_unreadable"),
            (200, &format!("{} x", with("")), "token_response_unreadable"),
            (200, &with("").replace('}', ""), "token_response_unreadable"),
        ]);
        assert_eq!(
            exchange().finish(&HttpResponse::new(200, vec![0xff, 0xfe])).unwrap_err().code(),
            "token_response_unreadable"
        );
    }

    #[test]
    fn d06_d07_an_error_object_is_an_error_under_any_status() {
        let good = with("");
        verdicts(&[
            (200, r#"{"error":"invalid_grant"}"#, "invalid_grant"),
            (200, &with(r#","error":"invalid_grant""#), "invalid_grant"),
            (400, r#"{"error":"invalid_grant","error_description":"<b>"}"#, "invalid_grant"),
            (401, r#"{"error":"invalid_client"}"#, "invalid_client"),
            (400, r#"{"error":"invalid_tenant"}"#, "invalid_tenant"),
            (400, r#"{"error":{}}"#, "token_response_invalid"),
            (400, r#"{"error":null}"#, "token_response_unreadable"),
            (200, &with(r#","error":null,"error_description":null,"scope":null"#), "accepted"),
            (400, &good, "token_response_unreadable"),
            (404, "Not found", "token_response_unreadable"),
            (201, &good, "token_response_unreadable"),
            (200, &good.replace("access_token", "x"), "token_response_invalid"),
        ]);
        let refused = finish(400, r#"{"error":"invalid_grant","error_description":"<b>\u202e\"no\""}"#).unwrap_err();
        let Error::Provider(refused) = refused else { panic!("{refused:?}") };
        assert_eq!(refused.description(), Some("<b>\"no\""), "text without characters that change its direction");
    }

    #[test]
    fn d04_a_server_error_without_a_code_is_provider_unavailable() {
        let good = with("");
        verdicts(&[
            (429, "slow down", "provider_unavailable"),
            (502, "<html>", "provider_unavailable"),
            (503, &good, "provider_unavailable"),
        ]);
    }

    #[test]
    fn d09_the_token_type_is_bearer_in_any_case() {
        let good = with("");
        verdicts(&[
            (200, &good.replace("Bearer", "bEARER"), "accepted"),
            (200, &good.replace("Bearer", "DPoP"), "token_type_unsupported"),
            (200, &good.replace("Bearer", "mac"), "token_type_unsupported"),
            (200, &good.replace("\"Bearer\"", "7"), "token_type_unsupported"),
            (200, &good.replace("token_type", "x"), "token_type_unsupported"),
        ]);
    }

    #[test]
    fn d10_an_access_token_that_no_header_can_carry_is_refused() {
        let good = with("");
        verdicts(&[
            (200, &good.replace("\"at\"", "\"\""), "token_response_invalid"),
            (200, &good.replace("\"at\"", "7"), "token_response_invalid"),
            (200, &good.replace("\"at\"", "\"a b\""), "token_response_invalid"),
            (200, &good.replace("\"at\"", r#""a\r\nX: y""#), "token_response_invalid"),
            (200, &good.replace("\"at\"", &format!("\"{}\"", "a".repeat(100_000))), "token_response_invalid"),
        ]);
    }

    #[test]
    fn d14_without_an_id_token_nothing_is_accepted() {
        let good = with("");
        verdicts(&[
            (200, &good.replace("id_token", "x"), "id_token_missing"),
            (200, &good.replace(&format!("\"{ID_TOKEN}\""), "7"), "token_response_invalid"),
            (200, &good.replace(&format!("\"{ID_TOKEN}\""), "null"), "id_token_missing"),
            (200, &good.replace(ID_TOKEN, "a.b"), "id_token_malformed"),
        ]);
    }

    #[test]
    fn d15_a_repeated_member_is_refused() {
        verdicts(&[
            (200, &with(r#","access_token":"other""#), "token_response_unreadable"),
            (200, &with(r#","access\u005ftoken":"other""#), "token_response_unreadable"),
            (200, &with(r#","x":{"a":1,"a":2}"#), "token_response_unreadable"),
        ]);
    }

    #[test]
    fn d11_every_odd_lifetime_is_bounded_or_refused() {
        for (value, expected) in [
            ("", Some(DEFAULT_LIFETIME_SECONDS)),
            (r#","expires_in":null"#, Some(DEFAULT_LIFETIME_SECONDS)),
            (r#","expires_in":1"#, Some(1)),
            (r#","expires_in":3600"#, Some(3600)),
            (r#","expires_in":"3600""#, Some(3600)),
            (r#","expires_in":1000000000000000000"#, Some(MAX_LIFETIME_SECONDS)),
            (r#","expires_in":"99999999999999999999999""#, Some(MAX_LIFETIME_SECONDS)),
            (r#","expires_in":0"#, None),
            (r#","expires_in":-1"#, None),
            (r#","expires_in":3600.5"#, Some(3600)),
            (r#","expires_in":"3600.0""#, Some(3600)),
            (r#","expires_in":0.5"#, None),
            (r#","expires_in":"0.5""#, None),
            (r#","expires_in":".5""#, None),
            (r#","expires_in":"5.""#, None),
            (r#","expires_in":"5.5.5""#, None),
            (r#","expires_in":3.6e3"#, None),
            (r#","expires_in":1e309"#, None),
            (r#","expires_in":18446744073709551615"#, None),
            (r#","expires_in":"-1""#, None),
            (r#","expires_in":"""#, None),
            (r#","expires_in":true"#, None),
            (r#","expires_in":[3600]"#, None),
        ] {
            let tokens = finish(200, &with(value)).ok();
            assert_eq!(tokens.map(|tokens| tokens.lifetime_seconds), expected, "{value}");
        }
    }

    #[test]
    fn d12_a_refresh_token_is_dropped_and_reported() {
        let tokens = finish(200, &with(r#","refresh_token":"canary""#)).unwrap();
        assert!(tokens.refresh_token_dropped);
        assert!(!format!("{tokens:?}{:?}", exchange()).contains("canary"));
        assert!(!finish(200, &with("")).unwrap().refresh_token_dropped);
    }

    #[test]
    fn d13_an_absent_scope_means_the_requested_scopes() {
        assert_eq!(finish(200, &with("")).unwrap().granted, ["openid", "profile", "email"]);
        assert_eq!(finish(200, &with(r#","scope":"openid  email""#)).unwrap().granted, ["openid", "email"]);
        assert_eq!(finish(200, &with(r#","scope":"openid more""#)).unwrap().granted, ["openid", "more"]);
        assert_eq!(code(200, &with(r#","scope":7"#)), "token_response_invalid");
        for odd in ["openid \u{202e}x", "openid Call\u{a0}555"] {
            assert_eq!(code(200, &with(&format!(r#","scope":"{odd}""#))), "token_response_invalid", "{odd}");
        }
        // The number of scopes is not limited: the size of the response is limited, and a client may have many.
        assert_eq!(finish(200, &with(&format!(r#","scope":"{}""#, "x ".repeat(500)))).unwrap().granted.len(), 500);
    }

    #[test]
    fn d12_a_refresh_token_of_null_is_none() {
        for (value, is_one) in [("null", false), ("\"r\"", true), ("7", true), ("{}", true)] {
            let tokens = finish(200, &with(&format!(r#","refresh_token":{value}"#))).unwrap();
            assert_eq!(tokens.refresh_token_dropped, is_one, "{value}");
        }
    }
}
