//! The company that a token is for. At Visma a token is for one company ("tenant"), which the user chooses while
//! signing in.

use super::base64url;
use super::json::Object;
use super::secret::AccessToken;

/// The longest identifier that is accepted, in bytes.
const MAX_CHARS: usize = 100;

/// The name of the claim.
const TENANT_ID: &str = "tenant_id";

/// The company that the access token of a session is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    tenant_id: String,
    is_verified: bool,
}

impl Company {
    /// The identifier in the claim `tenant_id`, a GUID at Visma.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// Whether the ID token or UserInfo states the company. Otherwise it was read from the access token, whose
    /// signature is not checked here.
    pub fn is_verified(&self) -> bool {
        self.is_verified
    }

    /// Reads the company from the verified ID token. If `tenant_id` of the ID token is absent or empty, reads it from
    /// the access token.
    ///
    /// The access token is decoded only to show the company and to notice when it changes. No right depends on the
    /// result. The access token may be opaque: then the company is unknown. If the ID token has a `tenant_id` that is
    /// not valid, the company is unknown, even if the access token has a valid `tenant_id`.
    pub(crate) fn of(id_token_claims: &Object, access_token: &AccessToken) -> Option<Self> {
        if id_token_claims.get(TENANT_ID).is_some_and(|stated| !stated.is_text("")) {
            return Self::verified(id_token_claims);
        }
        let payload = access_token.expose().split('.').nth(1)?;
        Self::read(&Object::parse(&base64url::decode(payload)?).ok()?, false)
    }

    /// Reads the company from the claims of the ID token or of UserInfo. Returns `None` unless `tenant_id` is one
    /// string of 1 to 100 printable ASCII characters without spaces. Duende IdentityServer merges claims with the
    /// same name into an array: then the company is unknown.
    pub(crate) fn verified(claims: &Object) -> Option<Self> {
        Self::read(claims, true)
    }

    fn read(claims: &Object, is_verified: bool) -> Option<Self> {
        let tenant_id = claims.text(TENANT_ID).ok()??;
        let is_plain = tenant_id.bytes().all(|b| b.is_ascii_graphic());
        (is_plain && !tenant_id.is_empty() && tenant_id.len() <= MAX_CHARS)
            .then(|| Self { tenant_id: tenant_id.to_owned(), is_verified })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(id_token: &str, access_token: &str) -> Option<Company> {
        Company::of(&Object::parse(id_token.as_bytes()).unwrap(), &AccessToken::new(access_token.to_owned()))
    }

    fn company(id_token: &str, access_token: &str) -> Option<String> {
        read(id_token, access_token).map(|company| company.tenant_id)
    }

    #[test]
    fn the_id_token_has_precedence_over_the_access_token() {
        let access_token = format!("h.{}.s", base64url::encode(br#"{"tenant_id":"from-access-token"}"#));
        assert_eq!(company(r#"{"tenant_id":"from-id-token"}"#, &access_token).unwrap(), "from-id-token");
        assert_eq!(company("{}", &access_token).unwrap(), "from-access-token");
        let is_verified = |id_token| read(id_token, &access_token).unwrap().is_verified();
        assert!(is_verified(r#"{"tenant_id":"from-id-token"}"#) && !is_verified("{}"));
    }

    #[test]
    fn an_opaque_or_odd_token_states_no_company() {
        let with =
            |company: &str| format!("h.{}.s", base64url::encode(format!("{{\"tenant_id\":{company}}}").as_bytes()));
        for token in ["opaque", "a.b.c", "a..c", &with("7"), &with("[\"a\",\"b\"]"), &with("null"), &with("\"\"")] {
            assert_eq!(company("{}", token), None, "{token}");
        }
    }

    #[test]
    fn e12_an_invalid_tenant_id_makes_the_company_unknown() {
        let access_token = format!("h.{}.s", base64url::encode(br#"{"tenant_id":"a"}"#));
        for odd in ["7", "[\"a\",\"b\"]", "[\"a\"]", "[]", "{}", "\"\\u202eevil\"", "\"a b\""] {
            assert_eq!(read(&format!(r#"{{"tenant_id":{odd}}}"#), &access_token), None, "{odd}");
        }
        for absent in ["null", "\"\""] {
            let company = read(&format!(r#"{{"tenant_id":{absent}}}"#), &access_token).unwrap();
            assert!(!company.is_verified(), "{absent}");
        }
    }
}
