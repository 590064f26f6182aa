//! The user's name and e-mail address, for the page (OpenID Connect Core 5.1 and 5.3).
//!
//! They can be in the ID token, in UserInfo or in both. The ID token of Visma Connect contains neither.

use super::company::Company;
use super::error::{Error, Misbehaviour};
use super::http::{HttpResponse, object_of};
use super::json::Object;
use super::shown::one_line;

/// The longest name or e-mail address that is kept, in characters.
const MAX_CHARS: usize = 200;

/// Data about the user from the ID token and UserInfo (OpenID Connect Core 5.1). Each text is one visible line of at
/// most 200 characters. Show it as text, never as HTML. Do not use the e-mail address as an identifier: use
/// [`User::subject`](crate::User::subject).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The full name (claim `name`), or the first name (`given_name`) if there is no full name.
    pub name: Option<String>,
    /// The e-mail address. It can change.
    pub email: Option<String>,
    /// The company that the token is for, if UserInfo contains it.
    pub company: Option<Company>,
}

/// Reads the response of the UserInfo endpoint. `subject` is the `sub` of the ID token.
///
/// # Errors
/// - `Provider`: the status is 429 or 500 to 599.
/// - `UserInfoUnreadable`: a status other than 200, or the body is not a JSON object.
/// - `UserInfoSubjectMismatch`: the response has no `sub`, or another `sub`. Its data must not be used (5.3.2).
pub fn read_profile(response: &HttpResponse, subject: &str) -> Result<Profile, Error> {
    let object = object_of(response, Misbehaviour::UserInfoUnreadable)?;
    if object.text("sub") != Ok(Some(subject)) {
        return Err(Misbehaviour::UserInfoSubjectMismatch.into());
    }
    Ok(Profile { company: Company::verified(&object), ..Profile::of(&object) })
}

impl Profile {
    /// Name and e-mail address from verified claims.
    pub(crate) fn of(claims: &Object) -> Self {
        let text = |name| text(claims, name);
        Self { name: ["name", "given_name"].into_iter().find_map(text), email: text("email"), company: None }
    }

    /// Whether the profile contains neither name nor e-mail address.
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_none() && self.email.is_none()
    }

    /// Adds name and e-mail address of `before`, the earlier profile of the same user, where this profile has none.
    pub(crate) fn or(self, before: &Self) -> Self {
        Self {
            name: self.name.or_else(|| before.name.clone()),
            email: self.email.or_else(|| before.email.clone()),
            company: self.company,
        }
    }
}

/// A member as one visible line of text.
fn text(object: &Object, name: &str) -> Option<String> {
    one_line(object.text(name).ok()??, MAX_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(status: u16, body: &str) -> Result<Profile, Error> {
        read_profile(&HttpResponse::new(status, body), "me")
    }

    #[test]
    fn f01_a_response_about_another_user_is_not_used() {
        for body in [r#"{"sub":"other","name":"x"}"#, r#"{"name":"x"}"#, r#"{"sub":7}"#, r#"{"sub":"ME"}"#] {
            assert_eq!(profile(200, body), Err(Misbehaviour::UserInfoSubjectMismatch.into()), "{body}");
        }
    }

    #[test]
    fn f02_what_is_not_a_json_object_is_refused() {
        // The second is a signed UserInfo response (application/jwt), which is not supported.
        for body in ["<html>", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "", "[]"] {
            assert_eq!(profile(200, body), Err(Misbehaviour::UserInfoUnreadable.into()), "{body}");
        }
        assert_eq!(profile(401, r#"{"sub":"me","name":"x"}"#).unwrap_err().code(), "userinfo_unreadable");
        assert_eq!(profile(503, "{}").unwrap_err().code(), "provider_unavailable");
    }

    #[test]
    fn e20_names_are_one_line_of_text() {
        let body = format!(r#"{{"sub":"me","name":"<script>\u202eevil\u0000\n","email":"{}"}}"#, "x".repeat(1_000));
        let profile = profile(200, &body).unwrap();
        assert_eq!(profile.name.unwrap(), "<script>evil");
        assert_eq!(profile.email.unwrap().len(), MAX_CHARS);
    }

    #[test]
    fn a_name_of_the_wrong_type_is_no_name() {
        let body = r#"{"sub":"me","name":7,"email":" "}"#;
        assert_eq!(profile(200, body).unwrap(), Profile::default());
    }

    #[test]
    fn an_invalid_tenant_id_does_not_affect_name_and_e_mail_address() {
        for odd in ["null", "\"\"", "[\"a\",\"b\"]", "[\"a\"]", "7", "{}"] {
            let body = format!(r#"{{"sub":"me","name":"Kari","email":"kari@example.no","tenant_id":{odd}}}"#);
            let profile = profile(200, &body).unwrap();
            assert_eq!((profile.name.as_deref(), profile.email.as_deref()), (Some("Kari"), Some("kari@example.no")));
            assert_eq!(profile.company, None, "{odd}");
        }
    }

    #[test]
    fn given_name_is_used_when_name_is_absent() {
        let name = |members: &str| profile(200, &format!(r#"{{"sub":"me",{members}}}"#)).unwrap().name;
        assert_eq!(name(r#""name":null,"given_name":"Kari""#).as_deref(), Some("Kari"));
        assert_eq!(name(r#""name":"K","given_name":"Kari""#).as_deref(), Some("K"));
        assert_eq!(name(r#""given_name":7"#), None);
    }

    #[test]
    fn e20_an_invisible_name_is_no_name() {
        for invisible in
            ["\u{200b}", "\u{feff}", "\u{3164}", "\u{2800} ", "\u{2028}", "\u{61c}", "\u{e0041}", "\u{2060}"]
        {
            let body = format!(r#"{{"sub":"me","name":"{invisible}","email":"a{invisible}b@example.no"}}"#);
            let profile = profile(200, &body).unwrap();
            assert_eq!(profile.name, None, "{invisible:?}");
            assert!(profile.email.unwrap().starts_with('a'));
        }
    }
}
