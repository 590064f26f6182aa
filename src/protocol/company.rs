//! Which company a token is for. At Visma one token is for one company ("tenant"), chosen while signing in.

use super::base64url;
use super::json::Object;
use super::secret::AccessToken;

/// Characters of the longest identifier that is shown.
const MAX_CHARS: usize = 100;

/// The company of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    tenant_id: String,
}

impl Company {
    /// The identifier in the claim `tenant_id`, a GUID at Visma.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// From the verified ID token, or else from the access token, which is decoded to show this and nothing more:
    /// nobody has checked its signature here, and an opaque one is fine.
    pub(crate) fn of(id_token_claims: &Object, access_token: &AccessToken) -> Option<Self> {
        Self::from_claims(id_token_claims).or_else(|| {
            let payload = access_token.expose().split('.').nth(1)?;
            Self::from_claims(&Object::parse(&base64url::decode(payload)?).ok()?)
        })
    }

    fn from_claims(claims: &Object) -> Option<Self> {
        let tenant_id = claims.text("tenant_id").ok()??;
        let is_plain = tenant_id.bytes().all(|b| b.is_ascii_graphic());
        (is_plain && !tenant_id.is_empty() && tenant_id.len() <= MAX_CHARS)
            .then(|| Self { tenant_id: tenant_id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(id_token: &str, access_token: &str) -> Option<String> {
        let claims = Object::parse(id_token.as_bytes()).unwrap();
        Company::of(&claims, &AccessToken::new(access_token.to_owned())).map(|company| company.tenant_id)
    }

    #[test]
    fn the_id_token_comes_before_the_access_token() {
        let access_token = format!("h.{}.s", base64url::encode(br#"{"tenant_id":"from-access-token"}"#));
        assert_eq!(company(r#"{"tenant_id":"from-id-token"}"#, &access_token).unwrap(), "from-id-token");
        assert_eq!(company("{}", &access_token).unwrap(), "from-access-token");
    }

    #[test]
    fn an_opaque_or_odd_token_states_no_company() {
        for token in ["opaque", "a.b.c", "a..c", &format!("h.{}.s", base64url::encode(br#"{"tenant_id":7}"#))] {
            assert_eq!(company("{}", token), None, "{token}");
        }
        assert_eq!(company(r#"{"tenant_id":""}"#, "opaque"), None);
        assert_eq!(company(r#"{"tenant_id":"\u202eevil"}"#, "opaque"), None);
    }
}
