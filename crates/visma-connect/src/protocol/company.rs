//! Which company a token is for. At Visma one token is for one company ("tenant"), chosen while signing in.

use super::base64url;
use super::json::Object;
use super::secret::AccessToken;

/// Characters of the longest identifier that is shown.
const MAX_CHARS: usize = 100;

/// The claim.
const TENANT_ID: &str = "tenant_id";

/// The company of a session.
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

    /// Whether the ID token or UserInfo says so. Otherwise it is read out of the access token, whose signature is not
    /// has checked here.
    pub fn is_verified(&self) -> bool {
        self.is_verified
    }

    /// From the verified ID token, or else from the access token, which is decoded to show the company and to notice
    /// a change of it: nothing is granted by it, and an opaque one is fine. An ID token that names several companies,
    /// or none that can be one, leaves the company unknown, whatever the access token says.
    pub(crate) fn of(id_token_claims: &Object, access_token: &AccessToken) -> Option<Self> {
        if id_token_claims.get(TENANT_ID).is_some_and(|stated| !stated.is_text("")) {
            return Self::verified(id_token_claims);
        }
        let payload = access_token.expose().split('.').nth(1)?;
        Self::read(&Object::parse(&base64url::decode(payload)?).ok()?, false)
    }

    /// From the claims of the ID token or of UserInfo: one text, or nothing. Duende merges claims of one name into an
    /// array, and then no company is known.
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
    fn the_id_token_comes_before_the_access_token() {
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
    fn e12_what_cannot_be_one_company_is_none_and_the_access_token_is_not_asked() {
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
